"""The audit trail: the one place that adds to it, reads it and verifies it.

Any use case that has something for the record has this as a field, and calls `record`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.deciding_again import until_written
from domain.operators.audit import (
    AuditEvent,
    AuditQuery,
    AuditRecord,
    Head,
    Kept,
    Verified,
    fault_of,
    linked,
)
from domain.ports import AuditStore, Clock, Secrets

_READ_AT_ONCE = 1000
_MOST_TRIES = 500
"""A process is late at most once for each record of another one that is written meanwhile."""


@dataclass(frozen=True)
class AuditTrail:
    """Any process may write: of two that add at once, the store lets one be first."""

    audit: AuditStore
    secrets: Secrets
    clock: Clock

    def record(self, event: AuditEvent) -> AuditRecord:
        """Put it on record, durably, before this returns.

        :raises StoreUnavailable: if that cannot be done; it may be on record all the same.
        """
        return until_written(lambda: self._append(event), "the trail grows", tries=_MOST_TRIES)

    def listed(self, query: AuditQuery) -> tuple[AuditRecord, ...]:
        """Those that fit, by time, the last one first."""
        return self.audit.listed(query)

    def all(self) -> Iterator[Kept]:
        """The whole chain, in its order."""
        last = 0
        while kept := self.audit.chain(after=last, limit=_READ_AT_ONCE):
            yield from kept
            last = kept[-1].number

    def verify(self, *, head: str = "") -> Verified:
        """Hash the chain again. `head`: the hash of a record that must be in it.

        The hash of the last record, noted elsewhere, is what tells that later ones were cut off.
        """
        verified, is_there = Verified(), not head
        for kept in self.all():
            fault = self._fault_of(kept, Head(verified.records, verified.hash))
            if kept.record is None or fault:
                return replace(verified, fault=fault)
            verified = Verified(kept.number, kept.record.hash)
            is_there = is_there or kept.record.hash == head
        if not is_there:
            return replace(verified, fault=f"no record has the hash {head}: the end was cut off")
        return replace(verified, fault=self._fault_beside(verified))

    def _append(self, event: AuditEvent) -> AuditRecord:
        record = linked(event, self.audit.head(), at=self.clock.now())
        sealed = replace(record, seal=self.secrets.sign(_sealed(record)))
        self.audit.append(sealed)
        return sealed

    def _fault_of(self, kept: Kept, after: Head) -> str:
        fault = fault_of(kept, after)
        if fault or kept.record is None or self._is_sealed(kept.record):
            return fault
        return f"record {kept.number} was not sealed with this hub's HUB_TOKEN_PEPPER"

    def _is_sealed(self, record: AuditRecord) -> bool:
        return self.secrets.verify(_sealed(record), record.seal)

    def _fault_beside(self, verified: Verified) -> str:
        """A record that was written since the chain was read is no fault."""
        beside = self.audit.count() - self.audit.head().number
        return f"{beside} things among the records are none" if beside > 0 else ""


def _sealed(record: AuditRecord) -> bytes:
    return b"audit\0" + record.hash.encode()
