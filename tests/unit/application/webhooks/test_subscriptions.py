"""Subscribing: a partner has its own subscriptions and knows of no others (D-12)."""

from dataclasses import replace

import pytest

from domain.delivery.what import EventType
from domain.errors import SecretUnreadable, UnknownObject
from tests.builders import NOON
from tests.unit.application.house import House
from tests.unit.application.subscribed import subscribe

URL = "https://hooks.example/"


def test_the_secret_is_shown_once_and_kept_sealed(market: House) -> None:
    made = market.webhook_subscriptions.subscribe(URL, [EventType.CDR_PARKED] * 2, partner_id="cpo")

    kept = market.subscriptions.get(made.subscription.id)
    assert kept == made.subscription
    assert (kept.partner_id, kept.url, kept.created_at) == ("cpo", URL, NOON)
    assert kept.events == {EventType.CDR_PARKED}
    assert made.secret.startswith("whsec_")
    assert kept.secret != made.secret
    assert market.secrets.unseal(kept.secret, partner_id=kept.id) == made.secret
    with pytest.raises(SecretUnreadable):
        market.secrets.unseal(kept.secret, partner_id="cpo")
    assert kept.secret not in repr(kept)


def test_a_partner_sees_its_own_and_the_operator_all(market: House) -> None:
    mine = subscribe(market, EventType.CDR_PARKED, by="cpo")
    others = subscribe(market, EventType.CDR_PARKED, by="emsp")
    operators = subscribe(market, EventType.CDR_PARKED)

    assert market.webhook_subscriptions.of("cpo") == (mine,)
    assert set(market.webhook_subscriptions.of(None)) == {mine, others, operators}
    assert market.webhook_subscriptions.find(mine.id, partner_id="cpo") == mine
    assert market.webhook_subscriptions.find(mine.id, partner_id=None) == mine


@pytest.mark.parametrize("of", ["emsp", None])
def test_anothers_is_not_there_for_a_partner(market: House, of: str | None) -> None:
    theirs = subscribe(market, EventType.CDR_PARKED, by=of)

    with pytest.raises(UnknownObject):
        market.webhook_subscriptions.find(theirs.id, partner_id="cpo")
    with pytest.raises(UnknownObject):
        market.webhook_subscriptions.unsubscribe(theirs.id, partner_id="cpo")

    assert market.subscriptions.get(theirs.id) == theirs


def test_what_is_unsubscribed_is_gone(market: House) -> None:
    made = subscribe(market, EventType.CDR_PARKED, by="cpo")

    market.webhook_subscriptions.unsubscribe(made.id, partner_id="cpo")

    assert market.webhook_subscriptions.of(None) == ()
    with pytest.raises(UnknownObject):
        market.webhook_subscriptions.unsubscribe(made.id, partner_id="cpo")


def test_subscriptions_are_listed_oldest_first(market: House) -> None:
    first = subscribe(market, EventType.CDR_PARKED)
    market.subscriptions.add(replace(first, id="earlier", created_at=NOON.replace(year=2025)))

    assert [each.id for each in market.webhook_subscriptions.of(None)] == ["earlier", first.id]
