"""What is owed, in memory: deliveries, and the lanes that they wait in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.memory.leases import MemoryLeases, is_due
from domain.delivery.backlog import LaneBacklog
from domain.delivery.deliveries import (
    Delivery,
    DeliveryClass,
    DeliveryRequest,
    DeliveryState,
    LaneId,
    delivery_of,
    is_of_cdr,
)
from domain.delivery.lanes import Breaker, LaneHealth
from domain.delivery.settling import retried


@dataclass(frozen=True)
class MemoryDeliveries(MemoryLeases):
    """Beside what a pump does: what publishers owe, and operators look at."""

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
                (each for each in self.held.values() if is_due(each, now)),
                key=lambda each: each.due,
            )
            return tuple(
                lane
                for lane in dict.fromkeys(each.lane for each in due)
                if not self._is_leased(lane) and self._lane(lane).health.threads(now) > 0
            )

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

    def backlog(self, *, lanes: int, most: int) -> tuple[LaneBacklog, ...]:
        with self.records.lock:
            owed = [each for each in self.held.values() if each.state is DeliveryState.DUE]
            found = [
                LaneBacklog(
                    lane=lane,
                    since=min(each.since for each in owed if each.lane == lane),
                    due=min(most, sum(each.lane == lane for each in owed)),
                    is_held=self._lane(lane).health.breaker is not Breaker.CLOSED,
                )
                for lane in dict.fromkeys(each.lane for each in owed)
            ]
        return tuple(sorted(found, key=lambda each: each.since)[:lanes])

    def cdrs(self, states: Sequence[DeliveryState], *, most: int) -> int:
        with self.records.lock:
            found = [each for each in self.held.values() if is_of_cdr(each)]
            return min(most, sum(each.state in states for each in found))

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
