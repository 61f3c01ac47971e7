"""Webhooks: subscribed here, told with signatures that the well-known library verifies."""

from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from domain.delivery.what import EventType
from entrypoints.sandbox import Answer, Platform, Received, Reply
from entrypoints.sandbox.charging import cdr, session
from entrypoints.sandbox.server import Listener
from tests.http.hub_server import HubServer

_URL = "https://hooks.example/ocpi"


class Subscriber:
    """A server that takes events, and keeps them."""

    def __init__(self) -> None:
        self.told: list[Received] = []
        self.listener = Listener("127.0.0.1", 0, self._take)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.port}/events"

    def _take(self, received: Received) -> Reply:
        self.told.append(received)
        return Reply(204)


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    running = Subscriber()
    running.listener.start()
    yield running
    running.listener.stop()


def _subscribe(hub: HubServer, *events: str, url: str = _URL, by: Platform | None = None) -> Answer:
    body = {"url": url, "events": list(events)}
    return hub.call("POST", "/webhooks", by=None if by is None else by.hub, body=body)


def test_the_secret_is_shown_once(hub: HubServer) -> None:
    made = _subscribe(hub, "cdr.parked", "cdr.delivered")

    assert made.status == 201
    assert made.data["secret"].startswith("whsec_")
    shown = {name: value for name, value in made.data.items() if name != "secret"}
    assert shown["events"] == ["cdr.delivered", "cdr.parked"]
    assert (shown["url"], shown["partner"]) == (_URL, None)
    assert hub.get("/webhooks").data == [shown]
    assert hub.get(f"/webhooks/{shown['id']}").data == shown


def test_a_partner_has_its_own_and_knows_of_no_others(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    own = _subscribe(hub, "cdr.delivered", by=cpo).data["id"]
    _subscribe(hub, "cdr.delivered")

    assert [each["id"] for each in hub.get("/webhooks", by=cpo.hub).data] == [own]
    assert hub.get("/webhooks", by=msp.hub).data == []
    assert hub.get(f"/webhooks/{own}", by=msp.hub).status == 404
    assert hub.call("DELETE", f"/webhooks/{own}", by=msp.hub).status == 404
    assert len(hub.get("/webhooks").data) == 2
    assert hub.call("DELETE", f"/webhooks/{own}", by=cpo.hub).ok
    assert hub.get(f"/webhooks/{own}").status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": _URL, "events": ["cdr.lost"]}, "events[0]"),
        ({"url": _URL, "events": []}, "events"),
        ({"url": _URL}, "events"),
        ({"url": "ftp://hooks.example", "events": ["cdr.parked"]}, "url"),
        ({"url": f"https://hooks.example/{'x' * 255}", "events": ["cdr.parked"]}, "url"),
        ({"url": "https://hooks example", "events": ["cdr.parked"]}, "url"),
        ({"url": _URL, "events": ["cdr.parked"], "secret": "mine"}, "secret"),
    ],
)
def test_what_cannot_be_subscribed_is_refused_by_name(
    hub: HubServer, body: dict[str, Any], field: str
) -> None:
    answer = hub.call("POST", "/webhooks", body=body)

    assert (answer.status, answer.code) == (422, 2001)
    assert field in answer.message
    assert hub.get("/webhooks").data == []


def test_an_unknown_event_is_answered_with_those_that_there_are(hub: HubServer) -> None:
    answer = _subscribe(hub, "cdr.lost")

    assert all(event.value in answer.message for event in EventType)


def test_an_event_is_told_with_a_signature_that_its_secret_verifies(
    hub: HubServer, cpo: Platform, msp: Platform, subscriber: Subscriber
) -> None:
    made = _subscribe(hub, "cdr.delivered", url=subscriber.url, by=cpo).data
    assert cpo.hub.push("POST", "cdrs", (), cdr(), to=cpo.hub.hub_party).ok

    hub.herald()

    [told] = subscriber.told
    event = Webhook(made["secret"]).verify(told.body, dict(told.headers))
    assert event["type"] == "cdr.delivered"
    assert (event["data"]["id"], event["data"]["state"]) == ("CDR1", "delivered")
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(told.body + b" ", dict(told.headers))


def test_a_session_is_told_to_those_who_may_see_it(
    hub: HubServer, cpo: Platform, msp: Platform, subscriber: Subscriber
) -> None:
    _subscribe(hub, "session.updated", url=subscriber.url, by=msp)
    with Platform([("EMSP", "BE", "ELE", "Elektra")]) as other:
        hub.register(other, "EMSP:BE:ELE")
        _subscribe(hub, "session.updated", url=f"{subscriber.url}/other", by=other)
        key = ("DE", "ABC", "SESSION1")
        assert cpo.hub.push("PUT", "sessions", key, session(), to=cpo.hub.hub_party).ok

        hub.herald()

    [told] = subscriber.told
    assert told.path == "/events"
    assert told.json()["data"] == session()


def test_what_was_unsubscribed_is_not_told(
    hub: HubServer, cpo: Platform, msp: Platform, subscriber: Subscriber
) -> None:
    made = _subscribe(hub, "cdr.delivered", url=subscriber.url).data
    hub.call("DELETE", f"/webhooks/{made['id']}")
    assert cpo.hub.push("POST", "cdrs", (), cdr(), to=cpo.hub.hub_party).ok

    hub.herald()

    assert not subscriber.told
