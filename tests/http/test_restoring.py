"""A hub on a restored backup: the documents alone, and the same secrets, are all that it needs."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from entrypoints import bootstrap
from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import cdr
from entrypoints.sandbox.fixtures import location
from entrypoints.settings import Settings
from tests.http.hub_server import HubServer, environment_of, serving

_TO_HUB = ("NL", "HUB")


@pytest.fixture
def restored(mongo_url: str, database_name: str, redis_url: str) -> Iterator[dict[str, str]]:
    """The settings of a hub on a database of its own, with the same secrets."""
    yield environment_of(mongo_url, f"{database_name}_back", redis_url)
    with MongoClient[dict[str, Any]](mongo_url) as client:
        client.drop_database(f"{database_name}_back")
        client.drop_database(f"{database_name}_back_audit")


def _copy(mongo_url: str, name: str) -> None:
    """As mongodump and mongorestore do: every document, byte for byte, and nothing else."""
    with MongoClient[dict[str, Any]](mongo_url) as client:
        for collection in client[name].list_collection_names():
            if documents := list(client[name][collection].find()):
                client[f"{name}_back"][collection].insert_many(documents)


def test_a_hub_on_a_restored_backup_lets_partners_in_and_owes_what_it_owed(
    hub: HubServer,
    cpo: Platform,
    msp: Platform,
    mongo_url: str,
    database_name: str,
    restored: dict[str, str],
) -> None:
    place = ("DE", "ABC", "LOC1")
    cpo.hub.push("PUT", "locations", place, location(id="LOC1"), to=_TO_HUB)
    hub.deliver()
    assert cpo.hub.push("POST", "cdrs", (), cdr(), to=_TO_HUB).status == 201
    msp.clear()

    _copy(mongo_url, database_name)
    bootstrap.prepare_stores(Settings.read(restored))

    with serving(restored) as back:
        for platform in (cpo, msp):
            answer = platform.hub.call(
                "GET", f"{back.url}/ocpi/versions", token=platform.hub.peer.token
            )
            assert answer.status == 200
        assert back.get("/cdrs/verify").data["adds_up"]
        back.deliver()
        assert back.get("/cdrs/verify").data["delivered"] == 1
        assert [each["id"] for each in back.get("/locations").data] == ["LOC1"]

    billed = [each.json()["id"] for each in msp.received if each.module == "cdrs"]
    assert billed == ["CDR1"]
    assert not bootstrap.missing_indexes(Settings.read(restored))
