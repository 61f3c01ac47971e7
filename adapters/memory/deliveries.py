"""What is owed, in memory: deliveries, and the lanes that they wait in."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.memory.records import MemoryRecords
from adapters.memory.storable import check_storable
from domain.delivery.deliveries import (
    Delivery,
    DeliveryClass,
    DeliveryRequest,
    DeliveryState,
    LaneId,
    delivery_of,
)
from domain.delivery.lanes import LaneHealth, Lease
from domain.delivery.settling import Settled, after, retried
from domain.errors import LaneLost


@dataclass
class _Lane:
    fence: int = 0
    holder: str | None = None
    until: float = 0.0
    health: LaneHealth = field(default_factory=LaneHealth)


@dataclass(frozen=True)
class MemoryDeliveries:
    """`seconds_now` is the store's clock, by which leases end."""

    seconds_now: Callable[[], float] = time.monotonic
    records: MemoryRecords = field(default_factory=MemoryRecords)
    lanes: dict[LaneId, _Lane] = field(default_factory=dict)

    @property
    def held(self) -> dict[str, Delivery]:
        """Every delivery, by its id."""
        return self.records.held

    def owe(self, requests: Sequence[DeliveryRequest], *, now: datetime) -> None:
        with self.records.lock:
            for request in requests:
                held = self.held.get(request.delivery_id)
                if held is None:
                    self.records.write(delivery_of(request, now=now))
                elif (requested := held.with_request(request, now=now)) != held:
                    self.records.write(requested)

    def lanes_due(self, *, now: datetime) -> tuple[LaneId, ...]:
        with self.records.lock:
            due = sorted(
                (each for each in self.held.values() if _is_due(each, now)),
                key=lambda each: each.due,
            )
            return tuple(
                lane
                for lane in dict.fromkeys(each.lane for each in due)
                if not self._is_leased(lane) and self._lane(lane).health.threads(now) > 0
            )

    def lease(self, lane: LaneId, *, holder: str, seconds: float) -> Lease | None:
        with self.records.lock:
            if self._is_leased(lane):
                return None
            held = self.lanes.setdefault(lane, _Lane())
            held.fence += 1
            held.holder = holder
            held.until = self.seconds_now() + seconds
            return Lease(lane, holder, held.fence, held.health)

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

    def half_open(self, partner_id: str, *, now: datetime) -> None:
        with self.records.lock:
            for name in DeliveryClass:
                lane = LaneId(partner_id, name)
                if lane in self.lanes:
                    health = self.lanes[lane].health.half_opened(now=now)
                    self.lanes[lane].health = health
                self.release(lane, now=now)

    def release(self, lane: LaneId, *, now: datetime) -> None:
        with self.records.lock:
            for held in self._in(lane):
                if held.state is DeliveryState.DUE and held.due > now:
                    self.records.write(replace(held, due=now))

    def is_empty(self, lane: LaneId) -> bool:
        with self.records.lock:
            return all(held.state is not DeliveryState.DUE for held in self._in(lane))

    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        with self.records.lock:
            self._ours(lease)
            if not self._is_leased(lease.lane):
                raise LaneLost(str(lease.lane))
            free = [
                held
                for held in self._in(lease.lane)
                if _is_due(held, now) and self.records.fences.get(held.id, 0) < lease.fence
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

    def owed(
        self,
        *,
        partner_id: str | None = None,
        state: DeliveryState | None = None,
        limit: int = 100,
    ) -> tuple[Delivery, ...]:
        with self.records.lock:
            found = [
                held
                for held in self.held.values()
                if partner_id in (None, held.lane.target)
                and (held.state.is_open if state is None else held.state is state)
            ]
            return tuple(sorted(found, key=lambda held: (held.since, held.id))[:limit])

    def refused(self, delivery_ids: Iterable[str]) -> frozenset[str]:
        with self.records.lock:
            held = (self.held.get(each) for each in delivery_ids)
            refused = DeliveryState.REFUSED
            return frozenset(each.id for each in held if each and each.state is refused)

    def owed_since(self, lane: LaneId) -> datetime | None:
        states = (DeliveryState.DUE, DeliveryState.REFUSED)
        with self.records.lock:
            owed = (held.since for held in self._in(lane) if held.state in states)
            return min(owed, default=None)

    def get(self, delivery_id: str) -> Delivery | None:
        with self.records.lock:
            return self.held.get(delivery_id)

    def by_short_id(self, short_id: str) -> Delivery | None:
        with self.records.lock:
            named = [held for held in self.held.values() if held.short_id == short_id]
            return min(named, key=lambda held: held.since, default=None)

    def health(self) -> Mapping[LaneId, LaneHealth]:
        with self.records.lock:
            return {lane: held.health for lane, held in self.lanes.items()}

    def retry(self, delivery_id: str, *, now: datetime, behind: str = "") -> bool:
        with self.records.lock:
            held = self.held.get(delivery_id)
            fresh = None if held is None else retried(held, now=now, behind=behind)
            if fresh is not None:
                self.records.write(fresh)
            return fresh is not None

    def forget(self, partner_id: str) -> int:
        with self.records.lock:
            forgotten = [
                held
                for held in self.held.values()
                if held.lane.target == partner_id
                and held.lane.delivery_class is not DeliveryClass.CDR
            ]
            for held in forgotten:
                self.records.drop(held.id)
            return len(forgotten)

    def _lane(self, lane: LaneId) -> _Lane:
        return self.lanes.get(lane, _Lane())

    def _is_leased(self, lane: LaneId) -> bool:
        held = self._lane(lane)
        return held.holder is not None and held.until > self.seconds_now()

    def _ours(self, lease: Lease) -> _Lane:
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


def _is_due(delivery: Delivery, now: datetime) -> bool:
    return delivery.state is DeliveryState.DUE and delivery.due <= now
