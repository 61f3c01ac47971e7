"""A result has its effect once, reaches its requester once, and never after its deadline."""

from typing import Any

import pytest

from domain import errors
from domain.commands.results import Passing
from domain.documents import JsonValue
from domain.errors import Unreachable
from domain.objects.remarks import NO_REMARKS, Remarks
from domain.validation import Mode
from tests.builders import ABC, XYZ, FewRules, after, at
from tests.unit.application.commands_asked import (
    P3,
    a_house,
    arrived,
    asked_profile,
    begun_by,
    called_back,
    last,
    now,
    passing,
    says,
    sent_by,
    take,
)
from tests.unit.application.house import House

CANCELED = "CANCELED_RESERVATION"


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
