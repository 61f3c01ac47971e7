"""A master, a replica and three sentinels, all with passwords: real ones, each a process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from entrypoints import programs
from tests.e2e.hub_process import free_port, until
from tests.faults.matrix.supervising import Component

_STARTS_WITHIN_S = 30.0
_FAILS_OVER_WITHIN_S = 40.0
_PASSWORD, _WATCHWORD = "the/master's", "the sentinels'"
_AS_URL = "the%2Fmaster's", "the%20sentinels'"


@dataclass(frozen=True)
class Watched:
    """`servers` by port; one of them is the master."""

    servers: dict[int, Component]
    sentinels: dict[int, Component]

    @property
    def url(self) -> str:
        """HUB_REDIS_URL."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.sentinels)
        password, watchword = _AS_URL
        return f"redis+sentinel://:{password}@{hosts}/Hub-1/0?sentinel_password={watchword}"

    def master(self) -> int:
        """The port that most sentinels call the master's."""
        said = [_address(port) for port in self.sentinels]
        return max(said, key=said.count)

    def another_rules(self, than: int) -> int:
        """The port of the new master, as soon as there is one that says so itself."""
        until(lambda: self.master() not in (0, than), _FAILS_OVER_WITHIN_S)
        until(lambda: _rules(self.master()), _FAILS_OVER_WITHIN_S)
        return self.master()

    def waiting_workers(self, port: int) -> int:
        """How many clients wait there for a job."""
        with _client(port, _PASSWORD) as client:
            return sum(each["cmd"] == "blmove" for each in client.client_list())

    def replicas_of(self, port: int) -> int:
        """How many servers follow this one."""
        with _client(port, _PASSWORD) as client:
            return int(client.info("replication")["connected_slaves"])


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """All five, and nothing of them runs afterwards."""
    folder.mkdir()
    master, replica, *others = (free_port() for _ in range(5))
    follows = ["replicaof", "127.0.0.1", str(master)]
    servers = {master: _server(folder, master), replica: _server(folder, replica, follows)}
    sentinels = {port: _sentinel(folder, port, master) for port in others}
    every = [*servers.values(), *sentinels.values()]
    try:
        for each in every:
            each.start()
        known = Watched(servers, sentinels)
        until(lambda: known.master() == master, _STARTS_WITHIN_S)
        until(lambda: known.replicas_of(master) == 1, _STARTS_WITHIN_S)
        until(lambda: all(map(_sees_all, sentinels)), _STARTS_WITHIN_S)
        yield known
    finally:
        for each in every:
            each.halt()


def _server(folder: Path, port: int, more: Sequence[str] = ()) -> Component:
    lines = [
        f'requirepass "{_PASSWORD}"',
        f'masterauth "{_PASSWORD}"',
        'save ""',
        " ".join(more),
        "repl-diskless-sync-delay 0",
    ]
    return _component(folder, port, lines)


def _sentinel(folder: Path, port: int, master: int) -> Component:
    lines = [
        f'requirepass "{_WATCHWORD}"',
        f'sentinel sentinel-pass "{_WATCHWORD}"',
        f"sentinel monitor Hub-1 127.0.0.1 {master} 2",
        f'sentinel auth-pass Hub-1 "{_PASSWORD}"',
        "sentinel down-after-milliseconds Hub-1 1500",
        "sentinel failover-timeout Hub-1 4000",
    ]
    return _component(folder, port, lines, "--sentinel")


def _component(folder: Path, port: int, lines: list[str], *flags: str) -> Component:
    configuration = folder / f"{port}.conf"
    (folder / str(port)).mkdir()
    about = [f"port {port}", "bind 127.0.0.1", f"dir {folder / str(port)}"]
    configuration.write_text("\n".join([*about, *lines]) + "\n")
    command = (programs.redis_server(), str(configuration), *flags)
    return Component(str(port), command, {"PATH": "/usr/bin:/bin"}, folder / f"{port}.log")


def _address(sentinel: int) -> int:
    with suppress(RedisError), _client(sentinel, _WATCHWORD) as client:
        _, port = client.sentinel_get_master_addr_by_name("Hub-1")
        return int(port)
    return 0


def _sees_all(sentinel: int) -> bool:
    with _client(sentinel, _WATCHWORD) as client:
        seen = client.sentinel_masters()["Hub-1"]
        return bool(seen["num-other-sentinels"] == 2 and seen["num-slaves"] == 1)


def _rules(port: int) -> bool:
    with _client(port, _PASSWORD) as client:
        return bool(client.info("replication")["role"] == "master")


def _client(port: int, password: str) -> Redis:
    return Redis(host="127.0.0.1", port=port, password=password, socket_timeout=2)
