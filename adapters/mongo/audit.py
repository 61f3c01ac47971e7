"""The audit trail on MongoDB: a database of its own, of which the hub may add to and read.

A record's number is its _id, so two processes cannot write the same one. What is read as a record
has to be, field by field, what the hub would write for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.stamps import for_good
from domain import errors
from domain.operators.audit import (
    Actor,
    ActorKind,
    AuditEvent,
    AuditQuery,
    AuditRecord,
    Head,
    Kept,
    Outcome,
    fields_of,
)

COLLECTION = "trail"
_END = 2**62
_NUMBERED = {"_id": {"$gte": 1, "$lt": _END}}
_NEWEST = [("_id", -1)]


@dataclass(frozen=True)
class MongoAudit:
    """`database` is the trail's own."""

    database: DatabaseOf

    @answering()
    def head(self) -> Head:
        """Also of a last record that was damaged: the chain goes on, and the fault stays to see."""
        last = for_good(self._trail).find_one(_NUMBERED, {"hash": 1}, sort=_NEWEST)
        if last is None:
            return Head()
        digest = last.get("hash")
        return Head(int(last["_id"]), digest if isinstance(digest, str) else "")

    @answering()
    def append(self, record: AuditRecord) -> None:
        """A write that finds its number taken is answered when a majority has what took it."""
        try:
            self._trail.insert_one(of_record(record))
        except DuplicateKeyError as taken:
            raise errors.RecordChanged(f"there is a record {record.number}") from taken

    @answering()
    def listed(self, query: AuditQuery) -> tuple[AuditRecord, ...]:
        found = self._trail.find(_wanted(query)).sort([("at", -1), *_NEWEST]).limit(query.limit)
        return tuple(read for each in found if (read := _as_record(each)) is not None)

    @answering()
    def chain(self, *, after: int, limit: int) -> Sequence[Kept]:
        next_ones = {"_id": {"$gt": after, "$lt": _END}}
        found = for_good(self._trail).find(next_ones).sort("_id", 1).limit(limit)
        return [Kept(ceil(each["_id"]), _as_record(each)) for each in found]

    @answering()
    def count(self) -> int:
        return for_good(self._trail).count_documents({}, hint="_id_")

    @property
    def _trail(self) -> Collection[Record]:
        return self.database()[COLLECTION]


def _wanted(query: AuditQuery) -> Record:
    wanted: Record = {}
    if query.actor is not None:
        wanted["actor"] = query.actor
    if query.object is not None:
        wanted["object"] = query.object
    if query.act is not None:
        wanted["act" if "." in query.act else "group"] = query.act
    period = {"$gte": query.since, "$lt": query.before}
    period = {name: moment for name, moment in period.items() if moment is not None}
    return {**wanted, "at": period} if period else wanted


def of_record(record: AuditRecord) -> Record:
    """As it is stored."""
    return {
        "_id": record.number,
        "at": record.at,
        "previous": record.previous,
        "group": record.event.act.partition(".")[0],
        **fields_of(record.event),
        "hash": record.hash,
        "seal": record.seal,
    }


def _as_record(record: Record) -> AuditRecord | None:
    """None of what the hub would not have written so."""
    try:
        read = _read(record)
    except (KeyError, TypeError, ValueError):
        return None
    return read if of_record(read) == record else None


def _read(record: Record) -> AuditRecord:
    kinds = {"_id": int, "at": datetime, "act": str}
    if not all(isinstance(record[name], kind) for name, kind in kinds.items()):
        raise TypeError("no number, no moment, or no text")
    actor = Actor(
        ActorKind(record["actor_kind"]),
        record.get("actor", ""),
        record.get("role", ""),
        record.get("place", ""),
    )
    named: dict[str, Any] = {name: record[name] for name in _TEXTS if name in record}
    event = AuditEvent(
        actor=actor, outcome=Outcome(record["outcome"]), count=record.get("count", 1), **named
    )
    return AuditRecord(
        record["_id"], record["at"], event, record["previous"], record["hash"], record["seal"]
    )


_TEXTS = ("act", "id", "object", "reason", "asked", "before", "after", "failure")
