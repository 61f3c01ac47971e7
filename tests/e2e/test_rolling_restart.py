"""A rolling restart under load: no request fails, and no change is lost to its reader.

Two web processes behind a client that asks `/readyz`, as a balancer does, and two pumps; each is
told to stop, and started again when it has ended.
"""

import json
import os
import signal
import subprocess
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

import pytest

from entrypoints import bootstrap
from entrypoints.limit_settings import NAMES
from entrypoints.sandbox import Platform
from entrypoints.settings import Settings
from entrypoints.tether import tethered
from tests.conformance.steps import a_location
from tests.e2e.hub_process import COMMAND, free_port, until
from tests.http.hub_server import environment_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
_ENOUGH_S = 120.0
_DRAIN_S = 5
_CLIENTS = 3


@dataclass
class Part:
    """One process, that can be told to stop and started again."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> "Part":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                tethered([str(COMMAND), *self.arguments]),
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )
        return self

    def stop(self) -> int:
        """SIGTERM; its exit status once it has ended."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_ENOUGH_S)

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@dataclass
class Backend:
    """A web process as a balancer sees it: `generation` grows whenever it is not ready any more."""

    port: int
    ready: bool = False
    generation: int = 0
    seen: list[int] = field(default_factory=list)

    def look(self) -> None:
        status = _status(self.port, "/readyz")
        if not self.seen or self.seen[-1] != status:
            self.seen.append(status)
        if self.ready and status != 200:
            self.generation += 1
        self.ready = status == 200


def _status(port: int, path: str) -> int:
    """0 where no process answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


@dataclass
class Balancer:
    """Sends requests in turn to those that are ready, on connections that it keeps."""

    backends: list[Backend]
    over: threading.Event = field(default_factory=threading.Event)
    turns: Iterator[int] = field(default_factory=count)

    def watch(self) -> None:
        while not self.over.is_set():
            for backend in self.backends:
                backend.look()
            time.sleep(0.05)

    def next(self) -> Backend:
        while not (ready := [each for each in self.backends if each.ready]):
            time.sleep(0.01)
        return ready[next(self.turns) % len(ready)]


@dataclass
class Client:
    """One thread of load: it pushes locations of its own until the test is over."""

    name: str
    platform: Platform
    balancer: Balancer
    failures: list[str] = field(default_factory=list)
    done: int = 0
    kept: dict[int, tuple[int, HTTPConnection]] = field(default_factory=dict)

    def run(self) -> None:
        while not self.balancer.over.is_set():
            backend = self.balancer.next()
            name = f"{self.name}-{self.done}"
            try:
                said = self._push(backend, name)
            except (OSError, HTTPException) as failure:
                said = repr(failure)
            if said:
                self.failures.append(f"{backend.port} {name}: {said}")
            self.done += 1
        for _, connection in self.kept.values():
            connection.close()

    def _push(self, backend: Backend, name: str) -> str:
        connection = self._connection(backend)
        body = json.dumps(a_location(self.platform, id=name)).encode()
        path = f"/ocpi/2.3.0/receiver/locations/DE/ABC/{name}"
        connection.request("PUT", path, body, self._headers())
        answer = connection.getresponse()
        told = json.loads(answer.read())
        return "" if told["status_code"] == 1000 else f"{answer.status} {told}"

    def _connection(self, backend: Backend) -> HTTPConnection:
        """The one that is kept, but none from before the backend was away."""
        generation, connection = self.kept.get(backend.port, (-1, None))
        if connection is not None and generation == backend.generation:
            return connection
        if connection is not None:
            connection.close()
        fresh = HTTPConnection("127.0.0.1", backend.port, timeout=60)
        self.kept[backend.port] = (backend.generation, fresh)
        return fresh

    def _headers(self) -> dict[str, str]:
        token = b64encode(self.platform.hub.peer.token.encode()).decode()
        return {
            "Authorization": f"Token {token}",
            "Content-Type": "application/json",
            "OCPI-to-country-code": "NL",
            "OCPI-to-party-id": "HUB",
            "OCPI-from-country-code": "DE",
            "OCPI-from-party-id": "ABC",
        }


@dataclass
class Site:
    """A hub as in production: two web processes and two pumps, and what else it needs."""

    webs: list[Part]
    pumps: list[Part]
    backends: list[Backend]
    settings: Settings

    def invited(self, role: str) -> str:
        """The token of an invitation."""
        ran = subprocess.run(
            [COMMAND, "partner", "invite", "--name", role, "--role", role],
            env={**os.environ, **self.webs[0].environment},
            capture_output=True,
            check=True,
            timeout=_ENOUGH_S,
        )
        return str(json.loads(ran.stdout)["token"])


@pytest.fixture
def site(mongo_url: str, database_name: str, redis_url: str, tmp_path: Path) -> Iterator[Site]:
    given = environment_of(mongo_url, database_name, redis_url) | {
        "HUB_DATA_DIR": str(tmp_path),
        "HUB_DRAIN_S": str(_DRAIN_S),
        "HUB_WEB_WORKERS": "1",
        "HUB_WEB_THREADS": "4",
        "HUB_LOG_LEVEL": "info",
        **dict.fromkeys(NAMES.values(), "0"),
    }
    settings = Settings.read(given)
    bootstrap.prepare_stores(settings)
    backends = [Backend(settings.port), Backend(free_port())]
    webs = [
        Part(("web",), given | {"HUB_BIND": f"127.0.0.1:{each.port}"}, tmp_path / "web.log")
        for each in backends
    ]
    pumps = [Part(("worker", "--queue", "pump"), given, tmp_path / "pump.log") for _ in range(2)]
    others = [
        Part(("worker", "--queue", "publish"), given, tmp_path / "publish.log"),
        Part(("sweeper",), given, tmp_path / "sweeper.log"),
    ]
    with ExitStack() as stack:
        for part in (*webs, *pumps, *others):
            stack.callback(part.start().end)
        yield Site(webs, pumps, backends, settings)


@contextmanager
def load(site: Site, platform: Platform) -> Iterator[list[Client]]:
    """Clients that push all the time, until the end of the block."""
    balancer = Balancer(site.backends)
    clients = [Client(f"C{number}", platform, balancer) for number in range(_CLIENTS)]
    threads = [threading.Thread(target=balancer.watch)]
    threads += [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield clients
    finally:
        balancer.over.set()
        for thread in threads:
            thread.join()


def test_a_rolling_restart_fails_no_request_and_loses_no_change(site: Site) -> None:
    for backend in site.backends:
        until(lambda port=backend.port: _status(port, "/readyz") == 200, _ENOUGH_S)  # type: ignore[misc]
    with Platform([("CPO", "DE", "ABC", "")]) as cpo, Platform([("EMSP", "NL", "MS1", "")]) as msp:
        cpo.hub.register(site.settings.versions_url, site.invited("CPO:DE:ABC"))
        msp.hub.register(site.settings.versions_url, site.invited("EMSP:NL:MS1"))
        with load(site, cpo) as clients:
            for part, backend in zip(site.webs, site.backends, strict=True):
                _pushes_go_on(clients)
                assert part.stop() == 0
                part.start()
                until(lambda backend=backend: backend.ready, _ENOUGH_S)  # type: ignore[misc]
            for part in site.pumps:
                _pushes_go_on(clients)
                assert part.stop() == 0
                part.start()
            _pushes_go_on(clients)
        pushed = {f"{each.name}-{number}" for each in clients for number in range(each.done)}
        failures = [failure for client in clients for failure in client.failures]
        print(f"{len(pushed)} requests, {len(failures)} failed")
        assert failures == [], f"{len(failures)} of {len(pushed)} requests failed"
        until(lambda: pushed <= _received(msp), _ENOUGH_S)

    for backend in site.backends:
        assert backend.seen[:4] == [200, 503, 0, 200], "not ready first, then gone, then back"


def _pushes_go_on(clients: list[Client]) -> None:
    before = [client.done for client in clients]
    until(
        lambda: all(each.done >= n + 5 for each, n in zip(clients, before, strict=True)), _ENOUGH_S
    )


def _received(platform: Platform) -> set[str]:
    return {
        each.path.rpartition("/")[2] for each in platform.received if each.module == "locations"
    }
