"""Three mongods on loopback as one replica set, to be killed, frozen, deposed and told to fail."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, PyMongoError

from entrypoints import programs
from tests.e2e.hub_process import until
from tests.faults.matrix.ports import free_port
from tests.faults.matrix.supervising import Component, Supervisor

_FLAGS = (
    *("--replSet", "rs0"),
    *("--bind_ip", "127.0.0.1"),
    "--nounixsocket",
    *("--wiredTigerCacheSizeGB", "0.25"),
    *("--oplogSize", "64"),
    *("--networkMessageCompressors", "disabled"),
    *("--wiredTigerEngineConfigString", "log=(prealloc=false,file_max=8MB)"),
    *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    *("--setParameter", "enableTestCommands=1"),
)
_SETTINGS = {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500}
_READY_WITHIN_S = 30.0
Document = dict[str, Any]


@dataclass(frozen=True)
class ReplicaSet:
    """`members` by port; a member keeps its port, which is in the set's configuration."""

    members: Mapping[int, Component]

    @classmethod
    def start(cls, folder: Path, supervisor: Supervisor) -> "ReplicaSet":
        """A fresh set of three; returns once it has a primary."""
        members = {}
        for number in range(3):
            port, data = free_port(), folder / f"mongo{number}"
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir(parents=True)
            command = (programs.mongod(), *_FLAGS, "--port", str(port), "--dbpath", str(data))
            log = folder / f"mongo{number}.log"
            members[port] = supervisor.add(Component(f"mongod{number}", command, {}, log))
            members[port].start()
        replicas = cls(members)
        until(lambda: all(replicas.is_up(port) for port in members), _READY_WITHIN_S)
        hosts = [{"_id": n, "host": f"127.0.0.1:{port}"} for n, port in enumerate(members)]
        config = {"_id": "rs0", "members": hosts, "settings": _SETTINGS}
        with replicas.member(next(iter(members))) as client:
            client.admin.command("replSetInitiate", config)
        replicas.wait()
        return replicas

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.members)
        return f"mongodb://{hosts}/ocpi_hub?replicaSet=rs0"

    @contextmanager
    def member(self, port: int) -> Iterator[MongoClient[Document]]:
        """Straight to one member."""
        address, wait_ms = f"127.0.0.1:{port}", 3000
        with MongoClient[Document](
            address, directConnection=True, serverSelectionTimeoutMS=wait_ms
        ) as client:
            yield client

    def is_up(self, port: int) -> bool:
        try:
            with self.member(port) as client:
                return bool(client.admin.command("ping")["ok"])
        except PyMongoError:
            return False

    def hello(self, port: int) -> Document:
        try:
            with self.member(port) as client:
                return dict(client.admin.command("hello"))
        except PyMongoError:
            return {}

    def primary(self) -> int:
        """The port of the member that takes writes; 0 if none does now."""
        return self.primary_among(set(self.members))

    def primary_among(self, ports: set[int]) -> int:
        """The same, asking these alone."""
        return next((p for p in ports if self.hello(p).get("isWritablePrimary")), 0)

    def wait(self) -> int:
        """The primary's port, once there is one and both others follow it."""
        deadline = time.monotonic() + _READY_WITHIN_S
        while True:
            states = [self.hello(port) for port in self.members]
            primaries = [each["me"] for each in states if each.get("isWritablePrimary")]
            followers = [each for each in states if each.get("secondary")]
            if len(primaries) == 1 and len(followers) == 2:
                return int(primaries[0].rpartition(":")[2])
            assert time.monotonic() < deadline, f"no whole set: {states}"
            time.sleep(0.1)

    def step_down(self) -> None:
        """Depose the primary; returns once another one rules."""
        old = self.wait()
        with self.member(old) as client, suppress(AutoReconnect):
            client.admin.command("replSetStepDown", 5, secondaryCatchUpPeriodSecs=5)
        until(lambda: self.primary() not in (0, old), _READY_WITHIN_S)

    @contextmanager
    def nothing_replicated(self, primary: int) -> Iterator[None]:
        """Inside, the others answer the primary, but take nothing over from it."""
        others = [port for port in self.members if port != primary]
        for port in others:
            self._set(port, "stopReplProducer", "alwaysOn")
        yield
        for port in others:
            self._set(port, "stopReplProducer", "off")

    def fail(self, *, times: int = 0, skip: int = 0, **data: Any) -> int:
        """Arm `failCommand` on the primary, for so many times, or from then on; its port."""
        port = self.wait()
        self._set(port, "failCommand", {"times": times} if times else {"skip": skip}, data)
        return port

    def failed(self, port: int) -> int:
        """How often `failCommand` hit there; it is off after this."""
        return int(self._set(port, "failCommand", "off")["count"])

    def _set(self, port: int, name: str, mode: object, data: Document | None = None) -> Document:
        with self.member(port) as client:
            command = {"configureFailPoint": name, "mode": mode, "data": data or {}}
            return dict(client.admin.command(command))
