"""Other OCPI implementations in Python, served beside the hub: libraries that store nothing.

`make bench` makes a venv for each below `.cache`, where the package index can be reached.
"""

import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from bench.calling import Call
from bench.costs.cpu import Cost, Meter
from bench.costs.table import Line
from entrypoints.sandbox.wire import authorization
from entrypoints.tether import tethered
from tests.e2e.hub_process import free_port, processes_with, until

_ROOT = Path(__file__).parents[2]
_START_S = 120.0
_IDLE_S = 3
_TOKEN = "peer"  # noqa: S105
_OPTIONS = ("--workers", "2", "--no-access-log", "--app-dir", str(_ROOT))
_STARTED = "Application startup complete"


@dataclass(frozen=True)
class Library:
    """A distribution, the module of its application, and where its venv is.

    `is_to_beat`: the hub's POST CDR is to cost no more than its.
    """

    name: str
    module: str
    is_to_beat: bool = False
    venvs: Path = _ROOT / ".cache"

    @property
    def is_installed(self) -> bool:
        """Whether its venv was made to the end."""
        return (self.venvs / self.name / ".installed").exists()

    @property
    def version(self) -> str:
        """The one in its venv."""
        found = (self.venvs / self.name).glob("lib/python*/site-packages")
        [mine] = distributions(name=self.name, path=[str(each) for each in found])
        return mine.version

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}, stores nothing"


LIBRARIES = (
    Library("extrawest-ocpi", "bench.peers.extrawest_ocpi", is_to_beat=True),
    Library("py-ocpi", "bench.peers.py_ocpi"),
)


class Peer:
    """The application of one library under two processes of uvicorn; a context manager."""

    def __init__(self, library: Library, folder: Path, locations: Path) -> None:
        self.library, self._locations = library, locations
        self._folder, self._port = folder, free_port()
        self._output = folder / f"{library.name}.out"
        self.meter = Meter(lambda: processes_with(f"BENCH_PEER={self._output}"))

    def __enter__(self) -> "Peer":
        python = str(self.library.venvs / self.library.name / "bin" / "python")
        words = [python, "-m", "uvicorn", *_OPTIONS, "--port", str(self._port)]
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                tethered([*words, f"{self.library.module}:application"]),
                cwd=self._folder,
                env={"BENCH_PEER": str(self._output), "BENCH_LOCATIONS": str(self._locations)},
                stdout=output,
                stderr=output,
            )
        until(lambda: self._said().count(_STARTED) == 2 or self._has_ended(), _START_S)
        assert not self._has_ended(), self._said()
        self.meter = Meter(self.meter.processes, self.meter.cost(_rest))
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def call(self, method: str, path: str, body: bytes | None = None) -> Call:
        """A request of the one partner that it knows."""
        headers = {"Authorization": authorization(_TOKEN), "Content-Type": "application/json"}
        return Call(method, f"http://127.0.0.1:{self._port}/ocpi/{path}", headers, body)

    def _said(self) -> str:
        return self._output.read_text()

    def _has_ended(self) -> bool:
        return self._process.poll() is not None


class Peers:
    """The libraries that are installed, each with these locations; a context manager."""

    def __init__(self, folder: Path, locations: Sequence[bytes]) -> None:
        self._folder, self._locations = folder, b"[" + b",".join(locations) + b"]"
        self._running = ExitStack()
        self.served: list[Peer] = []

    def __enter__(self) -> "Peers":
        kept = self._folder / "locations.json"
        kept.write_bytes(self._locations)
        for library in LIBRARIES:
            if library.is_installed:
                peer = Peer(library, self._folder, kept)
                self.served.append(self._running.enter_context(peer))
            else:
                print(f"costs: {library.name} is not installed, and not measured", flush=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def libraries(self) -> list[Library]:
        """Those that are served."""
        return [each.library for each in self.served]

    def end(self) -> None:
        """Serve them no more: an idle peer takes time of the machine, too."""
        self._running.close()


def beside(libraries: Sequence[Library], costs: Mapping[str, Cost]) -> list[Line]:
    """What the hub's request costs those of these that were measured; `costs` by their titles."""
    return [
        Line(f"… {each.title}", "ms CPU", costs[each.title].ms)
        for each in libraries
        if each.title in costs
    ]


def ahead(libraries: Sequence[Library], costs: Mapping[str, Cost], hub: Cost) -> list[Line]:
    """The hub's cost against that of each of these which it is to beat."""
    return [
        Line(f"… hub / {each.name}", "× CPU", hub.ms / costs[each.title].ms, None, 1.0)
        for each in libraries
        if each.is_to_beat
    ]


def _rest() -> int:
    time.sleep(_IDLE_S)
    return _IDLE_S
