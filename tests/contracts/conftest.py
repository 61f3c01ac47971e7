"""Every store in memory and for real: a contract is tested on both."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapters.memory import (
    MemoryAgreements,
    MemoryAlarms,
    MemoryArchive,
    MemoryAudit,
    MemoryCommands,
    MemoryCounts,
    MemoryDeliveries,
    MemoryLedger,
    MemoryLocks,
    MemoryObjects,
    MemoryOperators,
    MemoryPartners,
    MemoryPulls,
    MemoryQuarantine,
    MemorySubscriptions,
)
from adapters.mongo import (
    Mongo,
    MongoAgreements,
    MongoAlarms,
    MongoArchive,
    MongoAudit,
    MongoCommands,
    MongoDeliveries,
    MongoLedger,
    MongoObjects,
    MongoOperators,
    MongoPartners,
    MongoPulls,
    MongoQuarantine,
    MongoSubscriptions,
    Remembered,
    prepare,
    prepare_audit,
)
from adapters.ocpi import exact_json
from adapters.redis import RedisCounts, RedisLocks, RedisServer
from tests.contracts.made import MODULES, PRIVATE, Custody


def either(
    memory: Callable[[], object], real: Callable[[Any], object], *, server: str = "mongo"
) -> Any:
    """A fixture: the store in memory, then the real one on what the fixture `server` is."""

    @pytest.fixture(params=["memory", server])
    def store(request: pytest.FixtureRequest) -> object:
        return memory() if request.param == "memory" else real(request.getfixturevalue(server))

    return store


def _custody_in_memory() -> Custody:
    archive, queue = MemoryArchive(), MemoryDeliveries()
    return Custody(archive, MemoryLedger(queue.records, archive), queue)


def _custody(mongo: Mongo) -> Custody:
    return Custody(MongoArchive(mongo), MongoLedger(mongo), MongoDeliveries(mongo))


def audit_of(mongo: Mongo) -> str:
    """The name of the audit trail's database."""
    return f"{mongo.name}_audit"


alarms = either(MemoryAlarms, MongoAlarms)
agreements = either(MemoryAgreements, MongoAgreements)
audit = either(MemoryAudit, lambda mongo: MongoAudit(mongo.beside(audit_of(mongo))))
operators = either(MemoryOperators, MongoOperators)
commands = either(MemoryCommands, MongoCommands)
custody = either(_custody_in_memory, _custody)
objects = either(
    MemoryObjects,
    lambda mongo: MongoObjects(mongo, MODULES, PRIVATE, remembered=Remembered(2**20)),
)
partners = either(MemoryPartners, lambda mongo: MongoPartners(mongo, exact_json))
pulls = either(MemoryPulls, MongoPulls)
quarantine = either(MemoryQuarantine, MongoQuarantine)
queue = either(MemoryDeliveries, MongoDeliveries)
subscriptions = either(MemorySubscriptions, MongoSubscriptions)
counts = either(MemoryCounts, RedisCounts, server="redis_server")
locks = either(MemoryLocks, RedisLocks, server="redis_server")


@pytest.fixture
def mongo(mongo_url: str, database_name: str) -> Iterator[Mongo]:
    """A database of this test's own, with its indexes."""
    database = Mongo(mongo_url, database_name)
    prepare(database(), MODULES)
    prepare_audit(database.beside(audit_of(database))())
    yield database
    database.close()


@pytest.fixture
def unindexed(mongo_url: str, new_database_name: str) -> Iterator[Mongo]:
    """A database of this test's own, without indexes."""
    database = Mongo(mongo_url, new_database_name)
    yield database
    database.close()


@pytest.fixture
def redis_server(redis_url: str) -> Iterator[RedisServer]:
    """An empty Redis."""
    server = RedisServer(redis_url)
    yield server
    server.close()


@pytest.fixture
def redis_away() -> Iterator[RedisServer]:
    """A Redis that does not answer."""
    server = RedisServer("redis://127.0.0.1:1/0")
    yield server
    server.close()
