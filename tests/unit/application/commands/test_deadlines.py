"""Deadlines are kept by the record alone; what was left behind is gone on with."""

from dataclasses import replace
from typing import Any

import pytest

from domain import errors
from domain.commands.phases import Phase
from domain.commands.records import CommandRecord
from domain.commands.results import Passing
from tests.builders import after
from tests.unit.application.commands_asked import (
    arrived,
    begun_by,
    last,
    now,
    says,
    sent_by,
)
from tests.unit.application.house import House


def test_a_lost_wake_up_costs_two_seconds(house: House) -> None:
    begun = begun_by(house)

    assert house.command_deadlines.sweep() == 0
    house.clock.advance(2)
    assert house.command_deadlines.sweep() == 1

    assert now(house, begun).status == "ACCEPTED"
    assert len(house.wire.asked) == 1


def test_what_could_not_be_sent_in_time_is_not_sent(house: House) -> None:
    begun = begun_by(house)
    house.clock.advance(30)

    house.command_deadlines.sweep()

    kept = now(house, begun)
    assert (kept.status, kept.unsent, kept.untold) == ("TIMEOUT", None, ("TIMEOUT",))
    assert not house.wire.asked
    assert house.command_deadlines.due() == ()


def test_without_a_result_it_times_out_in_the_hubs_own_record_alone(house: House) -> None:
    command = sent_by(house, answer=says(timeout=10))
    house.clock.advance(9)
    house.command_deadlines.sweep()
    assert now(house, command).status == "ACCEPTED"
    house.clock.advance(1)

    house.command_deadlines.sweep()

    kept = now(house, command)
    assert (kept.status, kept.steps[-1].at) == ("TIMEOUT", after(10))
    assert len(house.wire.asked) == 1


def test_whose_sender_has_died_times_out(house: House) -> None:
    begun = begun_by(house)
    house.commands.save(begun.claimed(now=house.clock.now()))
    house.clock.advance(60)

    house.command_deadlines.sweep()

    assert now(house, begun).status == "TIMEOUT"
    assert not house.wire.asked


@pytest.mark.parametrize("result", ["REJECTED", "NOT_SUPPORTED"])
def test_what_was_refused_waits_for_nothing(house: House, result: str) -> None:
    sent_by(house, answer=says(result))
    house.clock.advance(3600)

    assert house.command_deadlines.due() == ()


def test_a_result_whose_sender_has_died_is_unsure_and_not_sent_again(house: House) -> None:
    command = sent_by(house)
    moment = house.clock.now()
    owing = now(house, command).with_result("FAILED", b"{}", correlation_id="C", now=moment)
    claimed = owing.results[0].claimed(now=moment)
    house.commands.save(owing.with_passing(0, claimed))
    house.clock.advance(60)

    house.command_deadlines.sweep()

    [result] = now(house, command).results
    assert (result.passing, len(house.wire.asked)) == (Passing.UNSURE, 1)


def test_a_result_whose_sender_is_at_work_is_left_to_it(house: House) -> None:
    command = sent_by(house)
    moment = house.clock.now()
    owing = now(house, command).with_result("FAILED", b"{}", correlation_id="C", now=moment)
    house.commands.save(owing.with_passing(0, owing.results[0].claimed(now=moment)))

    assert now(house, command).overdue(now=moment).results[0].passing is Passing.SENDING


def test_a_result_that_was_only_kept_is_passed_on(house: House) -> None:
    command = sent_by(house)
    moment = house.clock.now()
    house.commands.save(
        now(house, command).with_result("FAILED", b"{}", correlation_id="C", now=moment)
    )
    house.clock.advance(2)

    house.command_deadlines.sweep()

    assert house.wire.asked[-1].body == b"{}"
    assert house.command_deadlines.due() == ()


def test_what_is_gone_is_not_followed(house: House) -> None:
    house.command_deadlines.follow("nothing")

    assert not house.wire.asked


def test_a_process_that_writes_at_the_same_moment_goes_on_with_it(house: House) -> None:
    begun = begun_by(house)
    commands: Any = _Stale(house, begun)
    stale = replace(house.command_deadlines, commands=commands)
    house.clock.advance(30)
    house.commands.save(begun.claimed(now=after(0)))

    stale.follow(begun.id)

    assert now(house, begun).phase is Phase.SENT


class _Stale:
    """Commands as they were a moment ago."""

    def __init__(self, house: House, before: CommandRecord) -> None:
        self.house, self.before = house, before

    def get(self, command_id: str) -> CommandRecord:
        return self.before

    def save(self, command: CommandRecord) -> CommandRecord:
        saved: CommandRecord = self.house.commands.save(command)
        return saved


def test_a_command_is_shown_to_who_asked_for_it_and_to_operators(house: House) -> None:
    command = sent_by(house)

    assert house.command_deadlines.find(command.id, partner_id="emsp") == command
    assert house.command_deadlines.find(command.id, partner_id=None) == command
    assert house.command_deadlines.made(partner_id="emsp", limit=9) == (command,)
    assert house.command_deadlines.made(partner_id="cpo", limit=9) == ()
    for name, partner in ((command.id, "cpo"), ("nothing", None)):
        with pytest.raises(errors.UnknownObject):
            house.command_deadlines.find(name, partner_id=partner)
    house.clock.advance(24 * 3600)
    with pytest.raises(errors.UnknownObject):
        house.command_deadlines.find(command.id, partner_id="emsp")


def test_what_is_told_is_untold_no_more(house: House) -> None:
    command = sent_by(house)
    house.command_results.take(arrived(command))

    [untold] = house.commands.untold(limit=9)
    house.commands.save(untold.told())

    assert untold.untold == ("ACCEPTED",)
    assert house.commands.untold(limit=9) == ()
    assert last(house).status == "ACCEPTED"


def test_a_result_that_does_not_come_in_time_is_counted_once(house: House) -> None:
    sent_by(house, answer=says(timeout=10))
    house.clock.advance(10)

    house.command_deadlines.sweep()
    house.command_deadlines.sweep()

    assert house.counted("commands_timeout", command="START_SESSION") == 1
