"""Sending from lanes, in memory: what a pump does, for one lane or for many in one go."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.memory.records import MemoryRecords
from adapters.memory.storable import check_storable
from domain.delivery.deliveries import Delivery, DeliveryState, LaneId
from domain.delivery.lanes import Claimed, LaneHealth, Lease
from domain.delivery.settling import Settled, after
from domain.errors import LaneLost


@dataclass
class HeldLane:
    """Who sends from it now, and whether it is well."""

    fence: int = 0
    holder: str | None = None
    last: str = ""
    until: float = 0.0
    health: LaneHealth = field(default_factory=LaneHealth)


@dataclass(frozen=True)
class MemoryLeases:
    """`seconds_now` is the store's clock, by which leases end."""

    seconds_now: Callable[[], float] = time.monotonic
    records: MemoryRecords = field(default_factory=MemoryRecords)
    lanes: dict[LaneId, HeldLane] = field(default_factory=dict)

    @property
    def held(self) -> dict[str, Delivery]:
        """Every delivery, by its id."""
        return self.records.held

    def lease(self, lane: LaneId, *, holder: str, seconds: float) -> Lease | None:
        with self.records.lock:
            if self._is_leased(lane):
                return None
            held = self.lanes.setdefault(lane, HeldLane())
            held.fence += 1
            former, held.last = held.last, holder
            held.holder = holder
            held.until = self.seconds_now() + seconds
            return Lease(lane, holder, held.fence, held.health, former)

    def renew(self, lease: Lease, *, seconds: float) -> None:
        with self.records.lock:
            self._ours(lease).until = self.seconds_now() + seconds

    def give_back(self, lease: Lease, health: LaneHealth | None = None) -> None:
        check_storable(health)
        with self.records.lock:
            held = self._lane(lease.lane)
            if (held.fence, held.holder) == (lease.fence, lease.holder):
                held.holder = None
                held.health = health or held.health

    def note_health(self, lease: Lease, health: LaneHealth) -> None:
        with self.records.lock:
            check_storable(health)
            self._ours(lease).health = health

    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        with self.records.lock:
            self._ours(lease)
            if not self._is_leased(lease.lane):
                raise LaneLost(str(lease.lane))
            free = [
                held
                for held in self._in(lease.lane)
                if is_due(held, now) and self.records.fences.get(held.id, 0) < lease.fence
            ]
            free.sort(key=lambda held: (held.due, held.since))
            return tuple(self._claim(held, lease) for held in free[:limit])

    def begin(self, lease: Lease, delivery: Delivery) -> bool:
        with self.records.lock:
            held = self.held.get(delivery.id)
            if held is None or not self.records.is_claimed_by(lease, held):
                return False
            self.records.write(held.begun())
            return True

    def settle(self, lease: Lease, settled: Sequence[Settled]) -> None:
        check_storable(tuple(each.attempt for each in settled))
        with self.records.lock:
            written = [self._settle(lease, each) for each in settled]
            if not all(written):
                self._ours(lease)

    def lease_all(
        self, lanes: Sequence[LaneId], *, holder: str, seconds: float
    ) -> tuple[Lease, ...]:
        leases = (self.lease(lane, holder=holder, seconds=seconds) for lane in lanes)
        return tuple(filter(None, leases))

    def claim_all(self, leases: Mapping[LaneId, Lease], *, now: datetime, limit: int) -> Claimed:
        claimed, lost = dict[LaneId, tuple[Delivery, ...]](), set[LaneId]()
        for lane, lease in leases.items():
            try:
                claimed[lane] = self.claim(lease, now=now, limit=limit)
            except LaneLost:
                lost.add(lane)
        return Claimed({lane: each for lane, each in claimed.items() if each}, frozenset(lost))

    def settle_all(self, ended: Sequence[tuple[Lease, Sequence[Settled]]]) -> frozenset[LaneId]:
        lost = set[LaneId]()
        for lease, settled in ended:
            try:
                self.settle(lease, settled)
            except LaneLost:
                lost.add(lease.lane)
        return frozenset(lost)

    def give_back_all(self, leases: Sequence[tuple[Lease, LaneHealth | None]]) -> None:
        for lease, health in leases:
            self.give_back(lease, health)

    def _lane(self, lane: LaneId) -> HeldLane:
        return self.lanes.get(lane, HeldLane())

    def _is_leased(self, lane: LaneId) -> bool:
        held = self._lane(lane)
        return held.holder is not None and held.until > self.seconds_now()

    def _ours(self, lease: Lease) -> HeldLane:
        held = self._lane(lease.lane)
        if (held.fence, held.holder) != (lease.fence, lease.holder):
            raise LaneLost(str(lease.lane))
        return held

    def _in(self, lane: LaneId) -> list[Delivery]:
        return [held for held in self.held.values() if held.lane == lane]

    def _claim(self, held: Delivery, lease: Lease) -> Delivery:
        self.records.fences[held.id] = lease.fence
        return self.records.write(held.claimed())

    def _settle(self, lease: Lease, settled: Settled) -> bool:
        """Whether the delivery was this lease's."""
        if settled.is_journaled:
            self.records.note(settled.delivery.id, settled.attempt)
        held = self.held.get(settled.delivery.id)
        if held is None or not self.records.is_claimed_by(lease, held):
            return False
        left = after(held, settled)
        if left is None:
            self.records.drop(held.id)
            return True
        self.records.unclaimed(left)
        self.records.let_go([left.id])
        return True


def is_due(delivery: Delivery, now: datetime) -> bool:
    """Whether it may be sent by now."""
    return delivery.state is DeliveryState.DUE and delivery.due <= now
