"""Log lines: one format, in order, within bounds, and none that a caller's text can forge."""

import json
import logging
import os
import threading
from collections.abc import Iterator

import pytest

from entrypoints.logs import JsonLines, StderrLines, TextLines
from tests.e2e.hub_process import until


class Written:
    """What was written so far; `free` not set: the terminal takes nothing."""

    def __init__(self) -> None:
        self.text = ""
        self.free = threading.Event()
        self.free.set()

    def __call__(self, text: str) -> None:
        self.free.wait()
        self.text += text

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@pytest.fixture
def written() -> Written:
    return Written()


@pytest.fixture
def handler(written: Written) -> Iterator[StderrLines]:
    made = StderrLines(written, most=10)
    made.setFormatter(TextLines())
    yield made
    made.close()


@pytest.fixture
def log(handler: StderrLines) -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.lines")
    logger.propagate, logger.handlers = False, [handler]
    logger.setLevel(logging.INFO)
    yield logger
    logger.handlers = []


def test_a_line_says_when_what_and_what_it_is_about(log: logging.Logger, written: Written) -> None:
    log.warning("refused", extra={"said": {"partner": "DE-ABC", "ms": 1.5, "decision": None}})

    [line] = written.lines
    when, rest = line.split(" ", 1)
    assert rest == "WARNING tests.lines refused partner=DE-ABC ms=1.5"
    assert len(when) == len("2026-01-15T12:00:00Z")


@pytest.mark.parametrize(
    "text", ["a b", 'a"b', "a=b", "a\nWARNING forged", "\x1b[2J", "\u2028", "", "\ud800"]
)
@pytest.mark.parametrize("formatter", [TextLines(), JsonLines()])
def test_no_caller_can_forge_a_line(
    log: logging.Logger,
    handler: StderrLines,
    written: Written,
    formatter: logging.Formatter,
    text: str,
) -> None:
    handler.setFormatter(formatter)
    log.warning("request", extra={"said": {"request_id": text, "http": 200}})

    [line] = written.lines
    assert json.dumps(text) in line
    assert line.isascii()
    assert line.isprintable()


def test_as_json_a_line_is_one_object_also_with_a_traceback(
    log: logging.Logger, handler: StderrLines, written: Written
) -> None:
    handler.setFormatter(JsonLines())
    try:
        raise ValueError("on\ntwo lines")
    except ValueError:
        log.exception("a task %s", "failed", extra={"said": {"ms": 2}})

    [line] = written.lines
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == (
        "ERROR",
        "tests.lines",
        "a task failed",
    )
    assert (told["ms"], "ValueError" in told["traceback"]) == (2, True)


def test_what_is_no_warning_is_written_a_little_later(
    log: logging.Logger, written: Written
) -> None:
    for number in range(5):
        log.info("line %d", number)

    until(lambda: len(written.lines) == 5, 60)
    assert [line.rpartition(" ")[2] for line in written.lines] == list("01234")


def test_a_warning_is_written_at_once_and_after_what_came_before(
    log: logging.Logger, written: Written
) -> None:
    log.info("first")
    log.warning("second")

    assert [line.rpartition(" ")[2] for line in written.lines] == ["first", "second"]


def test_where_stderr_takes_nothing_no_caller_waits_and_lines_are_dropped_and_counted(
    log: logging.Logger, handler: StderrLines, written: Written
) -> None:
    dropped = list[int]()
    handler.note_dropped = lambda: dropped.append(1)
    written.free.clear()
    for number in range(100):
        log.info("line %d", number)
    assert len(dropped) >= 80
    written.free.set()

    log.warning("at last")

    until(lambda: "at last" in written.text, 60)
    assert any("some are dropped lines=" in line for line in written.lines)


def test_a_line_that_cannot_be_written_stops_no_other_one(
    log: logging.Logger, handler: StderrLines, written: Written
) -> None:
    odd = {"name": "bad", "levelno": logging.INFO, "msg": "%d", "args": ("no number",)}
    handler.handle(logging.makeLogRecord(odd))
    log.warning("goes on")

    assert [line.rpartition(" ")[2] for line in written.lines][-1] == "on"
    assert len(written.lines) == 2


def test_a_child_of_a_fork_does_not_write_its_parents_lines(
    log: logging.Logger, handler: StderrLines, written: Written
) -> None:
    written.free.clear()
    log.info("the parent's")
    handler.begin_anew()
    written.free.set()

    log.warning("the child's, of %d", os.getpid())

    assert "the child's" in written.lines[-1]
    assert sum("the parent's" in line for line in written.lines) <= 1
