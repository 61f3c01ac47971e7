"""The way to Redis, which may be away at any time: no caller waits long for it, and none fails.

A redis-py client left as it is blocks a request for seconds when Redis is down, for a minute when
it hangs.
"""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from redis import Redis
from redis.exceptions import (
    AuthenticationError,
    ConnectionError,
    DataError,
    RedisError,
    ResponseError,
    TimeoutError,
)

from adapters.redis.connecting import connect, leave

_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class RedisServer:
    """One client a process. After a failure Redis is left alone for `pause_s`."""

    url: str = field(repr=False)
    sentinels: tuple[str, ...] = field(default=(), repr=False)
    service: str = ""
    pause_s: float = 2.0
    timeout_s: float = 0.5
    clients: dict[int, Redis] = field(default_factory=dict, repr=False)
    left_alone_until: float = 0.0

    def client(self) -> Redis:
        """This process's client; its calls raise RedisError within `timeout_s`."""
        client = self.clients.get(os.getpid())
        return client if client is not None else self.clients.setdefault(os.getpid(), self._new())

    def ask(self, question: Callable[[Redis], _Answer], *, otherwise: _Answer) -> _Answer:
        """What Redis answers, or `otherwise` where it does not. Never raises RedisError.

        It gives `otherwise` too if the question has text that cannot be sent: a lone surrogate.
        """
        if time.monotonic() < self.left_alone_until:
            return otherwise
        try:
            return question(self.client())
        except (UnicodeEncodeError, DataError, ResponseError) as error:
            _log.warning("Redis was not asked as it can be: %s", _reason(error))
            return otherwise
        except RedisError as error:
            self.left_alone_until = time.monotonic() + self.pause_s
            _log.warning("Redis is away: %s", _reason(error))
            return otherwise

    def close(self) -> None:
        """Close this process's client; the next use opens another."""
        client = self.clients.pop(os.getpid(), None)
        if client is not None:
            leave(client)

    def _new(self) -> Redis:
        return connect(self.url, self.sentinels, self.service, answers_within_s=self.timeout_s)


def _reason(error: Exception) -> str:
    """In words; what redis-py says may quote the URL or the question."""
    words: tuple[tuple[type[Exception], str], ...] = (
        (AuthenticationError, "it refuses the password in HUB_REDIS_URL"),
        (TimeoutError, "no answer in time"),
        (ConnectionError, "no connection"),
        (ResponseError, "it refused the command"),
    )
    return next((said for kind, said in words if isinstance(error, kind)), "text that is none")
