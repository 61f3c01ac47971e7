"""Alarms: one for each kind and whom, counted up, acknowledged, over, and raised anew."""

from datetime import timedelta

import pytest

from domain import errors
from domain.operators.alarm_kinds import MEANINGS, AlarmKind
from domain.operators.alarms import CLEARED, LONGEST_WHOM, RAISED, Alarm, Rung, shown
from tests.unit.application.house import House

HELD = Rung(AlarmKind.LANE_HELD, "DE-ABC", "state")


def _over(_: Alarm) -> bool:
    return True


def test_the_first_is_raised_counted_and_said(caplog: pytest.LogCaptureFixture) -> None:
    house = House()

    raised = house.operator_alarms.note(HELD)

    assert (raised.times, raised.episode, raised.since) == (1, 1, house.clock.now())
    assert raised.untold == (RAISED,)
    assert house.counted("alarms", kind="lane.held") == 1
    [line] = caplog.records
    assert (line.levelname, line.getMessage()) == ("WARNING", "alarm raised")
    assert vars(line)["said"]["whom"] == "DE-ABC"


def test_raised_again_it_counts_up_and_is_one_record() -> None:
    house = House()
    house.operator_alarms.note(HELD)
    house.clock.advance(60)

    again = house.operator_alarms.note(HELD._replace(said="cdr"), times=40)

    assert (again.times, again.said, again.seen_at) == (41, "cdr", house.clock.now())
    assert again.since == again.seen_at - timedelta(seconds=60)
    assert list(house.alarms.held) == [again.id]
    assert house.counted("alarms", kind="lane.held") == 1


def test_each_whom_and_each_kind_has_its_own() -> None:
    house = House()
    for rung in (HELD, HELD._replace(whom="NL-MS1"), HELD._replace(kind=AlarmKind.CDR_PARKED)):
        house.operator_alarms.note(rung)

    assert len(house.alarms.held) == 3


def test_over_it_stays_to_be_seen_and_is_raised_anew_as_another_episode(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = House()
    first = house.operator_alarms.note(HELD)
    house.operator_alarms.acknowledge(first.id, by="anna")
    caplog.set_level("INFO")

    house.operator_alarms.clear(first.id, is_over=_over)
    house.operator_alarms.clear(first.id, is_over=_over)
    house.operator_alarms.clear("none", is_over=_over)

    over = house.operator_alarms.find(first.id)
    assert (over.is_open, over.cleared_at) == (False, house.clock.now())
    assert over.untold == (RAISED, CLEARED)
    assert [each.getMessage() for each in caplog.records].count("alarm cleared") == 1
    assert [each.id for each in house.operator_alarms.listed(is_open=False, limit=9)] == [over.id]

    house.clock.advance(5)
    anew = house.operator_alarms.note(HELD)
    assert (anew.is_open, anew.episode, anew.times) == (True, 2, 1)
    assert (anew.acknowledged, anew.untold) == (None, (RAISED,))


def test_what_is_not_over_by_now_is_not_cleared() -> None:
    house = House()
    raised = house.operator_alarms.note(HELD)

    house.operator_alarms.clear(raised.id, is_over=lambda _: False)

    assert house.operator_alarms.find(raised.id).is_open


def test_an_operator_looks_after_what_is_open_alone() -> None:
    house = House()
    raised = house.operator_alarms.note(HELD)

    done = house.operator_alarms.acknowledge(raised.id, by="anna")
    assert shown(done)["acknowledged"] == {"by": "anna", "at": shown(done)["since"]}
    assert shown(done)["state"] == "open"
    house.operator_alarms.clear(raised.id, is_over=_over)

    with pytest.raises(errors.WrongState):
        house.operator_alarms.acknowledge(raised.id, by="anna")
    with pytest.raises(errors.UnknownObject):
        house.operator_alarms.acknowledge("none", by="anna")
    assert shown(house.operator_alarms.find(raised.id))["state"] == "cleared"


def test_a_name_of_any_length_and_kind_is_kept_as_text() -> None:
    house = House()

    raised = house.operator_alarms.note(HELD._replace(whom="\ud800x" * 200, said="\n" * 900))

    assert len(raised.whom) == LONGEST_WHOM
    assert len(raised.said) == 200
    assert (raised.whom + raised.said).encode()


@pytest.mark.parametrize("kind", AlarmKind)
def test_every_kind_says_what_it_is_and_what_to_do(kind: AlarmKind) -> None:
    meaning = MEANINGS[kind]

    assert meaning.what.endswith(".")
    assert meaning.do.endswith(".")
