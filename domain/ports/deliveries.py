"""What is owed to whom, in lanes, and the wake-ups that have it looked at sooner.

The ports are parted by who asks: those who owe, those who send, and those who look. The wake-ups
are beside them, because all must be right without: they are lost now and then.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.delivery.backlog import LaneBacklog
from domain.delivery.deliveries import Delivery, DeliveryRequest, DeliveryState, LaneId
from domain.delivery.lanes import Claimed, LaneHealth, Lease
from domain.delivery.settling import Settled


class DeliveryQueue(Protocol):
    """What publishers owe to readers and subscribers. All times are the caller's."""

    def owe(self, requests: Sequence[DeliveryRequest], *, now: datetime) -> None:
        """Owe these. Requests of one object for one receiver are one delivery. Safe to repeat."""
        ...

    def forget(self, partner_id: str) -> int:
        """Owe this partner, or subscriber, nothing more but CDRs; how many that were."""
        ...


class Deliveries(Protocol):
    """Deliveries one by one, and their being due again."""

    def get(self, delivery_id: str) -> Delivery | None:
        """The delivery of this id, None if there is none; a CDR's stays for ever."""
        ...

    def by_short_id(self, short_id: str) -> Delivery | None:
        """The delivery of this short id, the oldest where there are two."""
        ...

    def owed(
        self,
        *,
        partner_id: str | None = None,
        state: DeliveryState | None = None,
        limit: int = 100,
    ) -> tuple[Delivery, ...]:
        """What is owed or waits for a decision, oldest first, for operators to look at.

        With `state`, all that is in that state, done or not.
        """
        ...

    def refused(self, delivery_ids: Iterable[str]) -> frozenset[str]:
        """Which of these are refused."""
        ...

    def retry(self, delivery_id: str, *, now: datetime, behind: str = "") -> bool:
        """Make this delivery due now, in any state that `settling.retried` takes.

        False if there is none, or nothing to deliver.
        """
        ...


class Lanes(Protocol):
    """All that is owed to one target, as one: whether it is well, and when it is tried."""

    def lanes_due(self, *, now: datetime) -> tuple[LaneId, ...]:
        """Lanes with something due that no process leases and no breaker holds back."""
        ...

    def is_empty(self, lane: LaneId) -> bool:
        """Whether nothing in the lane is due, now or later."""
        ...

    def owed_since(self, lane: LaneId) -> datetime | None:
        """Since when the oldest that is due or refused in the lane is owed."""
        ...

    def health(self) -> Mapping[LaneId, LaneHealth]:
        """Every lane's health."""
        ...

    def half_open(self, partner_id: str, *, now: datetime) -> None:
        """Let the open lanes of this partner be probed at once, and make all its work due."""
        ...

    def release(self, lane: LaneId, *, now: datetime) -> None:
        """Make all that is owed in the lane due at this moment, before its own schedule."""
        ...


class Backlog(Protocol):
    """How much is owed, for the metrics: what is beyond `most` is not counted."""

    def backlog(self, *, lanes: int, most: int) -> tuple[LaneBacklog, ...]:
        """The lanes in which something is due, now or later, longest owed first."""
        ...

    def cdrs(self, states: Sequence[DeliveryState], *, most: int) -> int:
        """How many CDRs' deliveries are in these states."""
        ...


class LaneLeases(Protocol):
    """What the one that sends from a lane does: it leases, claims, and settles.

    The times of a lease are the store's, all others the caller's.
    """

    def lease(self, lane: LaneId, *, holder: str, seconds: float) -> Lease | None:
        """Lease the lane, None if another holder has it. The fence is one higher than the last."""
        ...

    def renew(self, lease: Lease, *, seconds: float) -> None:
        """:raises errors.LaneLost: if the lease has passed to another process."""
        ...

    def give_back(self, lease: Lease, health: LaneHealth | None = None) -> None:
        """End the lease, and write the lane's health if given; nothing happens if it was lost."""
        ...

    def note_health(self, lease: Lease, health: LaneHealth) -> None:
        """Write the lane's health. :raises errors.LaneLost: if the lease was lost."""
        ...

    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Take due deliveries for an attempt, oldest due first; none that this lease has claimed.

        :raises errors.LaneLost: if the lease was lost.
        """
        ...

    def begin(self, lease: Lease, delivery: Delivery) -> bool:
        """Note that the bytes of this claimed CDR leave now; False if it is not this lease's."""
        ...

    def settle(self, lease: Lease, settled: Sequence[Settled]) -> None:
        """Write how attempts ended, in bulk. Done ones go, unless more was requested meanwhile.

        CDRs' deliveries stay for ever, with every attempt; what waits behind one that is done now
        becomes due.

        :raises errors.LaneLost: if one of them is no longer this lease's.
        """
        ...


class LaneBatches(Protocol):
    """The same for many lanes in a few round trips: what a pump does at every turn."""

    def lease_all(
        self, lanes: Sequence[LaneId], *, holder: str, seconds: float
    ) -> tuple[Lease, ...]:
        """Those of the lanes that were free; each as by `LaneLeases.lease`."""
        ...

    def claim_all(self, leases: Mapping[LaneId, Lease], *, now: datetime, limit: int) -> Claimed:
        """What is due in these lanes, up to `limit` in each; each as by `LaneLeases.claim`.

        A lane may get less than there is: it is asked for again. One that is lost, and in which
        nothing is due, may not be named.
        """
        ...

    def settle_all(self, ended: Sequence[tuple[Lease, Sequence[Settled]]]) -> frozenset[LaneId]:
        """Write how attempts ended, each as by `LaneLeases.settle`; the lanes that are lost."""
        ...

    def give_back_all(self, leases: Sequence[tuple[Lease, LaneHealth | None]]) -> None:
        """End the leases, each as by `LaneLeases.give_back`."""
        ...


class Wake(Protocol):
    """Wake-ups are best effort: they may be lost or come twice, and never raise."""

    def publish(self) -> None:
        """Something is unpublished: one wake-up may stand for many changes."""
        ...

    def pump(self) -> None: ...

    def synchronize(self, partner_id: str) -> None: ...

    def command(self, command_id: str) -> None: ...
