"""Counts that all processes add to, many of them in one round trip.

The script that adds, and lets a number end, is the library's. To import it takes a tenth of a
second: a process does so when it first counts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil

from redis import Redis
from redis.exceptions import TimeoutError

from adapters.redis.client import RedisServer

_PREFIX = "limits:"
_AT_ONCE = 1_000


@dataclass(frozen=True)
class RedisCounts:
    redis: RedisServer

    def add(self, counts: Mapping[str, int], *, seconds: float) -> Mapping[str, int] | None:
        unsure = dict[str, int]()

        def add(redis: Redis) -> Mapping[str, int]:
            try:
                return _added(redis, counts, ceil(seconds))
            except TimeoutError:
                unsure.update(dict.fromkeys(counts, 0))
                raise

        return self.redis.ask(add, otherwise=None) or unsure or None

    def read(self, names: Collection[str]) -> Mapping[str, int] | None:
        found = dict[str, int]()
        asked = list(names)
        for first in range(0, len(asked), _AT_ONCE):
            look = partial(_read, names=asked[first : first + _AT_ONCE])
            if (told := self.redis.ask(look, otherwise=None)) is None:
                return None
            found.update(told)
        return found


def _added(redis: Redis, counts: Mapping[str, int], seconds: int) -> dict[str, int]:
    from limits.storage import RedisStorage

    storage = RedisStorage("redis://", connection_pool=redis.connection_pool)
    with redis.pipeline(transaction=False) as asked:
        for name, many in counts.items():
            storage.lua_incr_expire([_PREFIX + name], [seconds, many], client=asked)
        return dict(zip(counts, map(int, asked.execute()), strict=True))


def _read(redis: Redis, names: list[str]) -> dict[str, int]:
    found = redis.mget([_PREFIX + name for name in names])
    return {name: int(many) for name, many in zip(names, found, strict=True) if many is not None}
