"""Operators' tokens and the audit trail in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from domain import errors
from domain.operators.audit import AuditQuery, AuditRecord, Head, Kept
from domain.operators.operator import Operator


@dataclass(frozen=True)
class MemoryOperators:
    held: dict[str, Operator] = field(default_factory=dict)

    def add(self, operator: Operator) -> bool:
        return self.held.setdefault(operator.name, operator) is operator

    def by_fingerprint(self, fingerprint: str) -> Operator | None:
        found = (each for each in self.held.values() if each.fingerprint == fingerprint)
        return next(found, None)

    def get(self, name: str) -> Operator | None:
        return self.held.get(name)

    def all(self) -> tuple[Operator, ...]:
        return tuple(self.held[name] for name in sorted(self.held))

    def revoke(self, name: str, *, at: datetime) -> bool:
        known = self.held.get(name)
        if known is None or known.revoked_at is not None:
            return False
        self.held[name] = replace(known, revoked_at=at)
        return True


@dataclass(frozen=True)
class MemoryAudit:
    """`held` is by number; what a test puts there in place of a record is no record."""

    held: dict[int, AuditRecord | None] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def head(self) -> Head:
        last = max(self.held, default=0)
        record = self.held.get(last)
        return Head(last, "" if record is None else record.hash)

    def append(self, record: AuditRecord) -> None:
        with self.lock:
            if record.number in self.held:
                raise errors.RecordChanged(f"there is a record {record.number}")
            self.held[record.number] = record

    def listed(self, query: AuditQuery) -> tuple[AuditRecord, ...]:
        found = [each for each in self.held.values() if each is not None and _fits(each, query)]
        found.sort(key=lambda each: (each.at, each.number), reverse=True)
        return tuple(found[: query.limit])

    def chain(self, *, after: int, limit: int) -> Sequence[Kept]:
        numbers = sorted(number for number in self.held if number > after)[:limit]
        return [Kept(number, self.held[number]) for number in numbers]

    def count(self) -> int:
        return len(self.held)


def _fits(record: AuditRecord, query: AuditQuery) -> bool:
    event = record.event
    return (
        query.actor in (None, event.actor.name)
        and query.act in (None, event.act, event.act.partition(".")[0])
        and query.object in (None, event.object)
        and (query.since is None or record.at >= query.since)
        and (query.before is None or record.at < query.before)
    )
