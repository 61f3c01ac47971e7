"""A hub that is put together, and its stores made ready.

Apart from the parts, because this is all that web, workers, sweeper and command line ask for.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_type_hints

import pymongo
from injector import Injector
from pymongo.errors import PyMongoError
from redis import Redis

from adapters import mongo, redis, rq
from application.delivery.figures import Figures
from application.hub import Hub
from domain import errors
from domain.ports import Bell, Clock, Counters, Ids, Journal, Json, Wake
from entrypoints.bootstrap.adapters import Adapters
from entrypoints.bootstrap.bells import Bells
from entrypoints.bootstrap.journals import Journals
from entrypoints.bootstrap.traced import Traced
from entrypoints.bootstrap.use_cases import UseCases
from entrypoints.guard import Guard
from entrypoints.redis_place import RedisPlace
from entrypoints.settings import Settings
from entrypoints.settling import Settling
from entrypoints.tally import Tally

_READY_WITHIN_S = 2.0


@dataclass(frozen=True)
class Container:
    """A hub that is put together, and the few parts that entrypoints use themselves."""

    settings: Settings
    hub: Hub
    clock: Clock
    ids: Ids
    json: Json
    wake: Wake
    wake_once: redis.WakeOnce
    counters: Counters
    bell: Bell
    journal: Journal
    mongo: mongo.Mongo
    tally: Tally
    traced: Traced
    settling: Settling

    def close(self) -> None:
        """Write what is noted still, raise no more alarms, and leave the store."""
        self.settling.end()
        self.bell.close()
        self.journal.close()
        self.traced.close()
        self.mongo.close()

    def is_ready(self) -> bool:
        """Whether the truth can be written: MongoDB has a primary. Redis is not required."""
        try:
            with pymongo.timeout(_READY_WITHIN_S):
                return bool(self.mongo().command("hello")["isWritablePrimary"])
        except PyMongoError:
            return False

    def look_beside(self) -> None:
        """Look at the clock and the sweeper, now and then; nothing where the store is away."""
        with contextlib.suppress(errors.HubError), pymongo.timeout(_READY_WITHIN_S):
            self.hub.look_beside.at_the_sweeper()

    def figures(self) -> Figures | None:
        """What the stores say of the backlog; None while they do not answer."""
        try:
            with pymongo.timeout(_READY_WITHIN_S):
                return self.hub.store_figures.present()
        except errors.HubError:
            return None


def build(settings: Settings) -> Container:
    """The hub of these settings. Nothing is connected yet: that happens at the first use."""
    adapters = Adapters(settings)
    injector = Injector(
        [adapters, Journals(settings), Bells(), UseCases(settings)], auto_bind=False
    )
    use_cases = {name: injector.get(kind) for name, kind in get_type_hints(Hub).items()}
    hub = Hub(**use_cases)
    counters = injector.get(Counters)  # type: ignore[type-abstract]
    bell = injector.get(Bell)  # type: ignore[type-abstract]
    return Container(
        settings=settings,
        hub=hub,
        tally=Tally(hub.audit_trail.record),
        traced=adapters.traced,
        settling=Settling(hub.request_gates.settle, Guard(counters, bell)),
        clock=injector.get(Clock),  # type: ignore[type-abstract]
        ids=injector.get(Ids),  # type: ignore[type-abstract]
        json=injector.get(Json),  # type: ignore[type-abstract]
        wake=injector.get(Wake),  # type: ignore[type-abstract]
        wake_once=injector.get(redis.WakeOnce),
        counters=counters,
        bell=bell,
        journal=injector.get(Journal),  # type: ignore[type-abstract]
        mongo=injector.get(mongo.Mongo),
    )


def worker(
    settings: Settings, queue: str, *, running: rq.Running, stopping: Callable[[], None]
) -> rq.QueueWorker:
    """The worker of this queue: see `QueueWorker`."""
    connection = connected(settings.redis, answers_within_s=2 * rq.LONGEST_WAIT_S)
    return rq.worker(connection, queue, running=running, stopping=stopping)


def connected(place: RedisPlace, *, answers_within_s: float) -> Redis:
    """A client of Redis; what it raises comes within that."""
    return redis.connect(
        place.url, place.sentinels, place.service, answers_within_s=answers_within_s
    )
