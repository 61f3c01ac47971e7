"""What a request and a delivery cost at least, measured in the same run beside the hub."""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import requests

from bench.calling import Call
from bench.costs.cpu import Cost, Meter
from entrypoints.folder import HubFolder
from entrypoints.tether import tethered
from tests.conformance.running import RunningHub
from tests.e2e.hub_process import HubProcess, free_port, processes_with, until

_ROOT = Path(__file__).parents[2]
_START_S = 30.0
_STORES = ("mongod", "valkey", "redis-server")


class Bare:
    """A bare WSGI application under the hub's own gunicorn settings; a context manager."""

    def __init__(self, hub: RunningHub, folder: Path) -> None:
        self._hub, self._folder, self._port = hub, folder, free_port()

    def __enter__(self) -> "Bare":
        words = [sys.executable, "-m", "gunicorn", "-c", "python:entrypoints.gunicorn"]
        with self._folder.with_suffix(".log").open("wb") as output:
            self._process = subprocess.Popen(
                tethered([*words, "bench.costs.bare:application"]),
                cwd=_ROOT,
                env=self._environment(),
                stdout=output,
                stderr=output,
            )
        there = HubProcess(self._folder, self._port)
        until(lambda: there.get("/bare") == 200, _START_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def meter(self, idle: Cost) -> Meter:
        """Its processes and the hub's stores; `idle` is what the hub itself uses of these."""
        of_stores = {name: spent for name, spent in idle.by.items() if name in _STORES}
        stores = {pid for name in _STORES for pid in self._hub.process.processes(name)}
        mine = Cost(sum(of_stores.values()), of_stores)
        return Meter(lambda: stores | processes_with(self._variable), mine)

    def call(self, route: str, body: bytes | None = None) -> Call:
        """A request of `bare`, `insert` or `list`."""
        method = "GET" if body is None else "POST"
        return Call(method, f"http://127.0.0.1:{self._port}/{route}", {}, body)

    @property
    def _variable(self) -> str:
        return f"HUB_DATA_DIR={self._folder}"

    def _environment(self) -> dict[str, str]:
        """The hub's settings, but for where it listens and keeps its data."""
        process = self._hub.process
        given = process.environment() | process.running() | HubFolder(process.folder).secrets()
        given.pop("PORT")
        given["BENCH_MONGO_URL"] = self._hub.inside.settings.mongo_url
        return given | {"HUB_DATA_DIR": str(self._folder), "HUB_BIND": f"127.0.0.1:{self._port}"}


@dataclass(frozen=True)
class Loop:
    """What a delivery is at least: CPU, and milliseconds until the last of a round."""

    cpu_ms: float
    round_ms: float

    @property
    def per_s(self) -> float:
        return 1000 / self.cpu_ms


def kept_alive_loop(urls: Sequence[str], body: bytes, rounds: int) -> Loop:
    """PUTs by `requests` to each of these URLs in turn, on kept-alive connections."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_looped, urls, body, rounds).result()


def _looped(urls: Sequence[str], body: bytes, rounds: int) -> Loop:
    session = requests.Session()
    session.trust_env = False
    adapter = requests.adapters.HTTPAdapter(pool_connections=len(urls))
    session.mount("http://", adapter)
    _round(session, urls, body)
    spent, begun = time.process_time(), time.monotonic()
    for _ in range(rounds):
        _round(session, urls, body)
    cpu, wall = time.process_time() - spent, time.monotonic() - begun
    return Loop(cpu * 1000 / rounds / len(urls), wall * 1000 / rounds)


def _round(session: requests.Session, urls: Sequence[str], body: bytes) -> None:
    headers = {"Authorization": "Token eA==", "Content-Type": "application/json"}
    for url in urls:
        answer = session.put(url, data=body, headers=headers).json()
        assert answer["status_code"] == 1000, answer
