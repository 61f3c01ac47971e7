"""A hub as in production: three mongods, a Redis, web, workers and sweeper, each on its own."""

import json
import secrets
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from redis import Redis

from entrypoints import programs
from entrypoints.limit_settings import NAMES
from tests.e2e.hub_process import COMMAND, until
from tests.faults.matrix.ports import free_port
from tests.faults.matrix.replica_set import Document, ReplicaSet
from tests.faults.matrix.supervising import Component, Supervisor
from tests.faults.matrix.told import ROOT, PartnersProcess, ProxyProcess

PARTS = {
    "web": ("web", "--graceful-timeout", "3"),
    "publish": ("worker", "--queue", "publish"),
    "pump": ("worker", "--queue", "pump"),
    "sync": ("worker", "--queue", "sync"),
    "sweeper": ("sweeper",),
}
_READY_WITHIN_S = 40.0


@dataclass
class Cluster:
    """`folder` has the logs, the ledgers, and what each component was armed with."""

    folder: Path
    supervisor: Supervisor
    replicas: ReplicaSet
    port: int
    redis_port: int
    secrets: dict[str, str]
    mongo: MongoClient[Document]
    partners: PartnersProcess
    redis_way: ProxyProcess
    redis_way_port: int
    tokens: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> Component:
        return self.supervisor.components[name]

    @property
    def database(self) -> Database[Document]:
        return self.mongo["ocpi_hub"]

    @property
    def redis(self) -> Redis:
        return Redis(host="127.0.0.1", port=self.redis_port, socket_timeout=5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def arm(self, name: str, points: str, folder: Path) -> Component:
        """Start the component again so that it dies, or stands still, at these fail points."""
        component = self[name]
        component.start(HUB_FAIL_POINTS=points, HUB_DATA_DIR=str(folder))
        return component

    def disarm(self, name: str) -> None:
        """From its next start on; nothing is restarted for it."""
        component = self[name]
        component.environment = {**component.environment, "HUB_FAIL_POINTS": ""}

    def another_web(self, name: str, points: str, folder: Path, *, workers: int = 1) -> str:
        """One more web process, armed; its URL."""
        port = free_port()
        environment = self._environment(port) | {
            "HUB_WEB_WORKERS": str(workers),
            "HUB_FAIL_POINTS": points,
            "HUB_DATA_DIR": str(folder),
        }
        self._add(name, PARTS["web"], environment).start()
        url = f"http://127.0.0.1:{port}"
        until(lambda: is_ready(port), _READY_WITHIN_S)
        return url

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What the hub API answers its operator; `path` below /hub/v1."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        token = self.secrets["HUB_ADMIN_TOKEN"].encode()
        headers = {"Authorization": f"Token {urlsafe_b64encode(token).decode()}"}
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, f"/hub/v1{path}", content, headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        assert answer["status_code"] == 1000, answer
        return answer.get("data")

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one `ocpi-hub` command to its end."""
        return subprocess.run(
            [COMMAND, *arguments],
            env=self._environment(self.port),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def logged(self) -> dict[Path, int]:
        """Every component's log and how much is in it."""
        return {path: path.stat().st_size for path in self.folder.glob("*.log")}

    def register(self, name: str, role: str, parties: list[list[str]], ledger: Path) -> Any:
        """A platform of these parties, by invitation."""
        roles = [{"role": role, "country_code": cc, "party_id": pid} for cc, pid in parties]
        invited = self.ask("POST", "/partners", {"name": name, "roles": roles})["token"]
        registered = self.partners.tell(
            "register",
            name=name,
            role=role,
            parties=parties,
            hub=f"{self.url}/ocpi/versions",
            token=invited,
            ledger=str(ledger),
        )
        self.tokens |= {invited, registered["token"]}
        return registered

    def _environment(self, port: int) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "PORT": str(port),
            "HUB_PUBLIC_URL": self.url,
            "HUB_MONGO_URL": self.replicas.url,
            "HUB_REDIS_URL": f"redis://127.0.0.1:{self.redis_way_port}/0",
            "HUB_DATA_DIR": str(self.folder),
            "HUB_ALLOW_PRIVATE_NETWORKS": "1",
            "HUB_WEB_WORKERS": "2",
            "HUB_WEB_THREADS": "8",
            "HUB_SYNC_EVERY_S": "0",
            "HUB_DRAIN_S": "0",
            **dict.fromkeys(NAMES.values(), "0"),
            **self.secrets,
        }

    def _add(self, name: str, arguments: tuple[str, ...], environment: dict[str, str]) -> Component:
        command = (sys.executable, "-m", "entrypoints.cli", *arguments)
        log = self.folder / f"{name}.log"
        return self.supervisor.add(Component(name, command, environment, log))

    def begin(self) -> None:
        """Indexes first, then everything at once; returns when the web is ready."""
        prepared = self.command("prepare")
        assert prepared.returncode == 0, prepared.stderr
        environment = self._environment(self.port)
        for name, arguments in PARTS.items():
            self._add(name, arguments, environment).start()
        until(lambda: is_ready(self.port), _READY_WITHIN_S)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """Everything, ready; nothing of it runs afterwards."""
    with ExitStack() as stack:
        supervisor = Supervisor()
        stack.callback(supervisor.end)
        partners = PartnersProcess.start(folder / "partners.txt")
        stack.callback(partners.process.end)
        redis_port, way_port = free_port(), free_port()
        supervisor.add(Component("redis", _redis(folder, redis_port), {}, folder / "redis.log"))
        supervisor.components["redis"].start()
        way = ProxyProcess.start(way_port, redis_port, folder / "redis_way.txt")
        stack.callback(way.process.end)
        replicas = ReplicaSet.start(folder, supervisor)
        mongo = stack.enter_context(MongoClient[Document](replicas.url, timeoutMS=20_000))
        cluster = Cluster(
            folder=folder,
            supervisor=supervisor,
            replicas=replicas,
            port=free_port(),
            redis_port=redis_port,
            secrets=_secrets(),
            mongo=mongo,
            partners=partners,
            redis_way=way,
            redis_way_port=way_port,
        )
        cluster.tokens |= set(cluster.secrets.values())
        cluster.begin()
        supervisor.begin()
        yield cluster


def is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _redis(folder: Path, port: int) -> tuple[str, ...]:
    data = folder / "redis"
    data.mkdir()
    settings = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "yes")
    return (programs.redis_server(), *settings, "--port", str(port), "--dir", str(data))


def _secrets() -> dict[str, str]:
    return {
        "HUB_SECRET_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "HUB_TOKEN_PEPPER": secrets.token_urlsafe(24),
        "HUB_ADMIN_TOKEN": secrets.token_urlsafe(24),
    }
