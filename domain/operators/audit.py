"""The audit trail: who did what, each record bound to the one before by its hash.

A record that was changed, taken out or put in between breaks the chain at a number that can be
named. A field that is empty is no part of what is hashed, so a later version can add fields.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.documents import Document
from domain.times import format_time


class ActorKind(StrEnum):
    """What the actor is known by."""

    OPERATOR = "operator"
    PARTNER = "partner"
    COMMAND_LINE = "command_line"
    HUB = "hub"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """How far the act is. One that begun and has no other record ended with its process."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    COUNTED = "counted"


@dataclass(frozen=True)
class Actor:
    """Who acts: an operator's name, a partner's id, the system's user; `place`: from where."""

    kind: ActorKind
    name: str = ""
    role: str = ""
    place: str = ""


@dataclass(frozen=True)
class AuditEvent:
    """What is to be put on record; every text is the hub's own or was made storable.

    `act` is a dotted name such as `partner.suspend`. `id` binds what was begun to how it ended.
    `asked`, `before` and `after` are JSON objects as `told` writes them, or empty. `count` is how
    often it happened in that minute. `failure` is an error's name.
    """

    act: str
    actor: Actor
    outcome: Outcome = Outcome.DONE
    id: str = ""
    object: str = ""
    reason: str = ""
    asked: str = ""
    before: str = ""
    after: str = ""
    failure: str = ""
    count: int = 1


@dataclass(frozen=True)
class AuditRecord:
    """One link of the chain. `number` counts from 1 and is the order: a clock can go back.

    `previous` is the hash of the record before, empty for the first; `hash` is SHA-256 in
    hexadecimal digits; `seal` is a keyed hash of that, so that the chain cannot be made anew
    without the hub's pepper. `at` has milliseconds.
    """

    number: int
    at: datetime
    event: AuditEvent
    previous: str = ""
    hash: str = ""
    seal: str = field(default="", repr=False)

    @property
    def hashed(self) -> str:
        """The hash that this record has if it is as it was written."""
        return hashlib.sha256(_dumped(_written(self)).encode()).hexdigest()


@dataclass(frozen=True)
class Head:
    """The last record of the chain: its number, 0 while there is none, and its hash."""

    number: int = 0
    hash: str = ""


@dataclass(frozen=True)
class Kept:
    """What is stored under a number; no record: it is not as the hub writes records."""

    number: int
    record: AuditRecord | None


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """Which records: by name of the actor, by act (`partner` means all of its acts), by object."""

    actor: str | None = None
    act: str | None = None
    object: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    limit: int = 100


@dataclass(frozen=True)
class Verified:
    """What verifying came to: how many records are sound, and the first fault, if there is one."""

    records: int = 0
    hash: str = ""
    fault: str = ""

    @property
    def is_sound(self) -> bool:
        return not self.fault


def linked(event: AuditEvent, head: Head, *, at: datetime) -> AuditRecord:
    """The record that follows `head`, still without its seal."""
    to_the_ms = at.replace(microsecond=at.microsecond // 1000 * 1000)
    record = AuditRecord(head.number + 1, to_the_ms, event, previous=head.hash)
    return replace(record, hash=record.hashed)


def fault_of(kept: Kept, after: Head) -> str:
    """What is wrong with this link of the chain; empty: nothing."""
    if kept.number != after.number + 1:
        return f"record {after.number + 1} is missing: the next one is {kept.number}"
    record = kept.record
    if record is None:
        return f"record {kept.number} is not as the hub writes records"
    if record.previous != after.hash:
        return f"record {kept.number} does not follow record {after.number}"
    if record.hash != record.hashed:
        return f"record {kept.number} was changed"
    return ""


def fields_of(event: AuditEvent) -> Mapping[str, str | int]:
    """The fields that say something, by the names that exports have."""
    actor = event.actor
    written: dict[str, str | int] = {
        "act": event.act,
        "outcome": event.outcome.value,
        "id": event.id,
        "actor_kind": actor.kind.value,
        "actor": actor.name,
        "role": actor.role,
        "place": actor.place,
        "object": event.object,
        "reason": event.reason,
        "asked": event.asked,
        "before": event.before,
        "after": event.after,
        "failure": event.failure,
    }
    said = {name: value for name, value in written.items() if value != ""}
    return said | ({} if event.count == 1 else {"count": event.count})


def exported(record: AuditRecord) -> Document:
    """The record as a line of JSON has it: what was hashed, the hash and the seal."""
    return {**_written(record), "hash": record.hash, "seal": record.seal}


def _written(record: AuditRecord) -> Document:
    at = format_time(record.at)
    links: dict[str, str | int] = {"number": record.number, "at": at, "previous": record.previous}
    return {**links, **fields_of(record.event)}


def _dumped(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
