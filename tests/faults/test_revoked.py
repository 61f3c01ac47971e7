"""Once `suspend`, `remove`, `rotate` or `set` has returned, no process serves the former partner.

Each web process keeps the directory. Here each of several is hammered on connections of its own
while a command runs in another process; one of them stands still meanwhile.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

import pytest

from domain.partners.approval import Approved, Invited
from domain.partners.party import PartyId, Role
from domain.ports import LEASE_S
from entrypoints.sandbox import Platform
from entrypoints.sandbox.wire import authorization
from tests.conformance.running import RunningHub, a_hub
from tests.e2e.hub_process import until

WORKERS = 3
_CONNECTIONS = 2
"""To each worker."""
_LONG_S = 60.0


@dataclass(frozen=True)
class Answer:
    """What one request was told; `sent_at` is before its first byte left."""

    sent_at: float
    status: int
    code: int

    @property
    def is_served(self) -> bool:
        return (self.status, self.code) == (200, 1000)


@dataclass
class Line:
    """A kept-alive connection to one web process, by its id."""

    connection: HTTPConnection
    path: str
    headers: dict[str, str]
    worker: int = 0
    answers: list[Answer] = field(default_factory=list)

    def send(self) -> float:
        """When it began to."""
        sent_at = time.monotonic()
        self.connection.request("GET", self.path, headers=self.headers)
        return sent_at

    def read(self, sent_at: float) -> Answer:
        response = self.connection.getresponse()
        code = int(json.loads(response.read())["status_code"])
        return Answer(sent_at, response.status, code)

    def ask(self) -> Answer:
        return self.read(self.send())

    def hammer(self, stop: Event) -> None:
        while not stop.is_set():
            self.answers.append(self.ask())


@dataclass
class Hammered:
    """Lines to every web process, with the token that the partner has at first."""

    lines: list[Line]

    def of(self, worker: int) -> list[Line]:
        return [line for line in self.lines if line.worker == worker]

    @property
    def workers(self) -> set[int]:
        return {line.worker for line in self.lines}

    @contextmanager
    def while_all_ask(self, lines: list[Line]) -> Iterator[None]:
        """Each asks on its own, without a pause."""
        stop = Event()
        threads = [Thread(target=line.hammer, args=(stop,)) for line in lines]
        for thread in threads:
            thread.start()
        try:
            until(lambda: all(len(line.answers) > 3 for line in lines), _LONG_S)
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(_LONG_S)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    settings = {"HUB_WEB_WORKERS": str(WORKERS), "HUB_ANNOUNCE_ROLES_AFTER_S": "0"}
    with a_hub(tmp_path_factory.mktemp("revoked") / "hub", **settings) as running:
        yield running


@pytest.fixture
def platform(hub: RunningHub) -> Iterator[Platform]:
    """A fresh partner, a CPO."""
    country_code, party_id = hub.free_party()
    with Platform([("CPO", country_code, party_id, party_id)]) as platform:
        token_a = hub.invited(f"CPO:{country_code}:{party_id}")
        platform.hub.register(hub.versions_url, token_a)
        yield platform


@pytest.fixture
def hammered(hub: RunningHub, platform: Platform) -> Iterator[Hammered]:
    """So many connections to each process, however the kernel spreads them."""
    headers = {"Authorization": authorization(platform.hub.peer.token)}
    lines: list[Line] = []

    def connected() -> bool:
        connection = HTTPConnection("127.0.0.1", hub.process.port, timeout=_LONG_S)
        stack.callback(connection.close)
        line = Line(connection, "/ocpi/2.3.0/sender/locations?limit=1", headers)
        assert line.ask().is_served
        line.worker = _serving(hub, connection)
        if len(Hammered(lines).of(line.worker)) < _CONNECTIONS:
            lines.append(line)
        return len(lines) == WORKERS * _CONNECTIONS

    with ExitStack() as stack:
        until(connected, _LONG_S)
        yield Hammered(lines)


def _serving(hub: RunningHub, connection: HTTPConnection) -> int:
    """The process that has the other end of the connection."""
    ours = connection.sock.getsockname()[1]
    [inode] = [
        words[9]
        for words in map(str.split, Path("/proc/net/tcp").read_text().splitlines()[1:])
        if int(words[2].rpartition(":")[2], 16) == ours
        and int(words[1].rpartition(":")[2], 16) == hub.process.port
    ]
    for pid in hub.process.processes("gunicorn"):
        with suppress(OSError):
            open_ones = [os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()]
            if f"socket:[{inode}]" in open_ones:
                return pid
    raise AssertionError("no process has the connection")


def partner_of(hub: RunningHub, platform: Platform) -> str:
    name = "-".join(platform.profile.parties[0].id)
    return hub.inside.hub.administration.find(name).id


def suspend(hub: RunningHub, platform: Platform) -> None:
    hub.inside.hub.administration.suspend(partner_of(hub, platform))


def remove(hub: RunningHub, platform: Platform) -> None:
    hub.inside.hub.administration.remove(partner_of(hub, platform))


def rotate(hub: RunningHub, platform: Platform) -> None:
    hub.inside.hub.credentials_client.rotate(partner_of(hub, platform), compromised=True)


def set_other_roles(hub: RunningHub, platform: Platform) -> None:
    other = Approved((Invited(Role.CPO, PartyId(*hub.free_party())),))
    hub.inside.hub.approval.set(partner_of(hub, platform), other)


REVOKING: dict[str, Callable[[RunningHub, Platform], None]] = {
    "suspend": suspend,
    "remove": remove,
    "rotate": rotate,
    "set": set_other_roles,
}


@pytest.mark.parametrize("name", REVOKING)
def test_no_process_serves_what_the_command_has_ended(
    hub: RunningHub, platform: Platform, hammered: Hammered, name: str
) -> None:
    with hammered.while_all_ask(hammered.lines):
        REVOKING[name](hub, platform)
        returned = time.monotonic()
        counts = [len(line.answers) for line in hammered.lines]
        until(
            lambda: all(
                len(line.answers) > before + 3
                for line, before in zip(hammered.lines, counts, strict=True)
            ),
            _LONG_S,
        )

    for line in hammered.lines:
        assert line.answers[0].is_served
        after = [each for each in line.answers if each.sent_at >= returned]
        assert after
        assert not [each for each in after if each.is_served]
        assert {each.status for each in after} <= {401, 403}


@pytest.mark.parametrize("name", REVOKING)
def test_a_process_that_was_stopped_meanwhile_does_not_either(
    hub: RunningHub, platform: Platform, hammered: Hammered, name: str
) -> None:
    """What it kept was good when it was stopped. The command does not wait for it.

    The partner has no connection to it: it calls the hub back while its token is turned.
    """
    stopped = min(hammered.workers)
    lines = hammered.of(stopped)
    platform.hub.caller.close()
    with hammered.while_all_ask(lines):
        pass
    os.kill(stopped, signal.SIGSTOP)
    try:
        REVOKING[name](hub, platform)
        sent = [(line, line.send()) for line in lines]
    finally:
        os.kill(stopped, signal.SIGCONT)

    answers = [line.read(at) for line, at in sent]
    assert all(line.answers[-1].is_served for line in lines)
    assert {each.status for each in answers} <= {401, 403}


def test_without_the_store_no_process_serves_what_it_has_kept(
    hub: RunningHub, platform: Platform, hammered: Hammered
) -> None:
    """GET versions needs nothing else of the store; 3000, as soon as the lease is over."""
    for line in hammered.lines:
        line.path = "/ocpi/versions"
        assert line.ask().is_served
    [store] = hub.process.processes("mongod")
    os.kill(store, signal.SIGSTOP)
    try:
        time.sleep(2 * LEASE_S)
        asked = [(line, line.send()) for line in hammered.lines]
        answers = [line.read(at) for line, at in asked]
    finally:
        os.kill(store, signal.SIGCONT)

    assert {(each.status, each.code) for each in answers} == {(200, 3000)}
    until(partial(_all_are_served, hammered), _LONG_S)


def _all_are_served(hammered: Hammered) -> bool:
    return all(line.ask().is_served for line in hammered.lines)
