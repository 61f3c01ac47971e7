"""`prepare` on the data of commit a2feb3d: twelve CDRs are owed, an index is of other fields.

`earlier/a2feb3d.json` has a record or more of each collection, as the stores of that commit wrote
them, and the fields of its index `listed`.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import pytest
from bson import json_util
from pymongo import MongoClient
from redis import Redis

from adapters import mongo as stores
from entrypoints import bootstrap
from entrypoints.folder import CannotRun
from entrypoints.settings import Settings
from entrypoints.tether import tethered
from tests.e2e.hub_process import COMMAND, ocpi_hub, until
from tests.http.hub_server import environment_of, serving

_EARLIER = Path(__file__).with_name("earlier") / "a2feb3d.json"
_AWARE = json_util.JSONOptions(tz_aware=True)
_WITHIN_S = 30.0


@pytest.fixture
def earlier(mongo_url: str, new_database_name: str, redis_url: str) -> Iterator[dict[str, str]]:
    """The environment of a hub of this version on those data."""
    kept = json_util.loads(_EARLIER.read_text(), json_options=_AWARE)
    with MongoClient[dict[str, Any]](mongo_url) as client:
        database = client[new_database_name]
        for name, records in kept["records"].items():
            database[name].insert_many(records)
        for name, keys in kept["listed"].items():
            database[name].create_index(list(map(tuple, keys)), name="listed")
        clean = {name: each for name, each in os.environ.items() if name[:4] != "HUB_"}
        yield clean | environment_of(mongo_url, new_database_name, redis_url)


def _prepare(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return ocpi_hub("prepare", environment=environment)


def test_what_was_owed_is_owed_and_the_hub_runs_on_it(earlier: dict[str, str]) -> None:
    prepared = _prepare(earlier)

    assert prepared.stdout.splitlines()[-1] == "CDRs owed: 12 before, 12 after", prepared.stderr
    assert not bootstrap.missing_indexes(Settings.read(earlier))
    with serving(earlier) as hub:
        verified = hub.get("/cdrs/verify").data
        assert verified["adds_up"]
        assert (verified["parked"], verified["delivered"]) == (12, 1), "owed for 30 days"
        assert [each["id"] for each in hub.get("/partners").data] == ["partner-1"]


def test_it_can_be_repeated(earlier: dict[str, str]) -> None:
    assert _prepare(earlier).returncode == 0

    again = ocpi_hub("prepare", "--json", environment=earlier)

    assert '"cdrs_owed": {"before": 12, "after": 12, "ended": 0}' in again.stdout


def test_while_workers_run_no_index_is_taken_from_them(
    earlier: dict[str, str], redis_url: str
) -> None:
    words = [str(COMMAND), "worker", "--queue", "pump"]
    with Popen(tethered(words), env=earlier, stderr=DEVNULL) as worker, _client(redis_url) as redis:
        until(lambda: redis.scard("rq:workers:pump"), _WITHIN_S)
        refused = _prepare(earlier)
        worker.terminate()
    with serving(earlier) as hub:
        listed = hub.container.mongo()["objects_locations"].index_information()["listed"]["key"]

    assert refused.returncode == 1
    assert "1 workers of the hub run (pump). Stop all its processes first" in refused.stderr
    assert ("revision", 1) not in listed
    until(lambda: _prepare(earlier).returncode == 0, _WITHIN_S)


def test_where_every_index_is_right_workers_may_run(
    earlier: dict[str, str], redis_url: str
) -> None:
    _prepare(earlier)
    words = [str(COMMAND), "worker", "--queue", "sync"]
    with Popen(tethered(words), env=earlier, stderr=DEVNULL) as worker, _client(redis_url) as redis:
        until(lambda: redis.scard("rq:workers:sync"), _WITHIN_S)
        prepared = _prepare(earlier)
        worker.terminate()

    assert prepared.returncode == 0, prepared.stderr


def test_a_redis_that_does_not_say_who_works_keeps_the_indexes(earlier: dict[str, str]) -> None:
    refused = _prepare(earlier | {"HUB_REDIS_URL": "redis://127.0.0.1:1/0"})

    assert refused.returncode == 1
    assert "Redis does not say whether workers run" in refused.stderr


def test_a_cdr_that_is_owed_no_more_is_named(
    earlier: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a migration with a fault would lose it."""

    def losing(database: Any, _: object) -> int:
        return int(database["deliveries"].delete_one({"state": "due"}).deleted_count)

    monkeypatch.setattr(stores, "give_sets", losing)

    with pytest.raises(CannotRun, match=r"12 before, 11 after, and 1 of them were not delivered"):
        bootstrap.prepare_stores(Settings.read(earlier))


def test_a_cdr_that_is_delivered_meanwhile_is_not_missed(
    earlier: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By processes of the version before, which go on."""

    def delivering(database: Any, _: object) -> int:
        database["deliveries"].update_one({"state": "due"}, {"$set": {"state": "delivered"}})
        return 0

    monkeypatch.setattr(stores, "give_sets", delivering)

    prepared = bootstrap.prepare_stores(Settings.read(earlier))

    assert str(prepared) == "CDRs owed: 12 before, 11 after; 1 were delivered meanwhile"


def _client(redis_url: str) -> Redis:
    return Redis.from_url(redis_url)
