"""Alarms on MongoDB: a record for each kind and whom, written by compare-and-set.

Also the store's own clock, and when a sweeper looked last, which is a stamp.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.stamps import COLLECTION as STAMPS
from domain.errors import RecordChanged
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Acknowledged, Alarm

COLLECTION = "alarms"
KEPT_S = 90 * 24 * 3600
"""So long a cleared alarm stays to be seen."""
_LOOK = {"_id": "watch"}
_OPEN, _CLEARED = "open", "cleared"
_KNOWN = frozenset(each.value for each in AlarmKind)


@dataclass(frozen=True)
class MongoAlarms:
    database: DatabaseOf

    @answering()
    def get(self, alarm_id: str) -> Alarm | None:
        record = self._alarms.find_one({"_id": alarm_id})
        return next(_read([] if record is None else [record]), None)

    @answering()
    def save(self, alarm: Alarm) -> Alarm:
        saved = replace(alarm, revision=alarm.revision + 1)
        record = of_alarm(saved)
        if alarm.revision == 0:
            self._insert(record)
            return saved
        same = {"_id": alarm.id, "revision": alarm.revision}
        if self._alarms.replace_one(same, record).matched_count == 0:
            raise RecordChanged(alarm.id)
        return saved

    @answering()
    def listed(
        self, *, is_open: bool | None = None, kind: AlarmKind | None = None, limit: int
    ) -> tuple[Alarm, ...]:
        wanted: Record = {} if is_open is None else {"state": _OPEN if is_open else _CLEARED}
        if kind is not None:
            wanted["kind"] = kind.value
        found = self._alarms.find(wanted).sort([("seen_at", -1), ("_id", -1)]).limit(limit)
        return tuple(_read(found))

    @answering()
    def counts(self) -> Mapping[AlarmKind, int]:
        wanted: list[Record] = [
            {"$match": {"state": _OPEN}},
            {"$group": {"_id": "$kind", "many": {"$sum": 1}}},
        ]
        found = self._alarms.aggregate(wanted)
        return {
            AlarmKind(each["_id"]): int(each["many"]) for each in found if each["_id"] in _KNOWN
        }

    @answering()
    def untold(self, *, limit: int) -> tuple[Alarm, ...]:
        found = self._alarms.find({"untold.0": {"$exists": True}}).limit(limit)
        return tuple(_read(found))

    @answering()
    def looked(self, at: datetime) -> None:
        self.database()[STAMPS].update_one(_LOOK, {"$set": {"at": at}}, upsert=True)

    @answering()
    def last_look(self) -> datetime | None:
        found = self.database()[STAMPS].find_one(_LOOK)
        return None if found is None else found["at"]

    def _insert(self, record: Record) -> None:
        try:
            self._alarms.insert_one(record)
        except DuplicateKeyError as error:
            raise RecordChanged(record["_id"]) from error

    @property
    def _alarms(self) -> Collection[Record]:
        return self.database()[COLLECTION]


@dataclass(frozen=True)
class MongoClock:
    """The primary's."""

    database: DatabaseOf

    @answering()
    def now(self) -> datetime:
        moment: datetime = self.database().command("hello")["localTime"]
        return moment.replace(tzinfo=UTC)


def of_alarm(alarm: Alarm) -> Record:
    """As it is stored; `untold` is there only where there is something to tell."""
    by = alarm.acknowledged
    return {
        "_id": alarm.id,
        "kind": alarm.kind.value,
        "whom": alarm.whom,
        "said": alarm.said,
        "state": _OPEN if alarm.is_open else _CLEARED,
        "since": alarm.since,
        "seen_at": alarm.seen_at,
        "times": alarm.times,
        "episode": alarm.episode,
        "acknowledged": None if by is None else {"by": by.by, "at": by.at},
        "revision": alarm.revision,
        **({} if alarm.cleared_at is None else {"cleared_at": alarm.cleared_at}),
        **({"untold": list(alarm.untold)} if alarm.untold else {}),
    }


def _read(records: Iterable[Record]) -> Iterator[Alarm]:
    """Those of kinds that this version knows."""
    return (_as_alarm(record) for record in records if record["kind"] in _KNOWN)


def _as_alarm(record: Record) -> Alarm:
    by = record["acknowledged"]
    return Alarm(
        kind=AlarmKind(record["kind"]),
        whom=record["whom"],
        said=record["said"],
        since=record["since"],
        seen_at=record["seen_at"],
        times=record["times"],
        episode=record["episode"],
        acknowledged=None if by is None else Acknowledged(by["by"], by["at"]),
        cleared_at=record.get("cleared_at"),
        untold=tuple(record.get("untold", ())),
        revision=record["revision"],
    )
