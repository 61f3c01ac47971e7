"""One more request: let in or not, in one process and in several."""

import threading
import time
from collections.abc import Mapping

import pytest

from adapters.memory import FixedClock, MemoryCounts
from application.partners import request_gates
from application.partners.request_gates import MOST_KEYS, Gate, RequestGates
from domain.partners.limits import LimitClass, RequestLimits, Use

LISTS, CDRS = LimitClass.LISTS, LimitClass.CDRS
LIMITS = RequestLimits({LISTS: 5, CDRS: 3})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def counts() -> MemoryCounts:
    return MemoryCounts()


@pytest.fixture
def one(clock: FixedClock, counts: MemoryCounts) -> RequestGates:
    return RequestGates(counts, clock, LIMITS)


@pytest.fixture
def other(clock: FixedClock, counts: MemoryCounts) -> RequestGates:
    """A second web process."""
    return RequestGates(counts, clock, LIMITS)


def _entered(gate: Gate, times: int, key: str = "cpo") -> list[int]:
    return [gate.enter(key) for _ in range(times)]


def test_so_many_are_let_in_a_minute_and_the_rest_waits_for_the_next(
    one: RequestGates, clock: FixedClock
) -> None:
    clock.advance(48)

    assert _entered(one.of(LISTS), 7) == [0] * 5 + [12, 12]
    clock.advance(12)
    assert _entered(one.of(LISTS), 6) == [0] * 5 + [60]


def test_a_partner_that_uses_up_its_own_keeps_out_no_other(one: RequestGates) -> None:
    _entered(one.of(LISTS), 9)

    assert one.of(LISTS).enter("msp") == 0


def test_a_class_that_is_used_up_keeps_out_no_other(one: RequestGates) -> None:
    _entered(one.of(LISTS), 9)

    assert one.of(CDRS).enter("cpo") == 0


def test_what_has_no_limit_is_not_even_counted(one: RequestGates) -> None:
    gate = one.of(LimitClass.OTHERS)

    assert _entered(gate, 100) == [0] * 100
    assert not gate.minutes


def test_two_processes_let_in_together_what_one_would(
    one: RequestGates, other: RequestGates
) -> None:
    assert _entered(one.of(LISTS), 3) == [0, 0, 0]
    assert _entered(other.of(LISTS), 1) == [0]
    one.settle()
    other.settle()

    assert _entered(other.of(LISTS), 3) == [0, 60, 60]
    other.settle()
    assert _entered(one.of(LISTS), 1) == [0]  # it has not heard of it yet: a second at most
    one.settle()
    assert _entered(one.of(LISTS), 1) == [60]


def test_what_was_refused_counts_for_nothing(one: RequestGates, counts: MemoryCounts) -> None:
    _entered(one.of(LISTS), 50)
    one.settle()

    assert list(counts.counted.values()) == [5]


def test_what_is_shared_is_shared_once(one: RequestGates, counts: MemoryCounts) -> None:
    _entered(one.of(LISTS), 2)
    one.settle()
    one.settle()

    assert list(counts.counted.values()) == [2]


def test_while_the_shared_counts_are_away_a_process_counts_for_itself(
    one: RequestGates, counts: MemoryCounts
) -> None:
    counts.is_away = True
    _entered(one.of(LISTS), 2)
    one.settle()
    assert _entered(one.of(LISTS), 4) == [0, 0, 0, 60]

    counts.is_away = False
    one.settle()
    assert list(counts.counted.values()) == [5]


def test_where_the_shared_counts_were_lost_a_process_does_not_forget(
    one: RequestGates, counts: MemoryCounts
) -> None:
    _entered(one.of(LISTS), 4)
    one.settle()
    counts.counted.clear()
    _entered(one.of(LISTS), 1)
    one.settle()

    assert one.of(LISTS).enter("cpo") == 60


def test_a_minute_that_is_over_is_not_shared_any_more(
    one: RequestGates, counts: MemoryCounts, clock: FixedClock
) -> None:
    _entered(one.of(LISTS), 4)
    clock.advance(60)
    one.settle()

    assert not counts.counted
    assert not one.of(LISTS).minutes


def test_a_minute_that_ends_while_it_is_shared_is_left_as_it_is(
    one: RequestGates, clock: FixedClock
) -> None:
    gate = one.of(LISTS)
    _entered(gate, 4)
    [counted] = gate.counted(gate.minutes["cpo"].number)
    clock.advance(60)
    gate.enter("cpo")
    gate.share(counted, 9)
    assert gate.left("cpo") == 0

    del gate.minutes["cpo"]
    gate.share(counted, 9)
    assert not gate.minutes


def test_of_a_flood_of_addresses_a_part_is_shared_later_and_partners_go_first(
    clock: FixedClock, counts: MemoryCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_gates, "MOST_AT_ONCE", 10)
    gates = RequestGates(counts, clock, RequestLimits({LimitClass.FAILED: 5, LISTS: 5}))
    for number in range(25):
        gates.of(LimitClass.FAILED).enter(f"192.0.2.{number}")
    gates.of(LISTS).enter("cpo")

    gates.settle()
    assert len(counts.counted) == 10
    assert any(name.startswith("lists:") for name in counts.counted)
    gates.settle()
    gates.settle()
    assert len(counts.counted) == 26


class _SlowCounts(MemoryCounts):
    """Takes a moment: a second thread would come meanwhile."""

    def add(self, counts: Mapping[str, int], *, seconds: float) -> Mapping[str, int] | None:
        time.sleep(0.005)
        return super().add(counts, seconds=seconds)


def test_two_threads_that_settle_share_each_count_once(clock: FixedClock) -> None:
    counts = _SlowCounts()
    gates = RequestGates(counts, clock, LIMITS)
    _entered(gates.of(LISTS), 3)
    threads = [threading.Thread(target=gates.settle) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(counts.counted.values()) == [3]


def test_how_long_one_has_to_wait_can_be_asked_without_being_counted(
    one: RequestGates, clock: FixedClock
) -> None:
    gate = one.of(LISTS)
    assert gate.left("cpo") == 0
    _entered(gate, 4)
    assert [gate.left("cpo") for _ in range(3)] == [0, 0, 0]
    gate.enter("cpo")
    assert gate.left("cpo") == 60
    clock.advance(60)
    assert gate.left("cpo") == 0


def test_it_remembers_so_many_and_no_more(one: RequestGates) -> None:
    gate = one.of(LISTS)
    for number in range(MOST_KEYS + 50):
        gate.enter(str(number))

    assert len(gate.minutes) == MOST_KEYS


def test_a_partner_sees_what_all_processes_have_counted(
    one: RequestGates, other: RequestGates, clock: FixedClock
) -> None:
    clock.advance(30)
    _entered(one.of(LISTS), 2)
    one.settle()
    _entered(other.of(LISTS), 1)

    uses = other.uses(["cpo", "msp"])

    assert Use(LISTS, 5, 3, 30) in uses["cpo"]
    assert Use(CDRS, 3, 0, 30) in uses["cpo"]
    assert Use(LISTS, 5, 0, 30) in uses["msp"]
    assert Use(LimitClass.OTHERS, 0, 0, 30) in uses["cpo"]


def test_while_the_shared_counts_are_away_a_process_knows_its_own(
    one: RequestGates, counts: MemoryCounts
) -> None:
    _entered(one.of(LISTS), 2)
    counts.is_away = True

    uses = one.uses(["cpo"])["cpo"]

    assert Use(LISTS, 5, 2, 60) in uses
    assert Use(CDRS, 3, None, 60) in uses
