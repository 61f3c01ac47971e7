"""What is owed, in memory: deliveries, and the lanes that they wait in."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock

from domain.deliveries import Delivery, DeliveryClass, DeliveryState, LaneId, Mark, Settled, after
from domain.errors import LaneLost
from domain.lanes import LaneHealth, Lease


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
    held: dict[str, Delivery] = field(default_factory=dict)
    fences: dict[str, int] = field(default_factory=dict)
    lanes: dict[LaneId, _Lane] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock, repr=False)

    def mark(self, marks: Sequence[Mark], *, now: datetime) -> None:
        with self.lock:
            for mark in marks:
                held = self.held.get(mark.delivery_id)
                if held is None:
                    self._write(Delivery.of(mark, now=now))
                elif (marked := held.marked(mark, now=now)) != held:
                    self._write(marked)

    def lanes_due(self, *, now: datetime) -> tuple[LaneId, ...]:
        with self.lock:
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
        with self.lock:
            if self._is_leased(lane):
                return None
            held = self.lanes.setdefault(lane, _Lane())
            held.fence += 1
            held.holder = holder
            held.until = self.seconds_now() + seconds
            return Lease(lane, holder, held.fence, held.health)

    def renew(self, lease: Lease, *, seconds: float) -> None:
        with self.lock:
            self._ours(lease).until = self.seconds_now() + seconds

    def give_back(self, lease: Lease, health: LaneHealth | None = None) -> None:
        with self.lock:
            held = self._lane(lease.lane)
            if (held.fence, held.holder) == (lease.fence, lease.holder):
                held.holder = None
                held.health = health or held.health

    def note_health(self, lease: Lease, health: LaneHealth) -> None:
        with self.lock:
            self._ours(lease).health = health

    def half_open(self, partner_id: str, *, now: datetime) -> None:
        with self.lock:
            for name in DeliveryClass:
                lane = LaneId(partner_id, name)
                if lane in self.lanes:
                    health = self.lanes[lane].health.half_opened(now=now)
                    self.lanes[lane].health = health
                self.release(lane, now=now)

    def release(self, lane: LaneId, *, now: datetime) -> None:
        with self.lock:
            for held in self._in(lane):
                if held.state is DeliveryState.DUE and held.due > now:
                    self._write(replace(held, due=now))

    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        with self.lock:
            self._ours(lease)
            if not self._is_leased(lease.lane):
                raise LaneLost(str(lease.lane))
            free = [
                held
                for held in self._in(lease.lane)
                if _is_due(held, now) and self.fences.get(held.id, 0) < lease.fence
            ]
            free.sort(key=lambda held: (held.due, held.since))
            return tuple(self._claim(held, lease) for held in free[:limit])

    def settle(self, lease: Lease, settled: Sequence[Settled]) -> None:
        with self.lock:
            written = [self._settle(lease, each) for each in settled]
            if not all(written):
                self._ours(lease)

    def owed(
        self, *, partner_id: str | None = None, state: str | None = None, limit: int = 100
    ) -> tuple[Delivery, ...]:
        with self.lock:
            found = [
                held
                for held in self.held.values()
                if partner_id in (None, held.lane.partner_id) and state in (None, held.state.value)
            ]
            return tuple(sorted(found, key=lambda held: (held.since, held.id))[:limit])

    def get(self, delivery_id: str) -> Delivery | None:
        with self.lock:
            return self.held.get(delivery_id)

    def health(self) -> Mapping[LaneId, LaneHealth]:
        with self.lock:
            return {lane: held.health for lane, held in self.lanes.items()}

    def retry(self, delivery_id: str, *, now: datetime) -> bool:
        with self.lock:
            held = self.held.get(delivery_id)
            if held is None:
                return False
            self._write(replace(held, state=DeliveryState.DUE, due=now))
            return True

    def forget(self, partner_id: str) -> int:
        with self.lock:
            forgotten = self._in(LaneId(partner_id, DeliveryClass.STATE))
            for held in forgotten:
                self._drop(held.id)
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

    def _write(self, delivery: Delivery) -> Delivery:
        known = delivery.id in self.held
        written = replace(delivery, version=delivery.version + 1) if known else delivery
        self.held[delivery.id] = written
        return written

    def _drop(self, delivery_id: str) -> None:
        del self.held[delivery_id]
        self.fences.pop(delivery_id, None)

    def _claim(self, held: Delivery, lease: Lease) -> Delivery:
        self.fences[held.id] = lease.fence
        return self._write(held.claimed())

    def _settle(self, lease: Lease, settled: Settled) -> bool:
        """Whether the delivery was this lease's."""
        held = self.held.get(settled.delivery.id)
        if held is None or self.fences.get(held.id) != lease.fence:
            return False
        left = after(held, settled)
        if left is None:
            self._drop(held.id)
            return True
        del self.fences[held.id]
        self._write(left)
        return True


def _is_due(delivery: Delivery, now: datetime) -> bool:
    return delivery.state is DeliveryState.DUE and delivery.due <= now
