"""A client for one Redis, or for the master that sentinels know: no call of it waits for ever.

A client without a socket timeout that waits for a master which is stopped, or which went with its
machine, waits until the kernel gives up: hours.
"""

from collections.abc import Sequence
from copy import copy
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import SSLConnection, parse_url
from redis.retry import Retry
from redis.sentinel import (
    MasterNotFoundError,
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)

_CONNECTED_WITHIN_S = 0.5
_ASKED_AFTER_S = 30
"""A connection that was idle for so long is asked whether it lives, before it is used."""


def connect(
    url: str, sentinels: Sequence[str] = (), service: str = "", *, answers_within_s: float
) -> Redis:
    """A client; its calls raise RedisError within `answers_within_s`. It connects at its first.

    With `sentinels`, their URLs, each new connection is to the master that they name `service`
    then; `url` says how, and its host is not asked.
    """
    if not sentinels:
        return Redis.from_url(url, **_patience(answers_within_s))
    watching = _Sentinels([])  # type: ignore[no-untyped-call]
    watching.sentinels = [
        Redis.from_url(each, **_patience(min(answers_within_s, _CONNECTED_WITHIN_S)))
        for each in sentinels
    ]
    given = parse_url(url)  # type: ignore[no-untyped-call]
    del given["host"]
    by_tls = given.pop("connection_class", None) is SSLConnection
    kind = SentinelManagedSSLConnection if by_tls else SentinelManagedConnection
    pool = SentinelConnectionPool(  # type: ignore[no-untyped-call]
        service, watching, connection_class=kind, **given, **_patience(answers_within_s)
    )
    return Redis.from_pool(pool)


def leave(client: Redis) -> None:
    """Close the client, and those of its sentinels."""
    pool = client.connection_pool
    client.close()
    if isinstance(pool, SentinelConnectionPool):
        pool.sentinel_manager.close()


class _Sentinels(Sentinel):
    def discover_master(self, service_name: str) -> tuple[str, int]:
        """Ask the one first that answered last.

        redis-py reorders its list in place: two threads that do so at once lose a sentinel.
        """
        asked = copy(self)
        asked.sentinels = list(self.sentinels)
        try:
            found = Sentinel.discover_master(asked, service_name)  # type: ignore[no-untyped-call]
        except MasterNotFoundError:
            many = len(asked.sentinels)
            raise MasterNotFoundError(
                f"none of {many} sentinels names a master {service_name}: they do not answer, want "
                "another password, or have none"
            ) from None
        self.sentinels = asked.sentinels
        return str(found[0]), int(found[1])


def _patience(answers_within_s: float) -> dict[str, Any]:
    """No second try. Retry's own errors stay: without time-outs a worker stays at a dead master."""
    return {
        "socket_timeout": answers_within_s,
        "socket_connect_timeout": min(answers_within_s, _CONNECTED_WITHIN_S),
        "health_check_interval": _ASKED_AFTER_S,
        "retry": Retry(NoBackoff(), 0),
    }
