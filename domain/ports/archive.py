"""The archive of CDRs: what the hub answers for with money, as it was accepted.

Apart from the ledger, because what was accepted is never changed, and what became of it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.cdrs.custody import Billed, CdrConflict, Filed
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId


class CdrArchive(Protocol):
    """Accepted CDRs, for ever: nothing here changes or removes one (H-CDR-6)."""

    def file(self, filed: Filed) -> bool:
        """ONE durable insert with everything in it. Safe to repeat.

        False if its ref is taken, or its place as a credit of its original.
        """
        ...

    def get(self, ref: str) -> Filed | None:
        """The CDR of this ref."""
        ...

    def latest(self, key: ObjectKey) -> Filed | None:
        """The CDR of this key that was filed last: the highest turn."""
        ...

    def credit_of(self, key: ObjectKey) -> Filed | None:
        """The Credit CDR that took the last place as the credit of this one."""
        ...

    def received(
        self, *, since: datetime | None = None, before: datetime | None = None
    ) -> Iterator[Filed]:
        """What was received from `since` on and before `before`, oldest first."""
        ...

    def refs(self, *, since: datetime | None, before: datetime) -> Iterator[str]:
        """The refs of the same, without reading the CDRs."""
        ...


class CdrBills(Protocol):
    """What the CDRs in the archive bill: their figures, and the sessions that they name."""

    def billed(
        self,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        parties: Iterable[PartyId] | None = None,
    ) -> Iterator[Billed]:
        """The figures of what was received in that time, oldest first, without the CDRs' bytes.

        With `parties`, of what one of them bills or owes, in no order.
        """
        ...

    def naming(self, sessions: Sequence[ObjectKey]) -> Mapping[str, ObjectKey]:
        """The CDRs that name one of the sessions: by ref, which one."""
        ...

    def billed_again(self, refs: Sequence[str]) -> frozenset[str]:
        """Those of the refs whose session a CDR of another key names; Credit CDRs do not count."""
        ...

    def other_bills(
        self, session: ObjectKey, key: ObjectKey, *, limit: int
    ) -> Mapping[str, ObjectKey]:
        """CDRs of other keys that name this session, without Credit CDRs: by ref, oldest first."""
        ...


class CdrConflicts(Protocol):
    """CDRs that were refused because another one has their id; kept beside the archive."""

    def keep(self, conflict: CdrConflict) -> None:
        """Keep what was refused because its id is taken; the same twice is kept once."""
        ...

    def conflicts(self, *, limit: int = 100) -> tuple[CdrConflict, ...]:
        """What was kept, newest first."""
        ...
