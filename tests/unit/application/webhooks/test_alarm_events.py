"""Operators' webhooks hear of alarms, each once; no partner does."""

from typing import Any

import pytest

from domain import errors
from domain.delivery.what import FOR_OPERATORS, EventType
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Alarm, Rung
from domain.webhooks.events import Subscription
from tests.unit.application.house import House
from tests.unit.application.subscribed import bodies, subscribe

RAISED, CLEARED = EventType.ALARM_RAISED, EventType.ALARM_CLEARED
HELD = Rung(AlarmKind.LANE_HELD, "DE-ABC", "state")


def _tell(house: House) -> list[tuple[str, object]]:
    house.alarm_events.sweep()
    house.outbound.told.clear()
    house.pump.run(seconds=20.0)
    return [(body["type"], body["data"]["state"]) for _, body in bodies(house)]


def _clear(house: House, alarm: Alarm) -> None:
    house.operator_alarms.clear(alarm.id, is_over=lambda _: True)


def test_what_is_raised_and_what_is_over_is_told_once_each() -> None:
    house = House()
    subscribe(house, RAISED, CLEARED)
    alarm = house.operator_alarms.note(HELD)

    assert house.alarm_events.sweep() == 1
    assert house.alarm_events.sweep() == 0
    house.pump.run(seconds=20.0)
    [(_, body)] = bodies(house)
    assert body["type"] == "alarm.raised"
    assert (body["data"]["kind"], body["data"]["whom"]) == ("lane.held", "DE-ABC")
    assert body["data"]["do"]

    _clear(house, alarm)
    assert _tell(house) == [("alarm.cleared", "cleared")]
    house.operator_alarms.note(HELD)
    assert _tell(house) == [("alarm.raised", "open")]


def test_an_alarm_that_counts_up_is_not_told_again() -> None:
    house = House()
    subscribe(house, RAISED)
    house.operator_alarms.note(HELD)
    assert len(_tell(house)) == 1

    house.operator_alarms.note(HELD)

    assert _tell(house) == []


def test_a_subscriber_of_one_hears_of_that_alone() -> None:
    house = House()
    subscribe(house, CLEARED, EventType.CDR_PARKED)
    _clear(house, house.operator_alarms.note(HELD))

    assert _tell(house) == [("alarm.cleared", "cleared")]


def test_without_a_subscriber_nothing_is_owed() -> None:
    house = House()
    house.operator_alarms.note(HELD)

    assert house.alarm_events.sweep() == 1
    assert not house.deliveries.held


def test_a_partner_cannot_subscribe(house_with_cpo: House) -> None:
    for event in FOR_OPERATORS:
        with pytest.raises(errors.InvalidDocument, match="for operators alone"):
            subscribe(house_with_cpo, event, by="cpo")


def test_a_partners_webhook_that_has_it_all_the_same_is_not_told(house_with_cpo: House) -> None:
    """What an operator has written into the store."""
    house = house_with_cpo
    house.subscriptions.add(
        Subscription("s", "cpo", "https://hooks.example/s", FOR_OPERATORS, house.clock.now(), "x")
    )
    house.operator_alarms.note(HELD)

    assert house.alarm_events.sweep() == 1
    assert not house.deliveries.held


def test_each_episode_has_an_id_of_its_own_for_those_who_drop_what_comes_twice() -> None:
    house = House()
    subscribe(house, RAISED)
    for _ in range(2):
        alarm = house.operator_alarms.note(HELD)
        house.alarm_events.sweep()
        house.pump.run(seconds=20.0)
        _clear(house, alarm)

    first, second = (request.headers["webhook-id"] for request, _ in bodies(house))
    assert first != second


def test_an_alarm_that_comes_back_after_its_record_is_gone_has_another_id_too() -> None:
    """Cleared ones are kept for 90 days."""
    house = House()
    subscribe(house, RAISED)
    for _ in range(2):
        house.operator_alarms.note(HELD)
        house.alarm_events.sweep()
        house.pump.run(seconds=20.0)
        house.alarms.held.clear()
        house.clock.advance(91 * 24 * 3600)

    first, second = (request.headers["webhook-id"] for request, _ in bodies(house))
    assert first != second


def test_an_alarm_that_is_gone_is_not_told() -> None:
    house = House()
    subscribe(house, RAISED)
    house.operator_alarms.note(HELD)
    house.alarm_events.sweep()
    house.alarms.held.clear()

    assert _tell(house) == []


def test_one_that_changes_meanwhile_is_told_later(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    subscribe(house, RAISED)
    house.operator_alarms.note(HELD)
    owe = house.deliveries.owe

    def while_it_counts_up(_: object, *arguments: Any, **named: Any) -> None:
        owe(*arguments, **named)
        house.operator_alarms.note(HELD)

    monkeypatch.setattr(type(house.deliveries), "owe", while_it_counts_up)
    house.alarm_events.sweep()
    monkeypatch.undo()

    assert house.alarm_events.sweep() == 1
    assert len(house.deliveries.held) == 1


@pytest.fixture
def house_with_cpo(market: House) -> House:
    return market
