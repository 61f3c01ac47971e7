"""What a process looks at for itself: the clock of its machine, and whether a sweeper looks."""

import pytest

from domain.delivery.what import EventType
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from tests.unit.application.house import House
from tests.unit.application.subscribed import subscribe


@pytest.mark.parametrize(("off_s", "rings"), [(0, False), (1.9, False), (2, True), (-2, True)])
def test_a_clock_that_is_two_seconds_off_rings(off_s: float, rings: bool) -> None:
    house = House()
    house.store_clock.advance(off_s)

    assert house.look_beside.at_the_clock() == abs(off_s)

    said = [Rung(AlarmKind.CLOCK_SKEW, house.look_beside.machine, "2.0 seconds")]
    assert house.bell.rung == (said if rings else [])


def test_a_sweeper_that_has_not_looked_for_a_minute_stands_and_operators_are_told() -> None:
    house = House()
    subscribe(house, EventType.ALARM_RAISED)
    house.alarms.looked(house.clock.now())
    house.look_beside.at_the_sweeper()
    _pass(house, 59)
    assert house.bell.rung == []
    _pass(house, 10)

    [rung] = house.bell.rung
    assert rung.kind is AlarmKind.SWEEPER_STANDS
    assert rung.said.startswith("last at ")

    house.operator_alarms.note(rung)
    _pass(house, 10)
    assert len(house.deliveries.held) == 1


def test_a_process_that_has_just_begun_waits_a_minute_for_the_first_look() -> None:
    house = House()
    house.look_beside.at_the_sweeper()
    _pass(house, 59)
    assert house.bell.rung == []
    _pass(house, 10)

    assert house.bell.rung == [Rung(AlarmKind.SWEEPER_STANDS, said="never")]


def test_a_look_from_before_a_pause_of_the_whole_hub_is_no_alarm_at_once() -> None:
    house = House()
    house.alarms.looked(house.clock.now())
    house.clock.advance(3600)
    house.store_clock.advance(3600)

    house.look_beside.at_the_sweeper()

    assert house.bell.rung == []


def test_it_looks_every_ten_seconds_at_most() -> None:
    house = House()
    house.look_beside.at_the_sweeper()
    house.store_clock.advance(99)
    _pass(house, 9)
    assert house.bell.rung == []
    _pass(house, 1)

    assert [each.kind for each in house.bell.rung] == [AlarmKind.CLOCK_SKEW]


def test_a_clock_that_was_put_back_keeps_it_from_nothing() -> None:
    house = House()
    house.look_beside.at_the_sweeper()
    _pass(house, -3600)
    house.alarms.looked(house.clock.now())
    _pass(house, 59)
    assert house.bell.rung == []
    _pass(house, 10)

    assert [each.kind for each in house.bell.rung] == [AlarmKind.SWEEPER_STANDS]


def _pass(house: House, seconds: float) -> None:
    house.clock.advance(seconds)
    house.store_clock.advance(seconds)
    house.look_beside.at_the_sweeper()
