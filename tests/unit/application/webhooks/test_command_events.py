"""Who is told what became of a command: its two sides and the operators, each status once."""

from dataclasses import replace
from typing import Any

import pytest

from domain.commands.records import CommandRecord
from domain.delivery.deliveries import DeliveryState
from domain.delivery.what import EventType
from domain.errors import RecordChanged
from domain.partners.party import Role
from domain.webhooks.events import Subscription
from tests.builders import ABC, QRS, XYZ, a_partner, a_role
from tests.unit.application.commands_asked import a_house, arrived, now, says, sent_by
from tests.unit.application.house import House
from tests.unit.application.subscribed import bodies, owed, subscribe

RESULT = EventType.COMMAND_RESULT


@pytest.fixture
def house() -> House:
    return a_house().with_partners(a_partner("other", a_role(Role.EMSP, QRS)))


def _statuses(house: House, subscription: Subscription) -> list[str]:
    """What this subscriber was told, in order."""
    told = [body for request, body in bodies(house) if request.url == subscription.url]
    return [body["data"]["status"] for body in told]


def _tell(house: House) -> None:
    house.command_events.sweep()
    house.pump.run(seconds=20.0)


def _resulted(house: House, result: str = "ACCEPTED", name: str = "START_SESSION") -> CommandRecord:
    """The operator's result of a command is here."""
    command = sent_by(house, name)
    house.command_results.take(arrived(command, result))
    return now(house, command)


@pytest.mark.parametrize(
    ("partner_id", "is_told"), [("cpo", True), ("emsp", True), (None, True), ("other", False)]
)
def test_a_result_is_told_to_both_sides_and_the_operator(
    house: House, partner_id: str | None, is_told: bool
) -> None:
    subscription = subscribe(house, RESULT, by=partner_id)
    _resulted(house)

    _tell(house)

    assert _statuses(house, subscription) == ["ACCEPTED"] * is_told


def test_a_platform_that_is_gone_is_told_nothing_and_the_other_side_is(house: House) -> None:
    gone, there = subscribe(house, RESULT, by="emsp"), subscribe(house, RESULT, by="cpo")
    _resulted(house)
    house.administration.remove("emsp")

    _tell(house)

    assert (_statuses(house, gone), _statuses(house, there)) == ([], ["ACCEPTED"])


def test_only_who_subscribed_to_results_is_told(house: House) -> None:
    subscription = subscribe(house, *(set(EventType) - {RESULT}))
    _resulted(house)

    house.command_events.sweep()
    assert house.deliveries.held == {}
    _tell(house)

    assert _statuses(house, subscription) == []


def test_as_long_as_nothing_has_become_of_it_there_is_nothing_to_tell(house: House) -> None:
    subscription = subscribe(house, RESULT)
    sent_by(house)

    assert house.command_events.sweep() == 0
    _tell(house)

    assert _statuses(house, subscription) == []


def test_each_status_is_told_once(house: House) -> None:
    subscription = subscribe(house, RESULT)
    command = _resulted(house, name="RESERVE_NOW")

    _tell(house)
    _tell(house)
    house.command_results.take(arrived(command, "CANCELED_RESERVATION"))
    _tell(house)
    house.command_results.take(arrived(command, "CANCELED_RESERVATION"))
    _tell(house)

    assert _statuses(house, subscription) == ["ACCEPTED", "CANCELED_RESERVATION"]
    ids = [request.headers["webhook-id"] for request, _ in bodies(house)]
    assert len(set(ids)) == 2


def test_two_steps_before_the_first_is_told_are_one_event_of_what_is(house: House) -> None:
    subscription = subscribe(house, RESULT)
    command = _resulted(house, name="RESERVE_NOW")
    house.command_events.sweep()
    house.command_results.take(arrived(command, "CANCELED_RESERVATION"))
    house.command_events.sweep()

    house.pump.run(seconds=20.0)

    assert _statuses(house, subscription) == ["CANCELED_RESERVATION"]


def test_what_failed_was_refused_or_never_came_is_told_too(house: House) -> None:
    subscription = subscribe(house, RESULT)
    sent_by(house, answer=says("REJECTED", 0))
    sent_by(house, answer=says("ACCEPTED", 9, code=2000))
    silent = sent_by(house)
    house.clock.advance((silent.deadline - house.clock.now()).total_seconds())
    house.command_deadlines.sweep()

    _tell(house)

    assert sorted(_statuses(house, subscription)) == ["FAILED", "REJECTED", "TIMEOUT"]


def test_the_event_says_which_command_it_was_and_what_became_of_it(house: House) -> None:
    subscribe(house, RESULT)
    command = _resulted(house, "OCCUPIED", name="RESERVE_NOW")

    _tell(house)

    [(_, body)] = bodies(house)
    assert body["type"] == "command.result"
    assert body["data"] == {
        "command_id": command.id,
        "module": "commands",
        "command": "RESERVE_NOW",
        "status": "OCCUPIED",
        "result": "OCCUPIED",
        "requester": {"country_code": "FR", "party_id": "XYZ"},
        "receiver": {"country_code": "DE", "party_id": "ABC"},
        "location_id": "LOC1",
        "session_id": None,
        "reservation_id": "R1",
    }


def test_of_a_refused_command_there_is_no_result(house: House) -> None:
    subscribe(house, RESULT)
    sent_by(house, "STOP_SESSION", answer=says("UNKNOWN_SESSION", 0))

    _tell(house)

    [(_, body)] = bodies(house)
    data: dict[str, Any] = body["data"]
    assert (data["status"], data["result"]) == ("UNKNOWN_SESSION", None)
    assert (data["session_id"], data["location_id"]) == ("S1", None)


def test_a_command_whose_record_is_gone_is_not_told_of(house: House) -> None:
    subscription = subscribe(house, RESULT)
    command = _resulted(house)
    house.command_events.sweep()
    del house.commands.held[command.id]

    house.pump.run(seconds=20.0)

    assert _statuses(house, subscription) == []
    assert house.delivery_overview.owed(state=DeliveryState.REFUSED) == ()


def test_a_command_that_changes_meanwhile_is_told_of_again_with_the_same_id(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is marked first: dying, or losing the race, in between costs a second telling at most."""
    subscription = subscribe(house, RESULT)
    command = _resulted(house)
    with monkeypatch.context() as changed:
        changed.setattr(type(house.commands), "save", _changed_meanwhile)
        house.command_events.sweep()
    first = owed(house, subscription)

    house.command_events.sweep()

    assert now(house, command).untold == ()
    assert owed(house, subscription).id == first.id


def _changed_meanwhile(_: object, command: CommandRecord) -> CommandRecord:
    raise RecordChanged(command.id)


def test_the_id_of_a_command_is_in_no_key_and_of_no_letter_case(house: House) -> None:
    """Keys are shown, and compared without regard to case: an id is a secret and has both."""
    subscription = subscribe(house, RESULT)
    _resulted(house)
    told = house.commands.held["new-token-1"]
    house.commands.held["NEW-TOKEN-1"] = replace(told, id="NEW-TOKEN-1")

    house.command_events.sweep()

    owing = [each for each in house.deliveries.held.values() if each.lane == subscription.lane]
    assert len({each.key for each in owing}) == 2
    assert not [each for each in owing if "token-1" in str(each.key).lower()]
    assert {each.key.owner for each in owing} == {ABC}
    assert XYZ not in {each.receiver for each in owing}
