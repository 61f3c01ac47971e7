"""Each step of a command is taken once, in its turn, or refused by name."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from domain import errors
from domain.commands.kinds import command_kind, kind_of, profile_kind
from domain.commands.records import CommandRecord
from domain.commands.requests import Side
from domain.commands.results import CommandResponse, CommandResult, Passing
from domain.documents import JsonValue
from tests.builders import ABC, NOON, after
from tests.unit.application.commands_asked import asked, asked_profile

ANSWER = CommandResponse(at=after(1), code=1000, result="ACCEPTED", timeout_s=30)


def a_command(name: str = "START_SESSION") -> CommandRecord:
    return CommandRecord.of(
        asked(name), id="C1", target=Side("cpo", ABC), response_url="https://p3/1", now=NOON
    )


def with_result(
    command: CommandRecord, result: str = "ACCEPTED", seconds: float = 2
) -> CommandRecord:
    return command.with_result(result, b"{}", correlation_id="C", now=after(seconds))


SENT = a_command().claimed(now=NOON)


@pytest.mark.parametrize(
    "step",
    [
        lambda: SENT.claimed(now=NOON),
        lambda: a_command().answered(ANSWER),
        lambda: SENT.answered(ANSWER).answered(ANSWER),
        lambda: with_result(SENT).answered(ANSWER).answered(ANSWER),
        lambda: SENT.failed("why", now=NOON).answered(ANSWER),
        lambda: a_command().failed("why", now=NOON),
        lambda: SENT.answered(ANSWER).failed("why", now=NOON),
        lambda: with_result(a_command()),
        lambda: with_result(with_result(SENT)),
        lambda: with_result(SENT).results[0].unsent(now=NOON),
        lambda: with_result(SENT).results[0].settled(Passing.FORWARDED),
        lambda: with_result(SENT).results[0].claimed(now=NOON).claimed(now=NOON),
        lambda: with_result(SENT).results[0].claimed(now=after(60)),
    ],
)
def test_a_step_out_of_turn_is_refused(step: Callable[[], object]) -> None:
    with pytest.raises(errors.OutOfTurn):
        step()


def test_after_its_deadline_no_process_gets_to_send_it() -> None:
    with pytest.raises(errors.TooLate):
        a_command().claimed(now=after(30))


def test_an_answer_that_comes_after_all_begins_its_time_anew() -> None:
    timed_out = SENT.overdue(now=after(60))

    answered = timed_out.answered(CommandResponse(after(61), 1000, "ACCEPTED", 30))

    assert (timed_out.status, answered.status, answered.awaits) == ("TIMEOUT", "ACCEPTED", True)
    assert answered.deadline == after(91)


def test_nothing_is_overdue_before_its_time() -> None:
    owing = with_result(SENT)

    assert SENT.overdue(now=after(59.9)) == SENT
    assert owing.overdue(now=after(59.9)) == owing


@pytest.mark.parametrize(
    ("data", "timeout_s"),
    [
        ({"result": "ACCEPTED", "timeout": 9}, 9),
        ({"result": "ACCEPTED", "timeout": -9}, 30),
        ({"result": "ACCEPTED", "timeout": 0}, 30),
        ({"result": "ACCEPTED", "timeout": True}, 30),
        ({"result": "ACCEPTED", "timeout": Decimal("9.0")}, 9),
        ({"result": "ACCEPTED", "timeout": Decimal("Infinity")}, 86_400),
        ({"result": "ACCEPTED", "timeout": 10**30}, 86_400),
        ({"result": "ACCEPTED", "timeout": "9"}, 30),
        ({"result": "ACCEPTED"}, 30),
    ],
)
def test_a_timeout_is_a_day_at_most_and_half_a_minute_where_it_is_not_said(
    data: dict[str, str | int | Decimal], timeout_s: int
) -> None:
    response = CommandResponse.read(data, code=1000, at=NOON, body=b"")

    assert response is not None
    assert response.timeout_s == timeout_s


@pytest.mark.parametrize("data", [{"timeout": 9}, {"result": 7}, ["ACCEPTED"], None])
def test_an_answer_without_a_result_says_nothing(data: JsonValue) -> None:
    assert CommandResponse.read(data, code=1000, at=NOON, body=b"") is None


def test_a_held_result_is_not_sent() -> None:
    held = CommandResult.received(
        "FAILED", b"{}", correlation_id="C", forward_by=after(9), now=NOON
    ).held()

    assert (held.passing, held.overdue(now=after(99))) == (Passing.HELD, held)


@pytest.mark.parametrize("name", ["START_SESSION", "MY_OWN"])
def test_a_record_names_its_noun(name: str) -> None:
    assert kind_of("commands", name) == command_kind(name)
    assert kind_of("chargingprofiles", "GET") == profile_kind("GET")


def test_a_profile_is_looked_up_once_it_was_taken() -> None:
    command = CommandRecord.of(
        asked_profile(), id="C1", target=Side("cpo", ABC), response_url=None, now=NOON
    )

    assert command.standing is None
    assert command.claimed(now=NOON).standing is None


def test_a_profile_that_came_to_nothing_is_looked_up_no_more() -> None:
    command = CommandRecord.of(
        asked_profile(), id="C1", target=Side("cpo", ABC), response_url=None, now=NOON
    )
    accepted = command.claimed(now=NOON).answered(ANSWER)

    assert accepted.standing is not None
    assert with_result(accepted).standing == accepted.standing
    assert with_result(accepted, "REJECTED").standing is None
