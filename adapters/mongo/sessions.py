"""What the watchdogs ask of stored sessions: which are quiet, which are over and not billed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.collection import Collection

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.object_records import as_stored, collection_of, name_of
from domain.objects.sessions import COMPLETED
from domain.objects.stored import EVERYONE, ObjectKey, Stored

_GOING_ON = ["ACTIVE", "PENDING", "RESERVATION"]


@dataclass(frozen=True)
class MongoSessionWatch:
    database: DatabaseOf

    @answering()
    def quiet(self, *, before: datetime, limit: int) -> tuple[Stored, ...]:
        return self._heard_of_last(before, limit, {"$in": _GOING_ON}, {"$in": [None, True]})

    @answering()
    def over(self, *, before: datetime, limit: int) -> tuple[Stored, ...]:
        return self._heard_of_last(before, limit, COMPLETED, None)

    @answering()
    def note_billed(self, keys: Sequence[ObjectKey]) -> None:
        names = [name_of(key, EVERYONE) for key in keys]
        self._sessions.update_many({"_id": {"$in": names}}, {"$set": {"watched.billed": True}})

    def _heard_of_last(
        self, before: datetime, limit: int, status: Record | str, billed: Record | None
    ) -> tuple[Stored, ...]:
        wanted = {
            "watched.status": status,
            "watched.billed": billed,
            "watched.heard_at": {"$lt": before},
            "deleted": False,
        }
        found = self._sessions.find(wanted).sort([("watched.heard_at", 1), ("_id", 1)]).limit(limit)
        return tuple(as_stored(record) for record in found)

    @property
    def _sessions(self) -> Collection[Record]:
        return self.database()[collection_of("sessions")]
