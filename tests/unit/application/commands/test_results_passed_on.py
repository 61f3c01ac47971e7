"""A result goes on to the requester: once, until the deadline, by one process."""

from dataclasses import replace
from typing import Any

import pytest

from domain import errors
from domain.commands.records import CommandRecord
from domain.commands.results import Passing
from domain.errors import AnswerTooLarge, NoAnswer, RecordChanged, Unreachable
from domain.partners.partner import PartnerState
from tests.builders import after
from tests.unit.application.commands_asked import (
    arrived,
    asked,
    begun_by,
    called_back,
    envelope,
    last,
    now,
    passing,
    says,
    sent_by,
    take,
)
from tests.unit.application.house import House


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

    def save(self, command: CommandRecord) -> CommandRecord:
        self.writes += 1
        if self.writes in self.at:
            self.store.save(self.held[command.id])
        saved: CommandRecord = self.store.save(command)
        return saved

    def get(self, command_id: str) -> CommandRecord | None:
        held: CommandRecord | None = self.store.get(command_id)
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

    with pytest.raises(RecordChanged):
        house.command_results.forward(kept)
