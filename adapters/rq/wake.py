"""Waking the workers. Best effort: the sweeper finds what a lost wake-up leaves behind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from redis import Redis

from adapters.rq.jobs import COMMAND, DRAIN, PUMP, SYNCHRONIZE, Job, enqueue
from domain.operators.alarm_kinds import AlarmKind
from domain.ports import Bell, Counters


class BestEffort(Protocol):
    """Redis, as long as it is there."""

    def ask(self, question: Callable[[Redis], bool], *, otherwise: bool) -> bool:
        """What Redis answers, `otherwise` where it does not; soon, and without raising."""
        ...


class Once(Protocol):
    """Spares wake-ups that another one, not heard yet, makes needless."""

    def first(self, name: str) -> bool: ...

    def forget(self, name: str) -> None: ...

    def asks(self, name: str) -> bool: ...


@dataclass(frozen=True)
class RqWake:
    """The pump's job has to `forget("pump")` before it looks for work.

    The job that publishes has to `begin("publish")` before it looks, and to look again until it may
    `end("publish")`.
    """

    redis: BestEffort
    once: Once
    counters: Counters
    bell: Bell

    def publish(self) -> None:
        if self.once.asks(DRAIN.queue) and not self._enqueue(DRAIN):
            self.once.forget(DRAIN.queue)

    def pump(self) -> None:
        if self.once.first(PUMP.queue) and not self._enqueue(PUMP):
            self.once.forget(PUMP.queue)

    def synchronize(self, partner_id: str) -> None:
        name = f"{SYNCHRONIZE.queue}:{partner_id}"
        if self.once.first(name) and not self._enqueue(SYNCHRONIZE, partner_id):
            self.once.forget(name)

    def command(self, command_id: str) -> None:
        """A driver waits for it: before everything else."""
        self._enqueue(COMMAND, command_id, first=True)

    def _enqueue(self, job: Job, *names: str, first: bool = False) -> bool:
        done = self.redis.ask(
            lambda redis: enqueue(redis, job, *names, first=first), otherwise=False
        )
        if not done:
            self.counters.count("wakes_lost", queue=job.queue)
            self.bell.ring(AlarmKind.REDIS_AWAY)
        return done
