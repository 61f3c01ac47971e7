"""The ledger: what became of the CDRs in the archive. One delivery a CDR, kept for ever.

Its records lie beside all other deliveries. The ports are parted by who asks: custody, the sweep's
look at Credit CDRs, webhooks, and those who read what has become of CDRs.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from domain.cdrs.custody import Filed, LedgerCount
from domain.delivery.answers import Attempt
from domain.delivery.deliveries import CdrDelivery, DeliveryState, LaneId
from domain.delivery.lanes import Lease
from domain.delivery.standing import Standing
from domain.objects.paging import Page, PageRequest
from domain.partners.party import PartyId


class CdrLedger(Protocol):
    """That every CDR in the archive has its one delivery, in the lane of its receiver."""

    def owe(
        self,
        filed: Filed,
        delivery: CdrDelivery,
        *,
        lease: Lease | None = None,
        waits: bool = True,
    ) -> bool:
        """Insert the delivery, claimed by the lease if there is one; False if it is there.

        With `waits` it is there for good when this returns. Without, a failover of the store may
        take it back: until then it is one of the `unowed` for good.
        """
        ...

    def get(self, ref: str) -> CdrDelivery | None:
        """The delivery of the CDR of this ref."""
        ...

    def promise(self, delivery_id: str) -> bool:
        """Note that its CDR is answered 1000; False, and nothing noted, if it was declined."""
        ...

    def decline(self, lease: Lease, delivery_id: str, attempt: Attempt) -> bool:
        """End the delivery as DECLINED, unless it is promised or no longer this lease's."""
        ...

    def unowed(self, refs: Sequence[str], *, for_good: bool = False) -> frozenset[str]:
        """Those of the refs that have no delivery; `for_good`: or one that may be taken back."""
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


class WaitingCredits(Protocol):
    """Credit CDRs in custody that await their original."""

    def awaiting(self, *, now: datetime, limit: int) -> tuple[CdrDelivery, ...]:
        """Credit CDRs whose original has not come, that are to be looked at by now; due first."""
        ...

    def look_again(self, delivery_id: str, *, at: datetime) -> None:
        """Look at a Credit CDR that awaits its original again then, and not before."""
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


class CdrOutbox(Protocol):
    """Events of CDRs: written with the delivery, taken off once subscribers are owed them."""

    def untold(self, *, limit: int) -> tuple[CdrDelivery, ...]:
        """Deliveries with events that no subscriber has a delivery of."""
        ...

    def told(self, told: Sequence[CdrDelivery]) -> None:
        """Take the events that these deliveries have off the records; later ones stay."""
        ...

    def doubt(self, delivery_id: str, doubt: str) -> None:
        """Note one more doubt about its CDR. Safe to repeat."""
        ...


class CdrAccounts(Protocol):
    """What is in custody, and which of it counts."""

    def page(self, request: PageRequest, *, party: PartyId | None) -> Page:
        """The CDRs in custody that the party bills or owes (None: all), in order of acceptance.

        A Credit CDR that does not fit, or awaits its original, is shown to its CPO alone.
        """
        ...

    def counted(self, refs: Sequence[str]) -> frozenset[str]:
        """Those that count: in custody, decided, and no credit that is unfit or not judged yet."""
        ...

    def counts(self, *, aged_before: datetime) -> LedgerCount:
        """How many deliveries are in each state, and how many due ones came before that."""
        ...


class CdrHandovers(Protocol):
    """How CDRs are delivered, one by one: for people to look at, and to park."""

    def listed(
        self,
        states: Iterable[DeliveryState],
        *,
        party: PartyId | None = None,
        lane: LaneId | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        limit: int,
    ) -> tuple[CdrDelivery, ...]:
        """What is in one of the states and was received in that time; oldest first.

        With `party`, what it bills or owes; with `lane`, what waits there.
        """
        ...

    def deliveries(self, *, receiver: PartyId, since: datetime) -> tuple[CdrDelivery, ...]:
        """What was handed to this receiver, or is to be, received from `since` on; oldest first."""
        ...

    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        """Every attempt of this delivery, oldest first."""
        ...

    def doubtful(self, *, limit: int) -> tuple[CdrDelivery, ...]:
        """Those in custody that have doubts, newest first."""
        ...

    def park(self, delivery_id: str, *, now: datetime) -> bool:
        """Park what is due, until an operator retries it; False if it is not due."""
        ...
