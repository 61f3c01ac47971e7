"""Where operators' tokens and the audit trail are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.operators.audit import AuditQuery, AuditRecord, Head, Kept
from domain.operators.operator import Operator


class OperatorStore(Protocol):
    def add(self, operator: Operator) -> bool:
        """Write it durably; False if its name is or was taken, also at the same moment."""
        ...

    def by_fingerprint(self, fingerprint: str) -> Operator | None:
        """Whose token this is, revoked or not, as it is in this moment."""
        ...

    def get(self, name: str) -> Operator | None:
        """The operator of this name, revoked or not."""
        ...

    def all(self) -> tuple[Operator, ...]:
        """Every operator there is or was, by name."""
        ...

    def revoke(self, name: str, *, at: datetime) -> bool:
        """Note that the token is dead from now on; False if there is no such that lives."""
        ...


class AuditStore(Protocol):
    """Records are added and read: no method changes or removes one."""

    def head(self) -> Head:
        """The last record, as it will stay: no failover takes it back."""
        ...

    def append(self, record: AuditRecord) -> None:
        """Write it durably, under its number.

        :raises errors.RecordChanged: if there is a record of this number: another process was
            first, also at the same moment. By then `head` knows that record.
        """
        ...

    def listed(self, query: AuditQuery) -> tuple[AuditRecord, ...]:
        """Those that fit, by time, the last one first; what cannot be read is not among them."""
        ...

    def chain(self, *, after: int, limit: int) -> Sequence[Kept]:
        """What is stored under the next numbers, in their order."""
        ...

    def count(self) -> int:
        """How many things are stored, with what is no record and has no number."""
        ...
