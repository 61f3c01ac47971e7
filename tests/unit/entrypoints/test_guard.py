"""The outermost guard: a turn that fails ends nothing, a thread that ends ends its process."""

import logging
from collections.abc import Callable
from threading import Event

import pytest

from adapters.memory import MemoryBell, MemoryCounters
from domain.errors import StoreUnavailable
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from entrypoints.guard import CANNOT_GO_ON, Guard


def failing(failure: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise failure

    return fail


@pytest.fixture
def ended() -> list[int]:
    return []


@pytest.fixture
def counters() -> MemoryCounters:
    return MemoryCounters()


@pytest.fixture
def bell() -> MemoryBell:
    return MemoryBell()


@pytest.fixture
def guard(counters: MemoryCounters, bell: MemoryBell, ended: list[int]) -> Guard:
    return Guard(counters, bell, ended.append)


@pytest.mark.parametrize("failure", [KeyError("id"), UnicodeEncodeError("utf-8", "x", 0, 1, "no")])
def test_a_turn_that_fails_is_logged_with_its_traceback_counted_and_over(
    guard: Guard,
    counters: MemoryCounters,
    bell: MemoryBell,
    caplog: pytest.LogCaptureFixture,
    ended: list[int],
    failure: Exception,
) -> None:
    guard.run("sweep", failing(failure))

    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert counters.totals() == {("background_failures", (("task", "sweep"),)): 1}
    assert bell.rung == [Rung(AlarmKind.TURN_FAILS, "sweep")]
    assert ended == []


def test_what_the_hub_foresees_is_one_line_without_a_traceback(
    guard: Guard, caplog: pytest.LogCaptureFixture
) -> None:
    guard.run("sweep", failing(StoreUnavailable("MongoDB: away")))

    [record] = caplog.records
    assert record.getMessage() == "sweep: MongoDB: away"
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)


def test_a_process_without_memory_ends(guard: Guard, ended: list[int]) -> None:
    guard.run("sweep", failing(MemoryError()))

    assert ended == [CANNOT_GO_ON]


def test_what_ends_a_process_on_purpose_is_let_pass(guard: Guard) -> None:
    with pytest.raises(SystemExit):
        guard.run("sweep", failing(SystemExit()))


@pytest.mark.parametrize("loop", [lambda: None, failing(KeyError("id")), failing(SystemExit())])
def test_a_thread_that_ends_by_itself_ends_the_process(
    guard: Guard, ended: list[int], loop: Callable[[], None]
) -> None:
    guard.thread("care", loop, stop=Event()).join(10)

    assert ended == [CANNOT_GO_ON]


def test_a_thread_that_was_told_to_stop_ends_alone(guard: Guard, ended: list[int]) -> None:
    stop = Event()
    thread = guard.thread("care", lambda: None if stop.wait(10) else None, stop=stop)

    stop.set()
    thread.join(10)

    assert ended == []
