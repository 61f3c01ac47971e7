"""A partner has so many webhooks, at URLs that the hub may call; the operators have no cap."""

from dataclasses import replace

import pytest

from domain.delivery.deliveries import is_of_event
from domain.delivery.what import EventType
from domain.errors import InvalidDocument, WrongState
from domain.webhooks.events import Subscription
from tests.builders import after
from tests.unit.application.charging_now import report_to_hub
from tests.unit.application.house import House
from tests.unit.application.subscribed import subscribe, tell

URL = "https://hooks.example/"
MOST = 20


def subscribed(house: House, number: int, *, by: str | None = "cpo") -> list[Subscription]:
    return [subscribe(house, EventType.SESSION_UPDATED, by=by) for _ in range(number)]


def test_one_more_than_the_cap_is_refused_by_an_error_that_names_it(market: House) -> None:
    subscribed(market, MOST)

    with pytest.raises(WrongState, match="20 webhooks at most"):
        subscribe(market, EventType.SESSION_UPDATED, by="cpo")

    assert len(market.subscriptions.held) == MOST
    subscribe(market, EventType.SESSION_UPDATED, by="emsp")


def test_who_removes_one_may_have_another(market: House) -> None:
    first = subscribed(market, MOST)[0]

    market.webhook_subscriptions.unsubscribe(first.id, partner_id="cpo")

    subscribe(market, EventType.SESSION_UPDATED, by="cpo")


def test_the_operators_have_no_cap(market: House) -> None:
    subscribed(market, 3 * MOST, by=None)

    assert market.webhook_subscriptions.over_cap() == frozenset()


def test_two_at_once_add_none_over_the_cap(market: House, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribed(market, MOST - 1)
    new_secret = type(market.signer).new_secret
    calls: list[int] = []

    def meanwhile(self: object) -> str:
        if not calls:
            calls.append(1)
            subscribe(market, EventType.SESSION_UPDATED, by="cpo")
            market.clock.advance(1)
        return new_secret(market.signer)

    monkeypatch.setattr(type(market.signer), "new_secret", meanwhile)
    with pytest.raises(WrongState, match="20 webhooks at most"):
        subscribe(market, EventType.SESSION_UPDATED, by="cpo")

    assert len(market.webhook_subscriptions.of("cpo")) == MOST


def test_those_from_before_there_was_a_cap_make_no_deliveries(market: House) -> None:
    [pattern] = subscribed(market, 1)
    for number in range(1, 3000):
        old = replace(pattern, id=f"old-{number}", created_at=after(number))
        market.subscriptions.add(old)
    operators = subscribe(market, EventType.SESSION_UPDATED)

    report_to_hub(market)
    market.publisher.sweep(older_than_s=-1)

    told = [each.lane for each in market.deliveries.held.values() if is_of_event(each)]
    assert len(told) == MOST + 1
    assert operators.lane in told
    assert len(market.webhook_subscriptions.over_cap()) == 3000 - MOST
    assert pattern.id not in market.webhook_subscriptions.over_cap()
    tell(market)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://10.1.2.3/x", "https://h.example/a/../b", "https://ä.de/"]
)
def test_a_url_that_the_hub_may_not_call_is_refused_when_it_is_written(
    market: House, url: str
) -> None:
    with pytest.raises(InvalidDocument, match=r"^url: "):
        market.webhook_subscriptions.subscribe(url, [EventType.CDR_PARKED], partner_id="cpo")

    assert market.subscriptions.held == {}
