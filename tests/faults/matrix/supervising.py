"""Processes that are started again when they die, each with an environment of its own.

What a production supervisor does, and one thing more: a single component can be armed to die.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from entrypoints.tether import tethered
from tests.e2e.hub_process import until

_LOOK_S = 0.1
_STOPS_WITHIN_S = 8.0


@dataclass
class Component:
    """One program. `ended` counts how often it died while it was meant to run."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = False
    ended: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} was never started"
        return self.process.pid

    def start(self, **more: str) -> None:
        """Start it, or start it again, with `more` in its environment until it is halted."""
        with self._lock:
            self.halt()
            self.environment = {**self.environment, **more}
            self._spawn()
            self.wanted = True

    def halt(self) -> None:
        """End it in order if it does so in time, and leave it ended."""
        with self._lock:
            self.wanted = False
            if self.process is None or self.process.poll() is not None:
                return
            for number in (signal.SIGCONT, signal.SIGTERM):
                self.process.send_signal(number)
            try:
                self.process.wait(_STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def kill(self) -> int:
        """SIGKILL; returns once it is gone, with the pid that it had."""
        process = self.process
        assert process is not None
        assert process.poll() is None, f"{self.name} was not there to be killed"
        process.kill()
        assert process.wait() == -signal.SIGKILL
        return process.pid

    def dies(self) -> None:
        """SIGKILL; returns once it is started again."""
        before = self.ended
        self.kill()
        until(lambda: self.ended > before, within_s=60)

    def leave(self) -> "subprocess.Popen[bytes]":
        """Start another one in its place; the present one may be stopped, and is the caller's."""
        with self._lock:
            left = self.process
            assert left is not None
            self.process = None
            self._spawn()
        return left

    def look(self) -> None:
        """Start it again if it died."""
        with self._lock:
            if self.wanted and self.process is not None and self.process.poll() is not None:
                self.ended += 1
                self._spawn()

    def _spawn(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                tethered(self.command),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@dataclass
class Supervisor:
    """Looks after components in a thread; nothing of them runs after `end`."""

    components: dict[str, Component] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def add(self, component: Component) -> Component:
        self.components[component.name] = component
        return component

    def begin(self) -> None:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Everything is killed at once; data that matter have been read by now."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        for component in self.components.values():
            component.wanted = False
            if component.process is not None and component.process.poll() is None:
                component.process.kill()
        for component in self.components.values():
            if component.process is not None:
                component.process.wait()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_S):
            for component in list(self.components.values()):
                component.look()


def freeze(*pids: int) -> None:
    """SIGSTOP; returns once they stand still."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    until(lambda: all(state_of(pid) == "T" for pid in pids), within_s=60)


def thaw(*pids: int) -> None:
    """SIGCONT to those that stand still."""
    for pid in pids:
        assert state_of(pid) == "T", f"{pid} did not stand still any more"
        os.kill(pid, signal.SIGCONT)


def state_of(pid: int) -> str:
    """`T`: stopped, `Z`: dead and not buried; empty: not there."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def children_of(pid: int) -> list[int]:
    """The processes that this one has forked and that still run, oldest first."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in text.split()]


def wait_s(seconds: float) -> None:
    """Let time pass where a fault is defined by how long it lasts."""
    time.sleep(seconds)
