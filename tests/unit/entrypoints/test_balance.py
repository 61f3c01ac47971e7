"""Connections are shared among the web processes by how many each of them holds."""

import pytest

from adapters.memory import FixedClock
from entrypoints.serving.balance import STEP_BACK_S, Balance, Counts

ONE, OTHER, THIRD = 1, 2, 3


class Shared:
    """What two processes know of each other, and a clock for both."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.counts = Counts(self.seconds)
        self.one = Balance(self.counts, ONE, self.seconds)
        self.other = Balance(self.counts, OTHER, self.seconds)

    def seconds(self) -> float:
        return self.clock.now().timestamp()


@pytest.fixture
def shared() -> Shared:
    return Shared()


def test_a_process_alone_takes_every_connection(shared: Shared) -> None:
    shared.one.say(5)

    assert not shared.one.leaves_to_others(5)


def test_the_process_that_holds_more_leaves_a_connection_to_the_other(shared: Shared) -> None:
    shared.one.say(1)
    shared.other.say(0)

    assert shared.one.leaves_to_others(1)
    assert not shared.other.leaves_to_others(0)
    assert shared.one.looks_away_s == pytest.approx(STEP_BACK_S, abs=1e-4)


def test_what_no_other_has_taken_meanwhile_it_takes_itself_one_by_one(shared: Shared) -> None:
    shared.one.say(1)
    shared.other.say(0)
    assert shared.one.leaves_to_others(1)
    shared.clock.advance(1.5 * STEP_BACK_S)

    assert shared.one.looks_away_s == 0
    assert not shared.one.leaves_to_others(1)
    assert shared.one.leaves_to_others(2)


def test_it_looks_again_as_soon_as_it_holds_no_more_than_the_other(shared: Shared) -> None:
    shared.one.say(1)
    shared.other.say(0)
    assert shared.one.leaves_to_others(1)

    shared.one.say(0)

    assert shared.one.looks_away_s == 0


def test_equal_counts_are_nothing_to_step_back_for(shared: Shared) -> None:
    shared.one.say(2)
    shared.other.say(2)

    assert not shared.one.leaves_to_others(2)


def test_a_process_that_says_nothing_any_more_does_not_count(shared: Shared) -> None:
    shared.other.say(0)
    shared.clock.advance(5)
    shared.one.say(7)

    assert not shared.one.leaves_to_others(7)


def test_of_several_the_one_with_the_fewest_counts(shared: Shared) -> None:
    shared.other.say(9)
    shared.counts.say(THIRD, 3)

    assert shared.counts.fewest_of_others(ONE) == 3
