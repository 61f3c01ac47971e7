"""The archive of CDRs on MongoDB: inserts and reads, and nothing else.

No line here updates or deletes, so its database user needs no right to (docs/operators.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.custody_records import (
    BILLED,
    as_billed,
    as_conflict,
    as_filed,
    of_conflict,
    of_filed,
)
from domain.cdrs.custody import Billed, CdrConflict, Filed
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId

ARCHIVE = "cdrs"
CONFLICTS = "cdr_conflicts"
_IN_ORDER = [("received_at", 1), ("_id", 1)]


@dataclass(frozen=True)
class MongoArchive:
    database: DatabaseOf

    @answering()
    def file(self, filed: Filed) -> bool:
        try:
            self._cdrs.insert_one(of_filed(filed))
        except DuplicateKeyError:
            return False
        return True

    @answering()
    def get(self, ref: str) -> Filed | None:
        record = self._cdrs.find_one({"_id": ref})
        return None if record is None else as_filed(record)

    @answering()
    def latest(self, key: ObjectKey) -> Filed | None:
        record = self._cdrs.find_one({"key": str(key)}, sort=[("turn", -1)])
        return None if record is None else as_filed(record)

    @answering()
    def credit_of(self, key: ObjectKey) -> Filed | None:
        """Those from before there were places come first: they have none."""
        last = [("place", -1), ("received_at", -1)]
        record = self._cdrs.find_one({"credited": str(key)}, sort=last)
        return None if record is None else as_filed(record)

    def received(
        self, *, since: datetime | None = None, before: datetime | None = None
    ) -> Iterator[Filed]:
        with answering():
            for record in self._cdrs.find(_between(since, before)).sort(_IN_ORDER):
                yield as_filed(record)

    def refs(self, *, since: datetime | None, before: datetime) -> Iterator[str]:
        with answering():
            for record in self._cdrs.find(_between(since, before), {"_id": 1}).sort(_IN_ORDER):
                yield record["_id"]

    def billed(
        self,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        parties: Iterable[PartyId] | None = None,
    ) -> Iterator[Billed]:
        wanted = _between(since, before)
        if parties is not None:
            names = sorted(str(party) for party in parties)
            owed = {"addressee": {"$in": names}, **wanted}
            wanted = {"$or": [owed, *({**_billed_by(name), **wanted} for name in names)]}
        with answering():
            found = self._cdrs.find(wanted, BILLED)
            for record in found if parties is not None else found.sort(_IN_ORDER):
                yield as_billed(record)

    @answering()
    def naming(self, sessions: Sequence[ObjectKey]) -> Mapping[str, ObjectKey]:
        names = [str(key) for key in sessions]
        found = self._cdrs.find({"session": {"$in": names}}, {"session": 1})
        return {record["_id"]: ObjectKey.parse(record["session"]) for record in found}

    @answering()
    def billed_again(self, refs: Sequence[str]) -> frozenset[str]:
        """At most one other of each session is read."""
        bills = {"credited": None, "session": {"$gt": ""}}
        is_other = {"$expr": {"$ne": ["$key", "$$key"]}}
        others = {
            "from": ARCHIVE,
            "localField": "session",
            "foreignField": "session",
            "let": {"key": "$key"},
            "pipeline": [
                {"$match": {"credited": None, **is_other}},
                {"$limit": 1},
                {"$project": {"_id": 1}},
            ],
            "as": "others",
        }
        steps: list[Record] = [
            {"$match": {"_id": {"$in": list(refs)}, **bills}},
            {"$project": {"session": 1, "key": 1}},
            {"$lookup": others},
            {"$match": {"others.0": {"$exists": True}}},
            {"$project": {"_id": 1}},
        ]
        found = self._cdrs.aggregate(steps, hint="_id_") if refs else ()
        return frozenset(record["_id"] for record in found)

    @answering()
    def other_bills(
        self, session: ObjectKey, key: ObjectKey, *, limit: int
    ) -> Mapping[str, ObjectKey]:
        wanted = {"session": str(session), "key": {"$ne": str(key)}, "credited": None}
        found = self._cdrs.find(wanted, {"key": 1}).sort(_IN_ORDER).limit(limit)
        return {record["_id"]: ObjectKey.parse(record["key"]) for record in found}

    @answering()
    def keep(self, conflict: CdrConflict) -> None:
        try:
            self._conflicts.insert_one(of_conflict(conflict))
        except DuplicateKeyError:
            return

    @answering()
    def conflicts(self, *, limit: int = 100) -> tuple[CdrConflict, ...]:
        found = self._conflicts.find().sort([("received_at", -1), ("_id", -1)]).limit(limit)
        return tuple(as_conflict(record) for record in found)

    @property
    def _cdrs(self) -> Collection[Record]:
        return self.database()[ARCHIVE]

    @property
    def _conflicts(self) -> Collection[Record]:
        return self.database()[CONFLICTS]


def _billed_by(party: str) -> Record:
    """That the CDR's key, `cdrs/DE/ABC/ID`, is one of this owner's: a slash goes before a zero."""
    return {"key": {"$gte": f"cdrs/{party}/", "$lt": f"cdrs/{party}0"}}


def _between(since: datetime | None, before: datetime | None) -> Record:
    bounds: Record = {}
    if since is not None:
        bounds["$gte"] = since
    if before is not None:
        bounds["$lt"] = before
    return {"received_at": bounds} if bounds else {}
