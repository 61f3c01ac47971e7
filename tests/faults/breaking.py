"""Ways to break a hub's processes. Each asserts that it really hit."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.hub_process import HubProcess, until

PARTS = ("mongod", "valkey-server", "gunicorn", "publish", "pump", "sweeper")
_RESTARTED_WITHIN_S = 30.0


def killed(hub: HubProcess, part: str) -> None:
    """Kill -9 the part; returns once another process has taken its place."""
    kill(the_process(hub, part))
    until(lambda: hub.processes(part), _RESTARTED_WITHIN_S)


def kill(pid: int) -> None:
    """Kill -9; returns once the process is gone."""
    os.kill(pid, signal.SIGKILL)
    until(lambda: _state(pid) in ("Z", ""), within_s=60)


@contextmanager
def frozen(hub: HubProcess, *parts: str) -> Iterator[None]:
    """Stop the parts with SIGSTOP, so that their connections stay open, and go on after."""
    pids = [the_process(hub, part) for part in parts]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: all(_state(pid) == "T" for pid in pids), within_s=60)
        yield
        assert [_state(pid) for pid in pids] == ["T"] * len(pids)
        assert pids == [the_process(hub, part) for part in parts]
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def the_process(hub: HubProcess, part: str) -> int:
    """The one process of the part."""
    [pid] = hub.processes(part)
    return pid


def web_worker(hub: HubProcess) -> int:
    """One of gunicorn's workers, not their master."""
    pids = hub.processes("gunicorn")
    return min(pid for pid in pids if _stat(pid)[1] in map(str, pids))


def _state(pid: int) -> str:
    """`T`: stopped, `Z`: dead and not buried; empty: not there."""
    return _stat(pid)[0]


def _stat(pid: int) -> list[str]:
    """State, parent and what else the kernel tells."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["", ""]
