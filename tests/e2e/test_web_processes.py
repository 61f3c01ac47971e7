"""The web processes as they run: each has its share of the connections, and keeps its memory."""

import os
import resource
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.conformance.guests import Guests
from tests.conformance.running import RunningHub, a_hub
from tests.conformance.steps import a_location, put, with_evses
from tests.e2e.hub_process import until

pytestmark = pytest.mark.e2e
_MANY = 32
_PAGE, _EVSES = 60, 60
_ENOUGH_S = 60.0
_ESTABLISHED = "01"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    with a_hub(tmp_path / "hub", HUB_WEB_WORKERS="2") as running:
        yield running


def test_each_process_stays_on_one_core_and_the_master_on_none(hub: RunningHub) -> None:
    """The master makes others, which are to be spread."""
    all_cores = len(os.sched_getaffinity(0))
    names = ("queue publish", "queue pump", "queue sync", "cli sweeper", "gunicorn")
    used = {name: sorted(_cores(hub, name)) for name in names}

    assert used.pop("gunicorn") == sorted([1, 1, all_cores])
    assert used == dict.fromkeys(used, [1])


def test_kept_connections_are_shared_among_the_web_processes(hub: RunningHub) -> None:
    until(lambda: sum(each > 0 for each in _held_at_once(hub, 8)) == 2, _ENOUGH_S)
    until(lambda: sum(_held(hub)) == 0, _ENOUGH_S)

    held = _held_at_once(hub, _MANY)

    assert sum(held) == _MANY
    assert min(each for each in held if each) >= _MANY // 4
    assert sum(each > 0 for each in held) == 2


def test_a_long_list_is_made_in_memory_that_the_process_has_already(hub: RunningHub) -> None:
    with ExitStack() as stack:
        join = Guests(hub, stack).join
        owner, reader = join("CPO"), join("EMSP")
        for _ in range(_PAGE):
            assert put(owner, a_location(owner, evses=with_evses(_EVSES))).ok

        def lists(many: int) -> int:
            before = _pages_taken(hub)
            for _ in range(many):
                answer = reader.hub.get(
                    "locations", query=f"limit={_PAGE}", to=reader.hub.hub_party
                )
                assert len(answer.data) == _PAGE
                assert len(answer.raw) > 1_000_000
            return _pages_taken(hub) - before

        lists(_MANY)

        assert lists(_MANY) < _MANY * 1_000_000 // resource.getpagesize() // 10


def _cores(hub: RunningHub, name: str) -> list[int]:
    """On how many cores each process of this name may run."""
    commands = {
        pid: Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        for pid in hub.process.processes()
    }
    return [len(os.sched_getaffinity(pid)) for pid, said in commands.items() if name in said]


def _pages_taken(hub: RunningHub) -> int:
    """Minor page faults of gunicorn's processes so far."""
    files = [Path(f"/proc/{pid}/stat") for pid in hub.process.processes("gunicorn")]
    return sum(int(each.read_text().rpartition(")")[2].split()[7]) for each in files)


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
