"""The archive of CDRs, and the ledger of their deliveries: what the hub answers for with money.

Two ports, because what was accepted is never changed, and what became of it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.cdrs.custody import Billed, CdrConflict, Filed
from domain.delivery.answers import Attempt
from domain.delivery.deliveries import Delivery, DeliveryState, LaneId
from domain.delivery.lanes import Lease
from domain.delivery.standing import Standing
from domain.objects.paging import Page, PageRequest
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

    def bills(self, sessions: Sequence[ObjectKey]) -> Mapping[str, ObjectKey]:
        """The CDRs that name one of the sessions: by ref, which one."""
        ...

    def other_bills(self, session: ObjectKey, key: ObjectKey, *, limit: int) -> tuple[Filed, ...]:
        """CDRs of other keys that name this session, without Credit CDRs; oldest first."""
        ...

    def keep(self, conflict: CdrConflict) -> None:
        """Keep what was refused because its id is taken; the same twice is kept once."""
        ...

    def conflicts(self, *, limit: int = 100) -> tuple[CdrConflict, ...]:
        """What was kept, newest first."""
        ...


class CdrLedger(Protocol):
    """One delivery a CDR in the archive, beside all others in the DeliveryQueue; kept for ever."""

    def owe(self, filed: Filed, delivery: Delivery, *, lease: Lease | None = None) -> bool:
        """Insert the delivery, claimed by the lease if there is one; False if it is there."""
        ...

    def promise(self, delivery_id: str) -> bool:
        """Note that its CDR is answered 1000; False, and nothing noted, if it was declined."""
        ...

    def decline(self, lease: Lease, delivery_id: str, attempt: Attempt) -> bool:
        """End the delivery as DECLINED, unless it is promised or no longer this lease's."""
        ...

    def counted(self, refs: Sequence[str]) -> frozenset[str]:
        """Those that count: in custody, decided, and no credit that is unfit or not judged yet."""
        ...

    def awaiting(self, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Credit CDRs whose original has not come, that are to be looked at by now; due first."""
        ...

    def look_again(self, delivery_id: str, *, at: datetime) -> None:
        """Look at a Credit CDR that awaits its original again then, and not before."""
        ...

    def doubtful(self, *, limit: int) -> tuple[Delivery, ...]:
        """Those in custody that have doubts, newest first."""
        ...

    def judge(
        self,
        delivery_id: str,
        standing: Standing,
        state: DeliveryState,
        *,
        doubts: Sequence[str],
        now: datetime,
    ) -> bool:
        """Note how a Credit CDR stands that awaited its original; False if it awaits none."""
        ...

    def lanes(self) -> frozenset[LaneId]:
        """Lanes that owe a CDR, due by now or later, parked ones too."""
        ...

    def rehome(self, receiver: PartyId, *, old: LaneId, new: LaneId) -> int:
        """Move what the receiver is owed to the lane of its new platform; how many that were."""
        ...

    def unblock(self) -> int:
        """Make due what waits behind something that is done; how many. Safe to repeat."""
        ...

    def unowed(self, refs: Sequence[str]) -> frozenset[str]:
        """Those of the refs that have no delivery."""
        ...

    def page(self, request: PageRequest, *, party: PartyId | None) -> Page:
        """The CDRs in custody that the party bills or owes (None: all), in order of acceptance.

        A Credit CDR that does not fit, or awaits its original, is shown to its CPO alone.
        """
        ...

    def deliveries(self, *, receiver: PartyId, since: datetime) -> tuple[Delivery, ...]:
        """What was handed to this receiver, or is to be, received from `since` on; oldest first."""
        ...

    def listed(
        self,
        states: Iterable[DeliveryState],
        *,
        party: PartyId | None = None,
        lane: LaneId | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        limit: int,
    ) -> tuple[Delivery, ...]:
        """What is in one of the states and was received in that time; oldest first.

        With `party`, what it bills or owes; with `lane`, what waits there.
        """
        ...

    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        """Every attempt of this delivery, oldest first."""
        ...

    def park(self, delivery_id: str, *, now: datetime) -> bool:
        """Hold back what is due, until an operator retries it; False if it is not due."""
        ...

    def counts(self, *, aged_before: datetime) -> tuple[Mapping[DeliveryState, int], int]:
        """How many deliveries are in each state, and how many due ones came before that."""
        ...

    def untold(self, *, limit: int) -> tuple[Delivery, ...]:
        """Deliveries with events that subscribers were not marked for."""
        ...

    def told(self, told: Sequence[Delivery]) -> None:
        """Take the events that these deliveries have off the records; later ones stay."""
        ...
