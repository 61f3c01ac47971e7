"""The real mongod and the Redis-compatible server that a hub on one machine runs on, and every
test.

For trying out, development and tests: production sets HUB_MONGO_URL and HUB_REDIS_URL.
Both listen on loopback alone.
"""

import os
import random
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisAway
from redis.retry import Retry

from entrypoints import programs
from entrypoints.folder import CannotRun
from entrypoints.tether import tethered

START_S = 30.0
_POLL_S = 0.02
_MONGOD_FLAGS = (
    *("--replSet", "rs0"),
    *("--bind_ip", "127.0.0.1"),
    "--nounixsocket",
    *("--wiredTigerCacheSizeGB", "0.25"),
    *("--networkMessageCompressors", "disabled"),
    *("--wiredTigerEngineConfigString", "log=(prealloc=false,file_max=8MB)"),
    *("--setParameter", "diagnosticDataCollectionEnabled=false"),
)
_REDIS_FLAGS = (
    *("--bind", "127.0.0.1"),
    *("--save", ""),
    *("--appendonly", "yes"),
    *("--appendfsync", "everysec"),
    *("--set-proc-title", "no"),
)

_REDIS_CONFIGURATION = "hub.conf"


@dataclass(frozen=True)
class Store:
    """A server of the hub's own: how to start it, where to find it, how to know it takes writes."""

    name: str
    command: tuple[str, ...]
    port: int
    url: str
    takes_writes: Callable[[], bool]

    def wait(self, is_alive: Callable[[], bool]) -> None:
        """Return as soon as it takes writes.

        :raises CannotRun: after START_S, or as soon as `is_alive()` is false.
        """
        deadline = time.monotonic() + START_S
        while not (_is_open(self.port) and self.takes_writes()):
            if not is_alive() or time.monotonic() > deadline:
                raise CannotRun(f"{self.name} does not start")
            time.sleep(_POLL_S)


def mongo_store(
    folder: Path, *, flags: tuple[str, ...] = (), environ: Mapping[str, str] = os.environ
) -> Store:
    """A replica set of one, its data and its port in `folder`; `flags` are further ones of mongod.

    :raises CannotRun: if no mongod runs on this machine.
    """
    program = programs.mongod(environ)
    port = _port_of(folder)
    return Store(
        name="mongod",
        command=(program, *_MONGOD_FLAGS, *flags, "--port", str(port), "--dbpath", str(folder)),
        port=port,
        url=f"mongodb://127.0.0.1:{port}/?replicaSet=rs0",
        takes_writes=lambda: _is_primary(port),
    )


def redis_store(folder: Path, *, environ: Mapping[str, str] = os.environ) -> Store:
    """A Valkey or Redis that keeps its data, and its port, in `folder`.

    :raises CannotRun: if none runs on this machine.
    """
    program = programs.redis_server(environ)
    port, password = _port_of(folder), _password_of(folder)
    configuration = str(folder / _REDIS_CONFIGURATION)
    return Store(
        name="redis",
        command=(program, configuration, *_REDIS_FLAGS, "--port", str(port), "--dir", str(folder)),
        port=port,
        url=f"redis://:{password}@127.0.0.1:{port}/0",
        takes_writes=lambda: _answers(port, password),
    )


def launch(store: Store, log: Path) -> subprocess.Popen[bytes]:
    """Start `store` as a child and wait until it takes writes. It ends when this process does,
    however that ends.

    :raises CannotRun: if it does not; it is stopped then.
    """
    with log.open("ab") as output:
        server = subprocess.Popen(
            tethered(store.command), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        store.wait(lambda: server.poll() is None)
    except BaseException:
        server.kill()
        server.wait()
        raise
    return server


def _port_of(folder: Path) -> int:
    """The port that belongs to these data: a replica set's configuration holds it."""
    note = folder / "hub.port"
    folder.mkdir(parents=True, exist_ok=True)
    if note.exists():
        return int(note.read_text())
    port = _free_port()
    note.write_text(str(port))
    return port


def _password_of(folder: Path) -> str:
    """The password of this Redis: in a file of its owner's, since all see a command's words."""
    note = folder / _REDIS_CONFIGURATION
    if not note.exists():
        draft = note.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"requirepass {secrets.token_urlsafe(32)}\n")
        draft.replace(note)
    return note.read_text(encoding="utf-8").split()[1]


def _free_port() -> int:
    """One below those that systems hand out to clients: it must be free when the store returns."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        if not _is_open(port):
            return port


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_primary(port: int) -> bool:
    address = f"127.0.0.1:{port}"
    client: MongoClient[dict[str, Any]]
    with MongoClient(address, directConnection=True, serverSelectionTimeoutMS=500) as client:
        try:
            greeting = client.admin.command("hello")
            if greeting.get("isreplicaset"):
                members = [{"_id": 0, "host": address}]
                client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
        except ConnectionFailure:
            return False
        return bool(greeting.get("isWritablePrimary"))


def _answers(port: int, password: str) -> bool:
    with Redis(
        host="127.0.0.1",
        port=port,
        password=password,
        socket_timeout=0.5,
        retry=Retry(NoBackoff(), 0),
    ) as client:
        try:
            return bool(client.ping())
        except RedisAway:
            return False
