"""Locks that processes share: they spare double work. What may happen once only is fenced."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.redis.client import RedisServer
from domain.ports import Hold

_POLL_S = 0.02
_RELEASE = """
if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end
return 0
"""


@dataclass(frozen=True)
class RedisLocks:
    redis: RedisServer

    @contextmanager
    def hold(self, name: str, *, seconds: float) -> Iterator[Hold]:
        """A caller that has waited `seconds` goes on without it, as all do while Redis is away."""
        key, token, held = f"lock:{name}", secrets.token_hex(16), Hold()
        ends = time.monotonic() + seconds
        while not self._take_once(key, token, seconds) and time.monotonic() < ends:
            time.sleep(_POLL_S)
        try:
            yield held
        finally:
            held.was_kept = self._release(key, token)

    @contextmanager
    def try_hold(self, name: str, *, seconds: float) -> Iterator[bool]:
        """While Redis is away every caller holds it."""
        key, token = f"lock:{name}", secrets.token_hex(16)
        ours = self._take_once(key, token, seconds)
        try:
            yield ours
        finally:
            if ours:
                self._release(key, token)

    def _take_once(self, key: str, token: str, seconds: float) -> bool:
        lasts_ms = max(1, int(seconds * 1000))
        return self.redis.ask(
            lambda redis: bool(redis.set(key, token, nx=True, px=lasts_ms)), otherwise=True
        )

    def _release(self, key: str, token: str) -> bool:
        """Whether it was this caller's until now: it may have run out, or Redis was emptied."""
        return self.redis.ask(
            lambda redis: bool(redis.eval(_RELEASE, 1, key, token)), otherwise=False
        )
