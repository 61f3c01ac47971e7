"""A result has its effect once, reaches its requester once, and never after its deadline."""

from dataclasses import replace
from typing import Any

import pytest

from domain import errors
from domain.commands.records import Command
from domain.commands.results import Passing
from domain.documents import JsonValue
from domain.errors import AnswerTooLarge, Conflict, NoAnswer, Unreachable
from domain.objects.remarks import NO_REMARKS, Remarks
from domain.partners.partner import PartnerState
from domain.validation import Mode
from tests.builders import ABC, XYZ, FewRules, after, at
from tests.unit.application.commands_asked import (
    P3,
    a_house,
    arrived,
    asked,
    asked_profile,
    begun_by,
    envelope,
    last,
    now,
    says,
    sent_by,
)
from tests.unit.application.house import House

CANCELED = "CANCELED_RESERVATION"


@pytest.fixture
def house() -> House:
    return a_house()


def take(house: House, command: Command, result: str = "ACCEPTED", **fields: Any) -> Command:
    """The command after this result has come for it."""
    house.command_results.take(arrived(command, result, **fields))
    return now(house, command)


def called_back(house: House) -> list[bytes]:
    return [each.body or b"" for each in house.wire.asked if each.url == P3]


def passing(command: Command) -> list[Passing]:
    return [each.passing for each in command.results]


def test_the_result_goes_to_the_url_that_the_requester_gave(house: House) -> None:
    command = sent_by(house)

    kept = take(house, command, "EVSE_OCCUPIED")

    request = house.wire.asked[-1]
    assert (request.method, request.url, request.body) == (
        "POST",
        P3,
        b'{"result":"EVSE_OCCUPIED"}',
    )
    assert (request.sender, request.receiver) == (ABC, XYZ)
    assert (request.token, request.correlation_id) == ("to-emsp", "C-2")
    assert (kept.status, passing(kept)) == ("EVSE_OCCUPIED", [Passing.FORWARDED])
    assert kept.untold == ("EVSE_OCCUPIED",)


def test_a_wrapped_result_is_passed_on_as_it_came(house: House) -> None:
    command = sent_by(house)
    body = b'{"data": {"result": "FAILED"}, "status_code": 1000}'

    kept = take(house, command, body=body, document=house.json.parse(body))

    assert (called_back(house), kept.status) == ([body], "FAILED")


@pytest.mark.parametrize("document", [{}, {"data": None}, {"data": {}}, {"result": 1}])
def test_what_says_no_result_is_refused(house: House, document: Any) -> None:
    command = sent_by(house)

    with pytest.raises(errors.InvalidDocument):
        take(house, command, document=document)


class _Choosy(FewRules):
    """No result is good enough."""

    def check(self, kind: str, document: JsonValue, mode: Mode = Mode.ENFORCE) -> Remarks:
        if kind.endswith("_result"):
            raise errors.InvalidDocument(())
        return NO_REMARKS


def test_an_odd_result_is_counted_and_passed_on() -> None:
    house = a_house(schemas=_Choosy())
    house.command_sender.ask(asked_profile("PUT"))

    take(house, last(house))

    assert house.counted("odd_results", command="PUT") == 1
    assert len(called_back(house)) == 1


@pytest.mark.parametrize("again", ["ACCEPTED", "FAILED", CANCELED])
def test_a_further_result_has_no_effect(house: House, again: str) -> None:
    command = sent_by(house)
    kept = take(house, command)

    assert take(house, command, again) == kept
    assert len(called_back(house)) == 1
    assert house.counted("repeated_results", command="START_SESSION") == 1


def test_a_reservation_may_be_cancelled_once_as_long_as_it_lasts(house: House) -> None:
    command = sent_by(house, "RESERVE_NOW", expiry_date=at(3 * 3600))
    take(house, command)
    house.clock.advance(2 * 3600)

    for result in (CANCELED, CANCELED, "ACCEPTED"):
        kept = take(house, command, result)

    assert called_back(house) == [b'{"result":"ACCEPTED"}', b'{"result":"CANCELED_RESERVATION"}']
    assert kept.status == CANCELED
    assert kept.untold == ("ACCEPTED", CANCELED)


@pytest.mark.parametrize(
    ("name", "expiry_date", "hours"),
    [("START_SESSION", None, 24), ("RESERVE_NOW", at(7200), 26), ("RESERVE_NOW", at(-99), 24)],
)
def test_the_url_lives_a_day_beyond_what_it_is_for(
    house: House, name: str, expiry_date: str | None, hours: int
) -> None:
    command = sent_by(house, name, expiry_date=expiry_date)
    house.clock.moment = after(hours * 3600 - 1)
    take(house, command)
    house.clock.advance(1)

    with pytest.raises(errors.UnknownObject):
        take(house, command)


def test_a_reservation_for_ever_ends_some_day(house: House) -> None:
    command = sent_by(house, "RESERVE_NOW", expiry_date="9999-12-31T23:59:59Z")

    assert command.expires == after(401 * 86_400)


@pytest.mark.parametrize("wrong", [{"partner_id": "emsp"}, {"command_id": "another"}])
def test_only_who_was_asked_may_answer(house: House, wrong: Any) -> None:
    command = sent_by(house)

    with pytest.raises(errors.UnknownObject):
        house.command_results.take(arrived(command, **wrong))


def test_what_was_never_sent_has_no_result(house: House) -> None:
    begun = begun_by(house)

    with pytest.raises(errors.UnknownObject):
        house.command_results.take(arrived(begun))


def test_without_a_response_url_the_result_is_held(house: House) -> None:
    begun = begun_by(house, response_url=None)
    house.command_sender.send(begun.id)

    kept = take(house, begun)

    assert (kept.status, passing(kept), kept.due) == ("ACCEPTED", [Passing.HELD], None)
    assert len(house.wire.asked) == 1


def test_a_result_after_the_timeout_is_passed_on_once_and_marked_as_late(house: House) -> None:
    command = sent_by(house, answer=says(timeout=10))
    house.clock.advance(10)
    house.command_deadlines.sweep()

    kept = take(house, command)
    again = take(house, command)

    assert (kept.status, passing(again)) == ("ACCEPTED", [Passing.FORWARDED])
    assert [each.is_late for each in again.results] == [True]
    assert len(called_back(house)) == 1


def test_a_late_result_is_tried_for_a_minute(house: House) -> None:
    command = sent_by(house, answer=says(timeout=10))
    house.clock.advance(10)
    house.wire.script.extend([Unreachable("gone")] * 99)

    take(house, command)
    for _ in range(70):
        house.clock.advance(1)
        house.command_deadlines.sweep()

    assert passing(now(house, command)) == [Passing.LATE]
    assert len(called_back(house)) > 10


def test_a_result_in_time_is_not_late(house: House) -> None:
    kept = take(house, sent_by(house, answer=says(timeout=10)))

    assert [each.is_late for each in kept.results] == [False]


@pytest.mark.parametrize(
    "failure",
    [
        NoAnswer("slow", timed_out=True),
        NoAnswer("broke", timed_out=False),
        AnswerTooLarge("much"),
        envelope(status=401),
    ],
)
def test_what_may_have_been_received_is_not_sent_again(house: House, failure: Any) -> None:
    command = sent_by(house)
    house.wire.script.append(failure)

    kept = take(house, command)
    house.clock.advance(20)
    house.command_deadlines.sweep()

    assert (passing(kept), len(called_back(house))) == ([Passing.UNSURE], 1)


def test_a_requester_that_refuses_has_it(house: House) -> None:
    command = sent_by(house)
    house.wire.script.append(envelope(code=2000))

    kept = take(house, command)

    assert (passing(kept), kept.due) == ([Passing.REFUSED], None)


def test_an_answer_without_an_envelope_is_one(house: House) -> None:
    command = sent_by(house)
    house.wire.script.append(replace(envelope(status=404), code=None))

    assert passing(take(house, command)) == [Passing.REFUSED]


def test_what_was_certainly_not_received_is_sent_again_until_the_deadline(house: House) -> None:
    command = sent_by(house, answer=says(timeout=7))
    house.wire.script.extend([Unreachable("gone")] * 9)

    take(house, command)
    for _ in range(10):
        house.clock.advance(1)
        house.command_deadlines.sweep()

    assert len(called_back(house)) == 4
    assert passing(now(house, command)) == [Passing.LATE]


def test_it_gets_through_when_the_requester_is_back(house: House) -> None:
    command = sent_by(house)
    house.wire.script.append(Unreachable("gone"))

    take(house, command)
    house.clock.advance(2)
    house.command_deadlines.sweep()

    assert passing(now(house, command)) == [Passing.FORWARDED]
    assert len(called_back(house)) == 2


@pytest.mark.parametrize("change", [{"state": PartnerState.SUSPENDED}, {"roles": ()}])
def test_the_token_goes_only_to_the_platform_that_gave_the_url(house: House, change: Any) -> None:
    command = sent_by(house)
    house.partners.save(replace(house.partners.get("emsp"), **change))

    kept = take(house, command)

    assert (passing(kept), called_back(house)) == ([Passing.OWED], [])


def test_a_result_that_overtakes_the_response_is_what_it_came_to(house: House) -> None:
    begun = begun_by(house)
    claimed = house.commands.save(begun.claimed(now=house.clock.now()))

    take(house, claimed, "EVSE_OCCUPIED")
    house.commands.save(now(house, claimed).failed("broke off", now=house.clock.now()))

    kept = now(house, claimed)
    assert (kept.status, kept.reason) == ("EVSE_OCCUPIED", "broke off")
    assert len(called_back(house)) == 1


def test_the_response_that_was_overtaken_is_noted_beside_the_result(house: House) -> None:
    begun = begun_by(house)
    claimed = house.commands.save(begun.claimed(now=house.clock.now()))
    take(house, claimed, "EVSE_OCCUPIED")

    house.wire.script.append(says(timeout=3))
    house.command_sender.ask(asked())
    response = last(house).response
    assert response is not None
    kept = now(house, claimed).answered(response)

    assert (kept.status, kept.response, kept.deadline) == ("EVSE_OCCUPIED", response, after(3))


class _Contended:
    """Commands that another process writes just before the writes that are counted in `at`."""

    def __init__(self, house: House, *at: int) -> None:
        self.store, self.at, self.writes = house.commands, at, 0
        self.held = house.commands.held
        self.gone = False

    def save(self, command: Command) -> Command:
        self.writes += 1
        if self.writes in self.at:
            self.store.save(self.held[command.id])
        saved: Command = self.store.save(command)
        return saved

    def get(self, command_id: str) -> Command | None:
        held: Command | None = self.store.get(command_id)
        return None if self.gone else held

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def _contended(house: House, *at: int) -> _Contended:
    contended = _Contended(house, *at)
    object.__setattr__(house.command_results, "commands", contended)
    return contended


@pytest.mark.parametrize("write", [1, 3])
def test_a_process_that_writes_at_the_same_moment_is_not_written_over(
    house: House, write: int
) -> None:
    command = sent_by(house)
    _contended(house, write)

    kept = take(house, command)

    assert (passing(kept), kept.status) == ([Passing.FORWARDED], "ACCEPTED")
    assert len(called_back(house)) == 1


def test_of_two_that_pass_it_on_one_does(house: House) -> None:
    command = sent_by(house)
    _contended(house, 2)

    kept = take(house, command)

    assert (passing(kept), called_back(house)) == ([Passing.OWED], [])


def test_a_record_that_never_holds_still_is_given_up(house: House) -> None:
    command = sent_by(house)
    _contended(house, *range(1, 99))

    with pytest.raises(errors.StoreUnavailable):
        take(house, command)


def test_how_it_went_is_not_noted_of_a_command_that_is_gone(house: House) -> None:
    command = sent_by(house)
    contended = _contended(house, 3)
    kept = house.commands.save(
        now(house, command).with_result(
            "FAILED", b"{}", correlation_id="C-2", now=house.clock.now()
        )
    )
    contended.writes, contended.gone = 1, True

    house.command_results.forward(kept)

    assert passing(now(house, command)) == [Passing.SENDING]


def test_how_it_went_is_tried_to_be_noted_for_long(house: House) -> None:
    command = sent_by(house)
    _contended(house, *range(3, 99))

    take(house, command)

    assert passing(now(house, command)) == [Passing.SENDING]


def test_nothing_is_passed_on_where_nothing_is_owed(house: House) -> None:
    command = sent_by(house)

    house.command_results.forward(command)

    assert not called_back(house)


def test_what_another_process_has_taken_is_left_to_it(house: House) -> None:
    command = sent_by(house)
    kept = house.command_results.take(arrived(command))

    with pytest.raises(Conflict):
        house.command_results.forward(kept)
