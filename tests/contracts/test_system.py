"""Clock, ids and spread of the real machine."""

import os
import uuid
from datetime import UTC, datetime

from freezegun import freeze_time

from adapters.system import RandomSpread, SystemClock, SystemIds
from domain.ports import Clock, Ids, Spread


def test_the_clock_says_the_moment_and_that_it_is_utc() -> None:
    clock: Clock = SystemClock()
    with freeze_time("2026-01-31T12:00:00Z"):
        assert clock.now() == datetime(2026, 1, 31, 12, tzinfo=UTC)
        assert clock.now().tzinfo is UTC


def test_an_id_is_a_new_uuid_each_time() -> None:
    ids: Ids = SystemIds()
    made = [ids.new() for _ in range(100)]

    assert len(set(made)) == 100
    assert {uuid.UUID(each).version for each in made} == {4}
    assert {len(each) for each in made} == {36}


def test_a_child_of_a_fork_makes_ids_of_its_own() -> None:
    ids: Ids = SystemIds()
    ids.new()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, ids.new().encode())
        os._exit(0)
    theirs = os.read(reading, 36).decode()
    os.waitpid(child, 0)

    assert theirs not in {ids.new() for _ in range(300)}


def test_spread_is_from_zero_up_to_one_and_spreads() -> None:
    spread: Spread = RandomSpread()
    drawn = [spread.spread() for _ in range(1000)]

    assert all(0 <= each < 1 for each in drawn)
    assert max(drawn) - min(drawn) > 0.5
