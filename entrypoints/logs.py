"""Log lines of every process of the hub: one line each, on stderr, with the time in UTC.

What is logged are names and reasons, never a header, a body or a URL's query: they may be secret.
Lines below WARNING are written a little later, by a thread, so that no request waits for them; a
warning is written at once, and all before it. Beyond MOST_WAITING lines are dropped, and counted.
"""

import contextlib
import json
import logging
import os
import re
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from threading import Event, RLock, Thread
from typing import Any

_OURS = ("domain", "application", "adapters", "entrypoints", "gunicorn")
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_PLAIN = re.compile(r"[!#-<>-~]+")
"""Needs no quotes in a line of text: no space, no quote, no equals sign, no control character."""
MOST_WAITING = 10_000
WRITTEN_EVERY_S = 0.2
_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode


class _Seconds(logging.Formatter):
    """Formats each second once: many lines have the same."""

    _second, _written = -1, ""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """`2026-01-15T12:00:00Z`."""
        if (second := int(record.created)) != self._second:
            self._second, self._written = second, time.strftime(_TIME, time.gmtime(second))
        return self._written


class TextLines(_Seconds):
    """`2026-01-15T12:00:00Z WARNING module what happened name=value`; a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with what it is about at its end."""
        what = (self.formatTime(record), record.levelname, record.name, record.getMessage())
        line = " ".join((*what, *_pairs(getattr(record, "said", None))))
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(_Seconds):
    """One JSON object a line: time, level, logger, message, what it is about, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_told(getattr(record, "said", None)),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _encode(line)


_FORMATS: Mapping[str, Callable[[], logging.Formatter]] = {"text": TextLines, "json": JsonLines}


Later = Callable[[], logging.LogRecord | None]
"""Makes a line when it is written, or none."""


class StderrLines(logging.Handler):
    """Writes lines in the order that they came in. `note_dropped` hears of each that was not."""

    note_dropped: Callable[[], object] = staticmethod(lambda: None)

    def __init__(self, write: Callable[[str], object], *, most: int = MOST_WAITING) -> None:
        super().__init__()
        self._write, self._most = write, most
        self._waiting: deque[logging.LogRecord | Later] = deque()
        self._writing = RLock()
        self._begun_in = 0
        self._stop = Event()
        self.dropped = 0
        self._told_dropped = 0

    def handle(self, record: logging.LogRecord) -> bool:
        """Keep it for the thread, or write it now; no lock is held for what waits."""
        if not self.filter(record):
            return False
        if record.levelno < logging.WARNING and len(self._waiting) >= self._most:
            self.dropped += 1
            self.note_dropped()
            return False
        self._waiting.append(record)
        if record.levelno >= logging.WARNING:
            self.flush()
        elif self._begun_in != os.getpid():
            self._begin()
        return True

    def later(self, make: Later) -> bool:
        """Have `make` called by the thread, in its turn; False where too many wait."""
        if len(self._waiting) >= self._most:
            self.note_dropped()
            self.dropped += 1
            return False
        self._waiting.append(make)
        if self._begun_in != os.getpid():
            self._begin()
        return True

    def flush(self) -> None:
        """Write all that waits."""
        with self._writing:
            self._say_dropped()
            lines = list(self._lines())
            if lines:
                with contextlib.suppress(OSError, ValueError):
                    self._write("\n".join(lines) + "\n")

    def close(self) -> None:
        """Write what waits, and end the thread."""
        self._stop.set()
        self.flush()
        super().close()

    def _lines(self) -> Iterable[str]:
        while self._waiting:
            waiting = self._waiting.popleft()
            try:
                record = waiting if isinstance(waiting, logging.LogRecord) else waiting()
                if record is not None:
                    yield self.format(record)
            except Exception:  # noqa: BLE001 - a line that cannot be written stops no other one
                yield "a line of the log cannot be written"

    def _say_dropped(self) -> None:
        if (dropped := self.dropped) > self._told_dropped:
            said = {"lines": dropped - self._told_dropped}
            self._told_dropped = dropped
            record = logging.makeLogRecord(
                {"name": __name__, "levelno": logging.WARNING, "levelname": "WARNING"}
                | {"msg": "too many lines at once: some are dropped", "said": said}
            )
            self._waiting.append(record)

    def _begin(self) -> None:
        """Start this process's thread; after a fork the child has none, and nothing that waits."""
        with self._writing:
            if self._begun_in != os.getpid():
                self._begun_in = os.getpid()
                Thread(target=self._run, daemon=True, name="log").start()

    def _run(self) -> None:
        while not self._stop.wait(WRITTEN_EVERY_S):
            if self._waiting:
                self.flush()

    def begin_anew(self) -> None:
        """In a child of a fork: what waits is the parent's to write."""
        self._waiting.clear()
        self._writing = RLock()


def to_stderr(level: str, kind: str = "text") -> StderrLines:
    """Log from this level on. Libraries that log what they send or receive say only what failed."""
    handler = _made(kind)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    _leave_out_what_no_line_has()
    _present[:] = [handler]
    return handler


def later(make: Later) -> bool:
    """Have a line made by the thread that writes them; False where too many wait."""
    return lines().later(make)


def lines() -> StderrLines:
    """What this process logs with."""
    if not _present:
        _present.append(_made("text"))
    return _present[0]


_present: list[StderrLines] = []


def _made(kind: str) -> StderrLines:
    handler = StderrLines(_to_stderr)
    handler.setFormatter(_FORMATS[kind]())
    handler.addFilter(_is_ours_or_a_warning)
    os.register_at_fork(after_in_child=handler.begin_anew)
    return handler


def _to_stderr(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _leave_out_what_no_line_has() -> None:
    """As the library's documentation has it: where a call stands, and in which thread, costs."""
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _is_ours_or_a_warning(record: logging.LogRecord) -> bool:
    """Libraries tell at debug what they send: URLs with ids, commands, jobs with their keys.

    gunicorn's lines of that level have paths.
    """
    if record.levelno >= logging.WARNING:
        return True
    house = record.name.partition(".")[0]
    return house in _OURS and (house != "gunicorn" or record.levelno >= logging.INFO)


def _told(said: Mapping[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (said or {}).items() if value is not None}


def _pairs(said: Mapping[str, object] | None) -> list[str]:
    return [f"{name}={_word(value)}" for name, value in (said or {}).items() if value is not None]


def _word(value: object) -> str:
    if not isinstance(value, str):
        return str(value)
    return value if _PLAIN.fullmatch(value) else json.dumps(value)
