"""A whole hub as its users start it: `ocpi-hub up`, a process of its own, stopped by signals.

It ends when the tests do, however these end.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from random import SystemRandom

from entrypoints.tether import tethered

COMMAND = Path(sys.executable).with_name("ocpi-hub")
_START_S = 120.0
_PORTS = SystemRandom()


@dataclass
class HubProcess:
    """`folder` is its HUB_DATA_DIR and the only thing that a second start shares with the first."""

    folder: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    output: Path = field(init=False)
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> "HubProcess":
        """Start it and return once it has said which command to type next."""
        self.output = self.folder.with_suffix(".out")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                tethered([str(COMMAND), "up"]),
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment(),
            )
        until(lambda: "partner invite" in self.said() or self.process.poll() is not None, _START_S)
        assert self.process.poll() is None, self.said()
        return self

    def environment(self) -> dict[str, str]:
        """What the hub, and every command that is to find it, is started with."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        clean.pop("PORT", None)
        return clean | {"HUB_DATA_DIR": str(self.folder), "PORT": str(self.port)} | self.settings

    def said(self) -> str:
        """Everything that it printed so far."""
        return self.output.read_text(encoding="utf-8")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Its exit status."""
        self.process.send_signal(number)
        return self.process.wait(90)

    def kill(self) -> None:
        """End all its processes at once."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        if hasattr(self, "process"):
            self.process.wait()

    def get(self, path: str) -> int:
        """The HTTP status of a GET; 0 while no process listens."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def running(self) -> dict[str, str]:
        """The note that it leaves for other commands."""
        note: dict[str, str] = json.loads((self.folder / "running.json").read_text())
        return note

    def processes(self, word: str = "") -> set[int]:
        """Every living process with this folder in its environment and `word` in its command."""
        return processes_with(f"HUB_DATA_DIR={self.folder}", word)


def ocpi_hub(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one `ocpi-hub` command to its end."""
    return subprocess.run(
        [COMMAND, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def processes_with(variable: str, word: str = "") -> set[int]:
    """Every living process with this in its environment and `word` in its command."""
    return {
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdigit()
        and variable.encode() in _content(path / "environ").split(b"\0")
        and word.encode() in _content(path / "cmdline")
    }


def until(condition: Callable[[], object], within_s: float) -> None:
    """Return as soon as `condition` holds; fail after `within_s` seconds."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


def free_port() -> int:
    """A port on loopback that no process listens on now.

    From below those that the kernel gives to connections: else one may be taken by then.
    """
    while True:
        port = _PORTS.choice(range(10_000, 20_000))
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def _content(path: Path) -> bytes:
    """Empty for a process that is gone, dying, or another user's."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
