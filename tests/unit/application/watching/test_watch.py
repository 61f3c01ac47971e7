"""The sweeper's look: what is the matter is raised, what is over is cleared, writing stays rare."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

import pytest

from application.watching import watch as watch_module
from application.watching.conditions import OFTEN, SELDOM, Look
from domain import errors
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Alarm, Rung
from tests.unit.application.house import House

HELD = Rung(AlarmKind.LANE_HELD, "DE-ABC")
PARKED = Rung(AlarmKind.CDR_PARKED, "NL-MS1")


class _Conditions:
    """What a test says is the matter."""

    def __init__(self) -> None:
        self.often: list[Rung] = []
        self.seldom: list[Rung] = []

    def looks(self) -> Iterable[Look]:
        return (
            Look(frozenset({AlarmKind.LANE_HELD}), lambda: self.often, OFTEN),
            Look(frozenset({AlarmKind.CDR_PARKED}), lambda: self.seldom, SELDOM),
        )


class _House(House):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.said = _Conditions()
        self.watch = replace(self.alarm_watch, conditions=cast(Any, self.said))

    def open(self) -> list[Alarm]:
        self.watch.sweep()
        return list(self.alarms.listed(is_open=True, limit=99))


@pytest.fixture
def house() -> _House:
    return _House()


def test_what_is_the_matter_is_raised_and_is_over_when_it_is_no_more(house: _House) -> None:
    house.said.often = [HELD]
    [alarm] = house.open()
    assert (alarm.kind, alarm.whom, alarm.times) == (*HELD[:2], 1)

    house.said.often = []
    assert house.open() == []

    assert house.operator_alarms.find(alarm.id).cleared_at == house.clock.now()


def test_what_goes_on_is_written_once_a_minute(house: _House) -> None:
    house.said.often = [HELD]
    [alarm] = house.open()
    house.clock.advance(59)
    assert house.open() == [alarm]
    house.clock.advance(1)

    [again] = house.open()

    assert (again.times, again.seen_at) == (2, house.clock.now())


def test_what_is_dear_to_look_for_is_looked_for_once_a_minute(house: _House) -> None:
    assert house.open() == []
    house.said.seldom = [PARKED]
    house.clock.advance(59)
    assert house.open() == []
    house.clock.advance(1)

    [alarm] = house.open()

    house.said.seldom = []
    assert house.open() == [alarm]
    house.clock.advance(60)
    assert house.open() == []


def test_what_an_event_has_raised_is_over_when_it_was_not_raised_for_long(house: _House) -> None:
    house.operator_alarms.note(Rung(AlarmKind.HUB_REFUSED, "DE-ABC"))
    house.clock.advance(15 * 60 - 1)
    assert len(house.open()) == 1
    house.clock.advance(1)

    house.open()

    assert house.alarms.listed(is_open=True, limit=9) == ()


def test_what_another_sweeper_has_seen_since_is_not_over(
    house: _House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.said.often = [HELD]
    [alarm] = house.open()

    def looks() -> list[Rung]:
        house.clock.advance(60)
        house.operator_alarms.note(HELD)
        return []

    monkeypatch.setattr(
        house.said,
        "looks",
        lambda: (Look(frozenset({AlarmKind.LANE_HELD}), looks, OFTEN),),
    )

    house.watch.sweep()

    assert house.operator_alarms.find(alarm.id).is_open


def test_a_flood_is_bounded(house: _House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "MOST_OF_A_LOOK", 3)
    house.said.often = [HELD._replace(whom=f"P{number}") for number in range(9)]

    assert len(house.open()) == 3
    assert house.watch.sweep() == 3


def test_what_a_flood_hides_is_not_said_to_be_over(
    house: _House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.said.often = [HELD]
    [alarm] = house.open()
    monkeypatch.setattr(watch_module, "MOST_OF_A_LOOK", 3)
    house.said.often = [HELD._replace(whom=f"P{number}") for number in range(9)] + [HELD]

    assert alarm.id in {each.id for each in house.open()}


def test_a_look_is_noted_for_those_who_ask_whether_one_looks(house: _House) -> None:
    house.watch.sweep()

    assert house.alarms.last_look() == house.clock.now()


def test_a_look_that_fails_keeps_no_other_from_being_made_and_no_alarm_open(house: _House) -> None:
    house.operator_alarms.note(Rung(AlarmKind.HUB_REFUSED, "DE-ABC"))
    house.clock.advance(15 * 60)

    def fails() -> list[Rung]:
        raise errors.StoreUnavailable("away")

    looks = (Look(frozenset({AlarmKind.CDR_MISSING}), fails, OFTEN), *house.said.looks())
    house.said.looks = lambda: looks  # type: ignore[method-assign]
    house.said.often.append(HELD)

    with pytest.raises(errors.StoreUnavailable):
        house.watch.sweep()

    [alarm] = house.alarms.listed(is_open=True, limit=9)
    assert alarm.kind is AlarmKind.LANE_HELD


def test_a_clock_that_was_put_back_keeps_no_look_from_being_made(house: _House) -> None:
    assert house.open() == []
    house.clock.advance(-3600)
    house.said.often, house.said.seldom = [HELD], [PARKED]

    assert len(house.open()) == 2


def test_an_alarm_of_a_clock_that_is_ahead_is_over_as_the_others_are(house: _House) -> None:
    house.clock.advance(24 * 3600)
    house.operator_alarms.note(Rung(AlarmKind.CLOCK_SKEW, "web-2"))
    house.clock.advance(-24 * 3600)
    [alarm] = house.open()
    assert alarm.seen_at == house.clock.now()
    house.clock.advance(3 * 60)

    house.open()

    assert house.alarms.listed(is_open=True, limit=9) == ()


def test_what_another_sweeper_has_put_right_is_not_written_again(house: _House) -> None:
    alarm = house.operator_alarms.note(HELD)

    assert house.operator_alarms.put_right(alarm.id) == alarm


def test_a_clock_that_was_put_back_closes_what_is_over(house: _House) -> None:
    house.said.often = [HELD]
    house.open()
    house.clock.advance(-3600)
    house.said.often = []

    assert house.open() == []
