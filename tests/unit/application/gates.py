"""Partners that hang until their gate opens, and the pump that has to live with them."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from adapters.memory import MemoryDeliveries, answer
from application.delivery import draining
from domain.delivery.deliveries import LaneId
from domain.delivery.lanes import LaneHealth, Lease
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, XYZ, a_location, a_partner, a_reader
from tests.unit.application.house import House, TalkingWire, to

SLOW = PartyId("BE", "SLO")
LANE = LaneId("emsp")
SICK = answer(status=500, code=None)


@dataclass
class Gate:
    """Partners that answer at once, but for those whose gate is shut: these wait until it opens."""

    shut: set[PartyId] = field(default_factory=set)
    inside: Counter[PartyId] = field(default_factory=Counter)
    most: Counter[PartyId] = field(default_factory=Counter)
    answered: Counter[PartyId] = field(default_factory=Counter)
    opened: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    said: Callable[[WireRequest], WireAnswer] = lambda _: answer()

    def __call__(self, request: WireRequest) -> WireAnswer:
        party = to(request)
        with self.lock:
            self.inside[party] += 1
            self.most[party] = max(self.most[party], self.inside[party])
        if party in self.shut:
            assert self.opened.wait(30)
        with self.lock:
            self.inside[party] -= 1
            self.answered[party] += 1
        return self.said(request)

    def hanging(self) -> int:
        with self.lock:
            return sum(self.inside[party] for party in self.shut)


def a_house(gate: Callable[[WireRequest], WireAnswer], **ports: Any) -> House:
    house = House(wire=TalkingWire(gate), **ports)
    return house.with_partners(a_partner(), a_reader())


def owe(house: House, locations: int = 1, start: int = 0) -> None:
    """Changes of so many locations, for every reader."""
    for number in range(start, start + locations):
        key = ObjectKey("locations", ABC, f"L{number:03}")
        house.push(a_location(key.id), key=key)


def pump(house: House, *, until: Callable[[], bool] | None = None) -> bool:
    """Pump until all is done, or until the condition; whether there is more to do."""
    more = house.pump.run(seconds=20.0, stop=until or (lambda: False))
    assert until is None or until()
    return more


def health(house: House, lane: LaneId = LANE) -> LaneHealth:
    return house.deliveries.health()[lane]


def is_free(house: House, lane: LaneId = LANE) -> bool:
    lease = house.deliveries.lease(lane, holder="another pump", seconds=60)
    if lease is not None:
        house.deliveries.give_back(lease)
    return lease is not None


@dataclass
class StoreClock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def taken_over(store: StoreClock, house: House) -> Lease:
    """Our lease has ended meanwhile, and another pump has the lane and all that is in it."""
    store.seconds += draining.LEASE_S + 1
    lease = house.deliveries.lease(LANE, holder="another pump", seconds=60)
    assert lease is not None
    house.deliveries.claim(lease, now=house.clock.now(), limit=99)
    return lease


def hanging_beyond_its_lease(gate: Gate, *, owed: int) -> House:
    """XYZ hangs at the first of what it is owed, and the lease for it has ended meanwhile."""
    store = StoreClock()
    house = a_house(gate, deliveries=MemoryDeliveries(seconds_now=store))
    gate.shut = {XYZ}
    owe(house, owed)
    pump(house, until=lambda: gate.inside[XYZ] == 1)
    store.seconds += draining.LEASE_S + 1
    return house
