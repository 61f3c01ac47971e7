"""A key that leaked is taken away: after a reseal nothing at rest needs it any more."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pymongo import MongoClient
from standardwebhooks import Webhook

from entrypoints.sandbox import Platform, Received, Reply
from entrypoints.sandbox.charging import cdr
from entrypoints.sandbox.server import Listener
from tests.e2e.hub_process import ocpi_hub, until
from tests.http.hub_server import HubServer, environment_of, hub_server, serving

_OLD = base64.urlsafe_b64encode(bytes(range(32))).decode()
_NEW = base64.urlsafe_b64encode(bytes(range(1, 33))).decode()
_SEALED = re.compile(r"gAAAA[\w=-]{60,}")


@pytest.fixture
def environment(mongo_url: str, database_name: str, redis_url: str) -> dict[str, str]:
    """A hub's settings, under the old key."""
    made = environment_of(mongo_url, database_name, redis_url)
    return made | {"HUB_SECRET_KEYS": _OLD}


def _reseal(environment: dict[str, str]) -> str:
    given = environment | {"HUB_SECRET_KEYS": f"{_NEW},{_OLD}"}
    ran = ocpi_hub("partner", "reseal", environment=given)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_webhook_signs_and_a_partner_is_called_after_the_old_key_is_gone(
    environment: dict[str, str], mongo_url: str, database_name: str, redis_url: str
) -> None:
    told: list[Received] = []

    def take(received: Received) -> Reply:
        told.append(received)
        return Reply(204)

    listener = Listener("127.0.0.1", 0, take)
    listener.start()
    with Platform([("CPO", "DE", "ABC", "")]) as cpo, Platform([("EMSP", "NL", "MS1", "")]) as msp:
        with hub_server(mongo_url, database_name, redis_url, **environment) as hub:
            hub.register(cpo, "CPO:DE:ABC")
            hub.register(msp, "EMSP:NL:MS1")
            body = {"url": f"http://127.0.0.1:{listener.port}/", "events": ["cdr.delivered"]}
            secret = hub.call("POST", "/webhooks", by=cpo.hub, body=body).data["secret"]

        assert "2 tokens and 1 webhooks' secrets" in _reseal(environment)

        with serving(environment | {"HUB_SECRET_KEYS": _NEW}) as hub:
            assert cpo.hub.push("POST", "cdrs", (), cdr(), to=cpo.hub.hub_party).ok
            hub.herald()
            until(lambda: _told(hub, told), 60)
        listener.stop()

    [event] = told
    assert Webhook(secret).verify(event.body, dict(event.headers))["type"] == "cdr.delivered"


def test_no_collection_holds_a_secret_that_only_the_old_key_opens(
    environment: dict[str, str], mongo_url: str, database_name: str, redis_url: str
) -> None:
    hub_there = hub_server(mongo_url, database_name, redis_url, **environment)
    with Platform([("CPO", "DE", "ABC", "")]) as cpo, hub_there as hub:
        hub.register(cpo, "CPO:DE:ABC")
        for number in range(3):
            body = {"url": f"https://hooks.example/{number}", "events": ["session.updated"]}
            hub.call("POST", "/webhooks", body=body)

    _reseal(environment)

    with MongoClient[dict[str, Any]](mongo_url) as mongo:
        sealed = list(_sealed(mongo[database_name]))
    assert len(sealed) == 4, "a collection with sealed secrets that this test does not know"
    assert not [text for text in sealed if not _opens(_NEW, text)]


def test_one_unreadable_secret_is_named_and_stops_no_other(
    environment: dict[str, str], mongo_url: str, database_name: str, redis_url: str
) -> None:
    with hub_server(mongo_url, database_name, redis_url, **environment) as hub:
        for number in range(2):
            body = {"url": f"https://hooks.example/{number}", "events": ["session.updated"]}
            hub.call("POST", "/webhooks", body=body)
    with MongoClient[dict[str, Any]](mongo_url) as mongo:
        held = mongo[database_name]["subscriptions"]
        lost = next(iter(held.find().sort("created_at")))["_id"]
        anothers = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
        held.update_one({"_id": lost}, {"$set": {"secret": anothers}})

    given = environment | {"HUB_SECRET_KEYS": f"{_NEW},{_OLD}"}
    ran = ocpi_hub("partner", "reseal", environment=given)

    assert (ran.returncode, ran.stderr) == (1, f"webhook {lost}: no key opens its secret\n")
    assert "0 tokens and 1 webhooks' secrets" in ran.stdout


def _told(hub: HubServer, told: list[Received]) -> bool:
    hub.deliver()
    return bool(told)


def _sealed(database: Any) -> Iterator[str]:
    for name in database.list_collection_names():
        for record in database[name].find():
            yield from _SEALED.findall(repr(record))


def _opens(key: str, sealed: str) -> bool:
    try:
        MultiFernet([Fernet(key)]).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True
