"""The pump and its leases: a lane that another pump has now is left at once."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from adapters.memory import MemoryDeliveries, answer
from application.delivery import claiming, draining
from application.delivery import pump as pump_module
from application.delivery.draining import LeasedLane
from application.delivery.recording import AttemptRecorder
from domain.delivery.deliveries import Delivery, LaneId
from domain.delivery.lanes import Lease
from domain.errors import StoreUnavailable
from domain.ports import WireAnswer, WireRequest
from tests.builders import XYZ, a_reader
from tests.unit.application.gates import (
    LANE,
    SLOW,
    Gate,
    StoreClock,
    a_house,
    hanging_beyond_its_lease,
    is_free,
    owe,
    pump,
    taken_over,
)
from tests.unit.application.house import House


def test_a_lane_that_was_taken_over_is_left_as_soon_as_an_attempt_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What began before that is in the air: four at a time to a lane."""
    monkeypatch.setattr(pump_module, "_TOGETHER_S", 0.0)
    store = StoreClock()
    house = a_house(lambda _: answer(), deliveries=MemoryDeliveries(seconds_now=store))
    others: list[Lease] = []

    def taking_over(_: WireRequest) -> WireAnswer:
        if not others:
            others.append(taken_over(store, house))
        return answer()

    house.wire.answers = taking_over
    owe(house, 9)

    assert pump(house) is False

    assert len(house.wire.asked) <= 5
    assert len(house.deliveries.owed()) == 9
    house.deliveries.renew(others[0], seconds=60)
    house.pump.close()


def test_a_lane_that_was_taken_over_while_a_send_hangs_is_noticed_at_the_renewal(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = StoreClock()
    house = a_house(gate, deliveries=MemoryDeliveries(seconds_now=store))
    gate.shut = {XYZ}
    owe(house, 9)
    pump(house, until=lambda: gate.inside[XYZ] == 1)
    draining = house.pump.in_hand[LANE]
    monkeypatch.setattr(claiming, "RENEW_S", -1.0)
    house.pump._one_round()
    still_ours = draining.is_ours()

    other = taken_over(store, house)
    house.pump._one_round()

    assert still_ours
    assert draining.lost
    assert not draining.is_ours()
    assert draining.backlog == []
    gate.opened.set()
    assert pump(house) is False
    assert len(house.wire.asked) == 1
    assert len(house.deliveries.owed()) == 9
    house.deliveries.renew(other, seconds=60)
    house.pump.close()


def test_a_lease_that_ended_unnoticed_is_not_taken_a_second_time(gate: Gate) -> None:
    house = hanging_beyond_its_lease(gate, owed=9)
    before = house.pump.in_hand[LANE]

    house.pump._one_round()

    assert house.pump.in_hand[LANE] is before
    gate.opened.set()
    house.pump.close()


def test_nothing_leaves_once_the_lease_may_have_ended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "SAFE_S", -1.0)
    owe(house, 3)

    house.pump._one_round()
    while house.pump.in_hand:
        house.pump._one_round()

    assert house.wire.asked == []
    assert len(house.deliveries.owed()) == 3
    assert is_free(house)


def test_a_lane_that_another_pump_was_quicker_to_lease_is_left_to_it(gate: Gate) -> None:
    @dataclass(frozen=True)
    class Slower(MemoryDeliveries):
        def lease(self, lane: LaneId, *, holder: str, seconds: float) -> Lease | None:
            return None

    house = a_house(gate, deliveries=Slower())
    owe(house)

    assert pump(house) is False
    assert gate.answered == {}


@dataclass(frozen=True)
class AwayDeliveries(MemoryDeliveries):
    """A store that goes away in the middle of what it is asked, as often as told."""

    fails: list[str] = field(default_factory=list)

    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        claimed = super().claim(lease, now=now, limit=limit)
        self._go_away("claim")
        return claimed

    def lanes_due(self, *, now: datetime) -> tuple[LaneId, ...]:
        self._go_away("lanes_due")
        return super().lanes_due(now=now)

    def _go_away(self, name: str) -> None:
        if name in self.fails:
            self.fails.remove(name)
            raise StoreUnavailable(name)


@pytest.mark.parametrize("name", ["claim", "lanes_due"])
def test_a_pump_whose_store_is_away_rests_and_goes_on_later(gate: Gate, name: str) -> None:
    deliveries = AwayDeliveries()
    house = a_house(gate, deliveries=deliveries)
    owe(house, 3)
    deliveries.fails.append(name)

    pump(house)
    assert gate.answered == {}
    pump(house)  # gives back what it may have claimed
    pump(house)

    assert gate.answered == {XYZ: 3}
    assert house.deliveries.owed() == ()
    house.pump.close()


def test_a_lane_that_was_lost_claims_nothing_more_while_a_send_hangs(gate: Gate) -> None:
    deliveries = AwayDeliveries()
    house = a_house(gate, deliveries=deliveries)
    gate.shut = {XYZ}
    owe(house, 1)
    pump(house, until=lambda: gate.inside[XYZ] == 1)
    draining = house.pump.in_hand[LANE]
    draining.answers, draining.lost = 1, True  # well enough for four at a time
    owe(house, 3, start=1)

    house.pump._one_round()

    assert [each.sending for each in house.deliveries.owed()[1:]] == [None, None, None]
    gate.opened.set()
    house.pump.close()


def test_two_pumps_share_the_lanes_and_send_everything_once(gate: Gate) -> None:
    house = a_house(gate)
    house.with_partners(a_reader("slow", SLOW))
    owe(house, 40)
    other = house.another_pump("pump-2")

    second = threading.Thread(target=other.run, kwargs={"seconds": 20.0})
    second.start()
    pump(house)
    second.join(20)

    assert gate.answered == {XYZ: 40, SLOW: 40}
    assert house.deliveries.owed() == ()
    house.pump.close()
    other.close()


def test_what_was_answered_is_written_though_the_next_send_cannot_begin(
    house: House, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = list[str]()

    def begins(_: AttemptRecorder, __: LeasedLane, delivery: Delivery) -> bool:
        begun.append(delivery.key.id)
        if len(begun) == 2:
            raise StoreUnavailable("away")
        return True

    monkeypatch.setattr(AttemptRecorder, "begins", begins)
    owe(house, 2)

    house.pump.run(seconds=20.0, stop=lambda: len(begun) == 2)

    assert [each.key.id for each in house.deliveries.owed()] == begun[1:]
    assert gate.answered == {XYZ: 1}
    house.pump.close()
