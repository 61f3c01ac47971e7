"""What the doubles that ship with the hub do, so that tests may lean on them."""

from collections import deque
from datetime import timedelta

import pytest

from adapters.memory import (
    FixedClock,
    FixedSpread,
    MemoryWake,
    MemoryWire,
    SequentialIds,
    answer,
)
from domain.errors import Unreachable
from domain.ports import Clock, Ids, Spread, Wake, Wire, WireRequest
from domain.routing.outbound_urls import as_given
from tests.contracts.made import NOON

REQUEST = WireRequest("GET", as_given("https://cpo.example/versions"), "token", "correlation")


def test_time_stands_still_until_it_is_advanced() -> None:
    clock = FixedClock(NOON)
    as_port: Clock = clock

    clock.advance(1.5)

    assert as_port.now() == as_port.now() == NOON + timedelta(seconds=1.5)


def test_ids_are_never_the_same_and_36_characters() -> None:
    ids: Ids = SequentialIds()

    new = [ids.new() for _ in range(3)]

    assert len(set(new)) == 3
    assert {len(each) for each in new} == {36}


def test_chance_is_what_the_test_says() -> None:
    spread: Spread = FixedSpread(0.25)

    assert [spread.spread(), spread.spread()] == [0.25, 0.25]


def test_wake_ups_are_remembered() -> None:
    wake = MemoryWake()
    as_port: Wake = wake

    as_port.publish()
    as_port.pump()
    as_port.synchronize("partner-1")
    as_port.command("command-1")

    assert (wake.published, wake.pumped) == (1, 1)
    assert (wake.synchronized, wake.commanded) == (["partner-1"], ["command-1"])


def test_a_partner_answers_by_the_script_and_then_as_usual() -> None:
    gone = Unreachable("no such host")
    wire = MemoryWire(deque([answer(code=2001, message="wrong"), gone]), usual=answer(data=[]))
    as_port: Wire = wire

    assert as_port.ask(REQUEST, deadline_s=1).code == 2001
    with pytest.raises(Unreachable):
        as_port.ask(REQUEST, deadline_s=1)
    assert [as_port.ask(REQUEST, deadline_s=1).data for _ in range(2)] == [[], []]
    assert wire.asked == [REQUEST] * 4
