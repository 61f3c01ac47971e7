"""A partner with thousands of webhooks: no other partner's deliveries wait for them."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.delivery.deliveries import DeliveryRequest
from domain.delivery.what import AboutObject, Event, EventType
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from domain.webhooks.events import Subscription
from entrypoints.sandbox import Answer, Platform, Received, Reply
from entrypoints.sandbox.charging import cdr_token, session
from entrypoints.sandbox.exchange import FOREVER
from entrypoints.sandbox.reply import Ending
from entrypoints.sandbox.server import Listener
from tests.conformance.guests import Join
from tests.conformance.running import RunningHub
from tests.e2e.hub_process import until

_FROM_BEFORE = 3000
_CAP = 20
_NOT_DELAYED_S = 45.0
"""A busy machine takes seconds; 3,000 lanes in front of it took minutes."""


class Subscriber:
    """A server that takes events, or hangs."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.told: list[Received] = []
        self._hangs = hangs
        self.listener = Listener("127.0.0.1", 0, self._take)
        self.listener.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.port}/events"

    def _take(self, received: Received) -> Reply:
        self.told.append(received)
        if self._hangs:
            return Reply(status=0, hold=FOREVER, ending=Ending.CUT)
        return Reply(204)


@pytest.fixture
def honest() -> Iterator[Subscriber]:
    running = Subscriber()
    yield running
    running.listener.stop()


@pytest.fixture
def hanging() -> Iterator[Subscriber]:
    running = Subscriber(hangs=True)
    yield running
    running.listener.stop()


def _subscribe(hub: RunningHub, platform: Platform, url: str) -> Answer:
    body = {"url": url, "events": ["session.updated"]}
    token = platform.hub.peer.token
    return platform.hub.call("POST", f"{hub.url}/hub/v1/webhooks", token=token, body=body)


def _party(platform: Platform) -> PartyId:
    return PartyId(*platform.profile.parties[0].id)


def _report(cpo: Platform, msp: Platform, name: str) -> None:
    owner, reader = _party(cpo), _party(msp)
    card = cdr_token(reader.country_code, reader.party_id)
    told = session(owner.country_code, owner.party_id, name, cdr_token=card)
    key = (owner.country_code, owner.party_id, name)
    assert cpo.hub.push("PUT", "sessions", key, told, to=cpo.hub.hub_party).ok


def test_the_cap_is_named_and_one_more_can_be_made_after_one_is_removed(
    hub: RunningHub, join: Join
) -> None:
    cpo = join("CPO")
    made = [_subscribe(hub, cpo, f"http://127.0.0.1:9/{number}") for number in range(_CAP)]
    assert [each.status for each in made] == [201] * _CAP

    refused = _subscribe(hub, cpo, "http://127.0.0.1:9/more")

    assert (refused.status, refused.code) == (409, 2001)
    assert refused.message == f"a partner has {_CAP} webhooks at most: remove one first"
    url = f"{hub.url}/hub/v1/webhooks/{made[0].data['id']}"
    assert cpo.hub.call("DELETE", url, token=cpo.hub.peer.token).ok
    assert _subscribe(hub, cpo, "http://127.0.0.1:9/more").status == 201


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00:ec2::254]/",
        "http://user:secret@127.0.0.1:9/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http:///no-host",
        "http://127.0.0.1:9/a/../b",
        "http://127.0.0.1:9/a\\b",
        "http://[::1/",
        "http://0x7f000001@169.254.169.254/",
    ],
)
def test_a_url_that_the_hub_would_not_call_is_refused_when_it_is_made(
    hub: RunningHub, join: Join, url: str
) -> None:
    cpo = join("CPO")

    refused = _subscribe(hub, cpo, url)

    assert (refused.status, refused.code) == (422, 2001)
    assert refused.message.startswith("url: ")


def test_thousands_from_before_there_was_a_cap_delay_no_other_partner(
    hub: RunningHub, join: Join, honest: Subscriber, hanging: Subscriber
) -> None:
    hostile, accomplice, cpo, msp = join("CPO"), join("EMSP"), join("CPO"), join("EMSP")
    first = _subscribe(hub, hostile, hanging.url).data["id"]
    assert _subscribe(hub, msp, honest.url).status == 201
    _report(hostile, accomplice, "HOSTILE")
    until(lambda: hanging.told, _NOT_DELAYED_S)
    _owe(hub, hostile, _from_before(hub, first))
    until(lambda: len(hanging.told) > 1, _NOT_DELAYED_S)

    begun = time.monotonic()
    _report(cpo, msp, "HONEST")
    msp.wait_for(
        lambda got: got.module == "sessions" and got.segments[-1] == "HONEST", _NOT_DELAYED_S
    )
    over_ocpi = time.monotonic() - begun
    until(lambda: honest.told, _NOT_DELAYED_S)
    by_webhook = time.monotonic() - begun

    print(f"{_FROM_BEFORE} webhooks: {over_ocpi:.2f} s over OCPI, {by_webhook:.2f} s by webhook")
    assert honest.told[0].json()["data"]["id"] == "HONEST"
    _forget(hub)


def _from_before(hub: RunningHub, pattern: str) -> list[Subscription]:
    """3,000 of the hostile partner's, stored as an older hub has stored them."""
    subscriptions = hub.inside.hub.webhook_subscriptions.subscriptions
    held = subscriptions.get(pattern)
    assert held is not None
    secrets = hub.inside.hub.webhook_subscriptions.secrets
    clear = secrets.unseal(held.secret, partner_id=held.id)
    made = [
        replace(
            held,
            id=f"{pattern}-{number}",
            created_at=held.created_at + timedelta(number),
            secret=secrets.seal(clear, partner_id=f"{pattern}-{number}"),
        )
        for number in range(_FROM_BEFORE)
    ]
    for each in made:
        subscriptions.add(each)
    return made


def _owe(hub: RunningHub, hostile: Platform, subscriptions: list[Subscription]) -> None:
    """Each is owed an event, as by an older hub."""
    key = ObjectKey("sessions", _party(hostile), "HOSTILE")
    requests = [
        DeliveryRequest(
            lane=each.lane,
            receiver=hub.inside.hub.party.party,
            what=Event(EventType.SESSION_UPDATED, AboutObject(key)),
            revision=1,
        )
        for each in subscriptions
    ]
    hub.inside.hub.publisher.queue.owe(requests, now=hub.inside.clock.now())


def _forget(hub: RunningHub) -> None:
    """Leave the hub as the next test wants it."""
    database: Any = hub.inside.mongo()
    database["subscriptions"].delete_many({})
    database["deliveries"].delete_many({"what.event": EventType.SESSION_UPDATED.value})
