"""Callers of a hub in processes of their own, lean enough not to be what is measured."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import chain, count, cycle, islice
from multiprocessing import get_context
from typing import Protocol
from urllib.parse import urlsplit

from entrypoints.sandbox import OMITTED, HubClient
from entrypoints.sandbox.parties import Profile
from entrypoints.sandbox.routing import PartyId, routing_headers
from entrypoints.sandbox.wire import authorization

_TIMEOUT_S = 60.0


class Registered(Protocol):
    """A partner that calls the hub: a Platform, or a leaner one."""

    @property
    def hub(self) -> HubClient: ...

    @property
    def profile(self) -> Profile: ...


@dataclass(frozen=True)
class Call:
    """One request; `url` is absolute."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None

    @classmethod
    def of(
        cls,
        platform: Registered,
        method: str,
        url: str,
        *,
        to: PartyId = OMITTED,
        body: object = None,
    ) -> "Call":
        """As this registered platform makes it."""
        parties = routing_headers(to, platform.profile.parties[0].id)
        token = {"Authorization": authorization(platform.hub.peer.token)}
        headers = {name: value for name, value in parties.items() if value is not None}
        content = None if body is None else json.dumps(body).encode()
        return cls(method, url, token | headers | {"Content-Type": "application/json"}, content)


@dataclass(frozen=True)
class Numbered:
    """The call again and again, each `NNN` of its URL and body another number."""

    call: Call
    first: int = 0
    step: int = 1

    def __iter__(self) -> Iterator[Call]:
        for number in count(self.first, self.step):
            digits = f"{number:08}"
            body = (self.call.body or b"").replace(b"NNN", digits.encode())
            url = self.call.url.replace("NNN", digits)
            yield Call(self.call.method, url, self.call.headers, body)


@dataclass(frozen=True)
class Cycled:
    """These calls in turn."""

    calls: tuple[Call, ...]

    def __iter__(self) -> Iterator[Call]:
        return cycle(self.calls)


@dataclass(frozen=True)
class Answered:
    """Seconds until the answer; OCPI's status code, 0 without one or if HTTP says an error."""

    seconds: float
    code: int


@dataclass(frozen=True)
class Pace:
    """For how long, and how many a second on each connection; 0: one after the other."""

    seconds: float
    per_second: float = 0.0


@dataclass
class Callers:
    """A process for each kind of caller; a context manager."""

    most: int
    pool: ProcessPoolExecutor = field(init=False)

    def __enter__(self) -> "Callers":
        self.pool = ProcessPoolExecutor(self.most, mp_context=get_context("spawn"))
        for ready in [self.pool.submit(time.sleep, 0.2) for _ in range(self.most)]:
            ready.result()
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(cancel_futures=True)

    def begin(self, lines: Sequence[Iterable[Call]], pace: Pace) -> "Going":
        """One process, a connection and a thread for each line of calls."""
        return Going(self.pool, lines, pace)


class Going:
    """Calls that go on meanwhile; `answers` waits for their end."""

    def __init__(
        self, pool: ProcessPoolExecutor, lines: Sequence[Iterable[Call]], pace: Pace
    ) -> None:
        self._answers = pool.submit(_all, lines, pace)

    def answers(self) -> list[Answered]:
        return self._answers.result()


def sent(calls: Sequence[Call], connections: int = 1) -> list[Answered]:
    """Each of these calls once, in turn on so many connections, from this process."""
    pace = Pace(float("inf"))
    lines = [calls[number::connections] for number in range(min(connections, len(calls)))]
    return _all(lines, pace)


def share(seconds: Sequence[float], percent: int) -> float:
    """What so many percent of them keep to."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def told(answers: Sequence[Answered]) -> str:
    """p50, p95 and how many."""
    seconds = [each.seconds for each in answers]
    p50, p95 = share(seconds, 50) * 1000, share(seconds, 95) * 1000
    return f"p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  ({len(seconds)} requests)"


def _all(lines: Sequence[Iterable[Call]], pace: Pace) -> list[Answered]:
    """A pace is kept by every line at moments of its own: callers are no choir."""
    apart = 1 / pace.per_second / len(lines) if pace.per_second else 0.0
    with ThreadPoolExecutor(len(lines)) as pool:
        going = [
            pool.submit(_line, line, pace, later=number * apart)
            for number, line in enumerate(lines)
        ]
    return [each for line in going for each in line.result()]


def _line(calls: Iterable[Call], pace: Pace, *, later: float) -> list[Answered]:
    time.sleep(later)
    ordered = iter(calls)
    [first] = islice(ordered, 1)
    connection = HTTPConnection(str(urlsplit(first.url).netloc), timeout=_TIMEOUT_S)
    begun, answers = time.monotonic(), list[Answered]()
    try:
        for call in chain([first], ordered):
            if time.monotonic() >= begun + pace.seconds:
                break
            answers.append(_answered(connection, call))
            if pace.per_second:
                due = begun + len(answers) / pace.per_second
                time.sleep(max(0.0, due - time.monotonic()))
    finally:
        connection.close()
    return answers


def _answered(connection: HTTPConnection, call: Call) -> Answered:
    begun = time.monotonic()
    target = call.url.split("/", 3)[3]
    connection.request(call.method, f"/{target}", call.body, call.headers)
    answer = connection.getresponse()
    body = answer.read()
    waited = time.monotonic() - begun
    if answer.status >= 300:
        return Answered(waited, 0)
    try:
        return Answered(waited, int(json.loads(body)["status_code"]))
    except (ValueError, KeyError, TypeError):
        return Answered(waited, 0)
