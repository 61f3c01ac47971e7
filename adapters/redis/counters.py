"""Counters over all processes, for the metrics.

A process adds what it has counted once a second, and when it ends; what it could not add, later.
One that is killed takes its last second with it.
"""

import atexit
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock, Timer
from typing import Any, cast

from redis import Redis

from adapters.redis.client import RedisServer

Series = tuple[str, tuple[tuple[str, str], ...]]
_KEY = "counters"
ADDED_EVERY_S = 1.0


@dataclass(frozen=True)
class RedisCounters:
    redis: RedisServer
    added_every_s: float = ADDED_EVERY_S
    pending: Counter[str] = field(default_factory=Counter, repr=False)
    timers: list[Timer] = field(default_factory=list, repr=False)
    lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        atexit.register(self._flush)

    def count(self, name: str, **labels: str) -> None:
        with self.lock:
            self.pending[_field(name, labels)] += 1
            self._flush_soon()

    def totals(self) -> Mapping[Series, int]:
        """How often each was counted: `("deliveries", (("verdict", "sick"),))` to 3."""
        self._flush()
        nothing: dict[bytes, bytes] = {}
        counted = self.redis.ask(_read, otherwise=nothing)
        read = (_counted(field, number) for field, number in counted.items())
        return dict(filter(None, read))

    def _flush_soon(self) -> None:
        """In a second, unless it is to be done already. The lock is held."""
        if not self.timers:
            timer = Timer(self.added_every_s, self._flush)
            timer.daemon = True
            self.timers.append(timer)
            timer.start()

    def _flush(self) -> None:
        with self.lock:
            taken = Counter(self.pending)
            self.pending.clear()
            self.timers.clear()
        if taken and not self.redis.ask(lambda redis: _add_counted(redis, taken), otherwise=False):
            with self.lock:
                self.pending.update(taken)
                self._flush_soon()


def _add_counted(redis: Redis, counted: Counter[str]) -> bool:
    pipeline = redis.pipeline(transaction=True)
    for name, number in counted.items():
        pipeline.hincrby(_KEY, name, number)
    pipeline.execute()
    return True


def _read(redis: Redis) -> dict[bytes, bytes]:
    return cast(dict[bytes, bytes], redis.hgetall(_KEY))


def _field(name: str, labels: Mapping[str, str]) -> str:
    return json.dumps([name, sorted(labels.items())])


def _counted(field: bytes, number: bytes) -> tuple[Series, int] | None:
    """One counter, None for a field that the hub did not write."""
    try:
        title, labels = cast(list[Any], json.loads(field))
        return (str(title), tuple((str(label), str(each)) for label, each in labels)), int(number)
    except (ValueError, TypeError, RecursionError):
        return None
