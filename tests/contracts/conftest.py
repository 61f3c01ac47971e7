"""The real stores that contract tests run on, beside the ones in memory."""

from collections.abc import Iterator

import pytest

from adapters.memory import MemoryArchive, MemoryDeliveries, MemoryLedger
from adapters.mongo import Mongo, MongoArchive, MongoDeliveries, MongoLedger, prepare
from adapters.redis import RedisServer
from tests.contracts.made import MODULES, Custody


@pytest.fixture
def mongo(mongo_url: str, database_name: str) -> Iterator[Mongo]:
    """A database of this test's own, with its indexes."""
    database = Mongo(mongo_url, database_name)
    prepare(database(), MODULES)
    yield database
    database.close()


@pytest.fixture(params=["memory", "mongo"])
def custody(request: pytest.FixtureRequest) -> Custody:
    """Archive, ledger and queue of each store that there is."""
    if request.param == "memory":
        archive, queue = MemoryArchive(), MemoryDeliveries()
        return Custody(archive, MemoryLedger(queue.records, archive), queue)
    mongo: Mongo = request.getfixturevalue("mongo")
    return Custody(MongoArchive(mongo), MongoLedger(mongo), MongoDeliveries(mongo))


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
