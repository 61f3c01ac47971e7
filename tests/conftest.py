"""Real stores for every test that asks: one mongod and one Valkey a session.

They are started by the code that `ocpi-hub up` starts them with.
"""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import MongoClient
from redis import Redis

from entrypoints.embedded import Store, launch, mongo_store, redis_store
from entrypoints.folder import CannotRun

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell has what it starts in the background ignore Ctrl-C, and so would every process here.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_FAIL_POINTS = ("--setParameter", "enableTestCommands=1")


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A replica set of one; fail points may be set. Names no database: take `database_name`."""
    folder = tmp_path_factory.mktemp("mongo")
    yield from _running(lambda: mongo_store(folder / "db", flags=_FAIL_POINTS), folder / "log")


@pytest.fixture(scope="session")
def _databases(mongo_url: str) -> Iterator[tuple[MongoClient[dict[str, object]], list[str]]]:
    """A client, and the databases that earlier tests have left behind empty."""
    with MongoClient[dict[str, object]](mongo_url) as client:
        yield client, []


@pytest.fixture
def database_name(_databases: tuple[MongoClient[dict[str, object]], list[str]]) -> Iterator[str]:
    """A database that is empty and this test's own for now; indexes may be there already.

    Databases are emptied and used again: a new one with its indexes costs mongod 50 open files.
    """
    client, free = _databases
    name = free.pop() if free else f"test_{uuid4().hex}"
    yield name
    client[name].command("profile", 0)
    client[name]["system.profile"].drop()
    for database in (client[name], client[f"{name}_audit"], client[f"{name}_journal"]):
        for collection in database.list_collection_names():
            database[collection].delete_many({})
    free.append(name)


@pytest.fixture
def new_database_name(mongo_url: str) -> Iterator[str]:
    """A database that does not exist yet, for tests of the indexes themselves; dropped after it."""
    name = f"new_{uuid4().hex}"
    yield name
    with MongoClient[dict[str, object]](mongo_url) as client:
        client.drop_database(name)
        client.drop_database(f"{name}_audit")
        client.drop_database(f"{name}_journal")


@pytest.fixture(scope="session")
def _redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("redis")
    yield from _running(lambda: redis_store(folder / "db"), folder / "log")


@pytest.fixture
def redis_url(_redis_server: str) -> str:
    """A Redis-compatible server, empty."""
    with Redis.from_url(_redis_server) as client:
        client.flushall()
    return _redis_server


def _running(planned: Callable[[], Store], log: Path) -> Iterator[str]:
    try:
        store = planned()
        server = launch(store, log)
    except CannotRun as reason:
        pytest.exit(f"the tests need a real store: {reason}", returncode=1)
    yield store.url
    server.terminate()
    server.wait()
