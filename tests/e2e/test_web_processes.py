"""Clients keep their connections: each web process has to get its share of them."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.conformance.running import RunningHub, a_hub
from tests.e2e.hub_process import until

pytestmark = pytest.mark.e2e
_MANY = 32
_ENOUGH_S = 60.0
_ESTABLISHED = "01"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    with a_hub(tmp_path / "hub", HUB_WEB_WORKERS="2") as running:
        yield running


def test_kept_connections_are_shared_among_the_web_processes(hub: RunningHub) -> None:
    until(lambda: sum(each > 0 for each in _held_at_once(hub, 8)) == 2, _ENOUGH_S)
    until(lambda: sum(_held(hub)) == 0, _ENOUGH_S)

    held = _held_at_once(hub, _MANY)

    assert sum(held) == _MANY
    assert min(each for each in held if each) >= _MANY // 4
    assert sum(each > 0 for each in held) == 2


def _held_at_once(hub: RunningHub, many: int) -> list[int]:
    """How many of so many new connections each process holds, once all are answered."""
    with ExitStack() as stack:
        there = [stack.enter_context(closing(_connected(hub))) for _ in range(many)]
        for connection in there:
            connection.request("GET", "/healthz")
        for connection in there:
            assert connection.getresponse().read() == b"ok\n"
        return _held(hub)


def _connected(hub: RunningHub) -> HTTPConnection:
    connection = HTTPConnection("127.0.0.1", hub.process.port, timeout=_ENOUGH_S)
    connection.connect()
    return connection


def _held(hub: RunningHub) -> list[int]:
    """How many of the hub's connections each of gunicorn's processes has; the master has none."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    port = f":{hub.process.port:04X}"
    there = {each[9] for each in lines if each[1].endswith(port) and each[3] == _ESTABLISHED}
    return [len(there & _sockets(pid)) for pid in hub.process.processes("gunicorn")]


def _sockets(pid: int) -> set[str]:
    found = set[str]()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(each.readlink()))
    return {each[8:-1] for each in found if each.startswith("socket:[")}
