"""Waking the workers. Best effort: the sweeper finds whatever a lost wake-up leaves behind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from redis import Redis

from adapters.rq.jobs import PUBLISH, PUMP, Job, enqueue
from domain.objects import ObjectKey
from domain.ports import Counters


class BestEffort(Protocol):
    """Redis, as long as it is there."""

    def ask(self, question: Callable[[Redis], bool], *, otherwise: bool) -> bool:
        """What Redis answers, `otherwise` where it does not; soon, and without raising."""
        ...


class Once(Protocol):
    """Spares wake-ups that another one, not heard yet, makes needless."""

    def first(self, name: str) -> bool: ...

    def forget(self, name: str) -> None: ...


@dataclass(frozen=True)
class RqWake:
    """The pump's job has to `forget("pump")` before it looks for work."""

    redis: BestEffort
    once: Once
    counters: Counters

    def publish(self, key: ObjectKey) -> None:
        self._enqueue(PUBLISH, str(key))

    def pump(self) -> None:
        if self.once.first(PUMP.queue) and not self._enqueue(PUMP):
            self.once.forget(PUMP.queue)

    def _enqueue(self, job: Job, *names: str) -> bool:
        done = self.redis.ask(lambda redis: enqueue(redis, job, *names), otherwise=False)
        if not done:
            self.counters.count("wakes_lost", queue=job.queue)
        return done
