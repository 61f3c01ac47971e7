"""What a platform received and sent, in order: the ledger that the hub's promises are held against.

With a ledger file each record is on disk (fsync) before its answer leaves, and survives.
It holds tokens as they were sent, and is readable for its owner only.
"""

import base64
import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from entrypoints.sandbox.wire import decode


@dataclass(frozen=True)
class Received:
    """One request that came in, and its answer. `path` and `query` as they came, encoded."""

    at: float
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    answer_status: int = 0
    """0: no answer (hung, or reset)."""
    answer_body: bytes = b""
    module: str = ""
    """`versions`, `details`, `credentials`, an OCPI module; empty if the path is none of ours."""
    role: str = ""
    """Which of the platform's interfaces was called: SENDER, RECEIVER, or empty."""
    segments: tuple[str, ...] = ()
    """The decoded path below the module's endpoint."""
    behaviour: str = "well"
    applied: int = 0
    """The place of this request among those the platform acted upon, from 1; 0: it did not."""

    def json(self) -> Any:
        return decode(self.body)

    def parameter(self, name: str, default: str = "") -> str:
        return parse_qs(self.query, keep_blank_values=True).get(name, [default])[0]

    @property
    def to(self) -> tuple[str, str]:
        return _party(self.headers, "to")

    @property
    def from_(self) -> tuple[str, str]:
        return _party(self.headers, "from")


def _party(headers: Mapping[str, str], side: str) -> tuple[str, str]:
    return headers.get(f"ocpi-{side}-country-code", ""), headers.get(f"ocpi-{side}-party-id", "")


@dataclass(frozen=True)
class Sent:
    """One request that went out. `answer_status` 0: no answer came, `failure` says why."""

    at: float
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    answer_status: int = 0
    answer_body: bytes = b""
    failure: str = ""


@dataclass
class Journal:
    """Records of one platform. Safe for threads."""

    ledger: Path | None = None
    _received: list[Received] = field(default_factory=list)
    _sent: list[Sent] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def received(self) -> list[Received]:
        with self._news:
            return list(self._received)

    def sent(self) -> list[Sent]:
        with self._news:
            return list(self._sent)

    def keep(self, record: Received | Sent) -> None:
        """Write it down. What is in the ledger file has reached the disk when this returns."""
        with self._news:
            self._write(record)
            if isinstance(record, Received):
                self._received.append(record)
            else:
                self._sent.append(record)
            self._news.notify_all()

    def clear(self) -> None:
        """Forget what is in memory; the ledger file stays."""
        with self._news:
            self._received.clear()
            self._sent.clear()

    def wait_for(self, predicate: Callable[[Received], bool], timeout: float) -> Received:
        """The first received record that fits, waiting for it if need be.

        :raises TimeoutError: naming what did come, if none fits within `timeout` seconds.
        """
        until = time.monotonic() + timeout
        with self._news:
            while True:
                for record in self._received:
                    if predicate(record):
                        return record
                if not self._news.wait(max(0.0, until - time.monotonic())):
                    raise TimeoutError(f"not within {timeout} s; received: {self._summary()}")

    def _summary(self) -> str:
        lines = (f"{r.method} {r.path} -> {r.answer_status}" for r in self._received)
        return "; ".join(lines) or "nothing"

    def follow(self) -> Iterator[Received]:
        """Every received record from now on, as it comes, without an end."""
        return self._following(len(self.received()))

    def _following(self, seen: int) -> Iterator[Received]:
        while True:
            with self._news:
                while len(self._received) == seen:
                    self._news.wait()
                fresh, seen = self._received[seen:], len(self._received)
            yield from fresh

    def _write(self, record: Received | Sent) -> None:
        if self.ledger is None:
            return
        line = json.dumps({"number": next(self._numbers), **as_line(record)}) + "\n"
        descriptor = os.open(self.ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def as_line(record: Received | Sent) -> dict[str, Any]:
    """The record as the ledger holds it; bytes as text, or as `base64:...` if they are no UTF-8."""
    kind = "received" if isinstance(record, Received) else "sent"
    fields = {name: _printable(value) for name, value in asdict(record).items()}
    return {"kind": kind, **fields}


def _printable(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(value).decode()
