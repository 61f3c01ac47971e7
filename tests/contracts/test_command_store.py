"""What every store of commands promises."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from domain.commands import lookups
from domain.commands.kinds import command_kind, profile_kind
from domain.commands.records import CommandRecord
from domain.commands.requests import CommandRequest, Side
from domain.commands.results import CommandResponse, Passing
from domain.errors import RecordChanged
from domain.ports import CommandStore
from tests.contracts.made import CPO, EMSP, NOON, OTHER_EMSP, at_once, later


def made(
    name: str = "C1", word: str = "START_SESSION", *, now: datetime = NOON, **fields: Any
) -> CommandRecord:
    """A command that waits to be sent."""
    asked = CommandRequest(
        kind=command_kind(word),
        requester=fields.pop("requester", Side("emsp", EMSP)),
        receiver=CPO,
        suffix=f"/{word}",
        correlation_id="correlation-1",
        body=b'{"x":\xc3\xa4}',
        document={"reservation_id": "R1", "location_id": "LOC1", **fields},
    )
    return CommandRecord.of(
        asked, id=name, target=Side("cpo", CPO), response_url="https://emsp/1", now=now
    )


def response(result: str = "ACCEPTED", *, at: datetime = NOON) -> CommandResponse:
    return CommandResponse(at, 1000, result, 30, b'{"result":"ACCEPTED"}')


def answered(command: CommandRecord, result: str = "ACCEPTED") -> CommandRecord:
    claimed = command.claimed(now=command.created_at)
    return claimed.answered(response(result, at=command.created_at))


def profile(name: str, *, now: datetime = NOON) -> CommandRecord:
    asked = CommandRequest(
        kind=profile_kind("PUT"),
        requester=Side("emsp", EMSP),
        receiver=CPO,
        suffix="/S1",
        correlation_id="correlation-1",
        query="x=1",
        session="S1",
    )
    return CommandRecord.of(asked, id=name, target=Side("cpo", CPO), response_url=None, now=now)


def test_a_command_comes_back_as_it_was_kept(commands: CommandStore) -> None:
    waiting = made()
    done = answered(made("C2")).with_result(
        "FAILED", b"\x00\xff", correlation_id="correlation-2", now=later(1)
    )
    settled = done.with_passing(0, done.results[0].claimed(now=later(2)))

    for command in (waiting, done, replace(settled, id="C3"), profile("C4")):
        saved = commands.save(command)

        assert saved == replace(command, revision=1)
        assert commands.get(command.id) == saved
    assert commands.get("C5") is None


def test_of_many_who_take_a_step_one_does(commands: CommandStore) -> None:
    held = commands.save(made())

    outcomes = at_once(*(partial(commands.save, held.claimed(now=later(n))) for n in range(8)))

    assert Counter(type(each) for each in outcomes) == {RecordChanged: 7, CommandRecord: 1}
    assert commands.get("C1") in outcomes


def test_a_command_is_not_made_twice(commands: CommandStore) -> None:
    commands.save(made())

    with pytest.raises(RecordChanged):
        commands.save(made())
    with pytest.raises(RecordChanged):
        commands.save(replace(made("C2"), revision=3))


def test_the_reservation_that_was_made_last_and_not_refused_stands(commands: CommandStore) -> None:
    name = lookups.reservation(EMSP, "r1")
    assert commands.standing(name) is None
    commands.save(made("WAITING", "RESERVE_NOW", now=later(9)))
    commands.save(answered(made("REFUSED", "RESERVE_NOW", now=later(8)), "REJECTED"))
    commands.save(answered(made("OLD", "RESERVE_NOW")))
    newest = commands.save(answered(made("NEW", "RESERVE_NOW", now=later(5))))
    foreign = Side("other", OTHER_EMSP)
    commands.save(answered(made("FOREIGN", "RESERVE_NOW", now=later(7), requester=foreign)))
    commands.save(answered(made("START", now=later(7))))

    assert commands.standing(name) == newest


def test_a_profile_stands_until_its_result_says_otherwise(commands: CommandStore) -> None:
    name = lookups.profile(CPO, "s1")
    commands.save(profile("ASKED", now=later(9)).claimed(now=later(9)))
    first = commands.save(answered(profile("FIRST")))
    second = commands.save(answered(profile("SECOND", now=later(1))))

    assert commands.standing(name) == second
    commands.save(second.with_result("REJECTED", b"", correlation_id="C", now=later(2)))
    assert commands.standing(name) == first


def test_what_is_due_comes_longest_due_first(commands: CommandStore) -> None:
    third = commands.save(made("C3", now=later(9)))
    first = commands.save(made("C1"))
    second = commands.save(
        answered(made("C2")).with_result("FAILED", b"", correlation_id="C", now=later(4))
    )
    commands.save(answered(made("DONE"), "REJECTED"))
    commands.save(made("NOT YET", now=later(60)))

    assert commands.due(now=later(1.9), limit=9) == ()
    assert commands.due(now=later(11), limit=9) == (first, second, third)
    assert commands.due(now=later(11), limit=2) == (first, second)


def test_nothing_is_due_once_it_is_over(commands: CommandStore) -> None:
    held = commands.save(made())
    over = commands.save(held.overdue(now=later(30)))

    assert over.due is None
    assert commands.due(now=later(9999), limit=9) == ()


def test_what_is_untold_comes_oldest_first_until_it_is_told(commands: CommandStore) -> None:
    commands.save(answered(made("OPEN")))
    second = commands.save(answered(made("C2", now=later(1)), "REJECTED"))
    first = commands.save(answered(made("C1"), "REJECTED"))

    assert commands.untold(limit=9) == (first, second)
    assert commands.untold(limit=1) == (first,)
    commands.save(first.told())
    assert commands.untold(limit=9) == (second,)


def test_commands_are_listed_newest_first_and_by_platform(commands: CommandStore) -> None:
    old = commands.save(made("C1"))
    foreign = commands.save(made("C2", now=later(1), requester=Side("other", OTHER_EMSP)))
    new = commands.save(made("C3", now=later(2)))

    assert commands.made() == (new, foreign, old)
    assert commands.made(limit=1) == (new,)
    assert commands.made(partner_id="emsp") == (new, old)
    assert commands.made(partner_id="unknown") == ()


def test_a_result_under_way_is_kept_as_one(commands: CommandStore) -> None:
    done = answered(made()).with_result("FAILED", b"", correlation_id="C", now=later(1))
    sending = done.with_passing(0, done.results[0].claimed(now=later(1)))

    kept = commands.save(sending)

    assert kept.results[0].passing is Passing.SENDING
    assert commands.due(now=later(61), limit=9) == (kept,)
