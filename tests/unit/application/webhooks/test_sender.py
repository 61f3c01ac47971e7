"""Telling a subscriber: signed, the same event with the same id, for three days (D-12)."""

from dataclasses import replace

import pytest

from domain.delivery.deliveries import DeliveryState
from domain.delivery.what import EventType
from domain.errors import LaneLost
from domain.times import format_time
from tests.builders import PlainSigner
from tests.charging import S1, a_session
from tests.unit.application.billing import REFUSING, post, pump, says
from tests.unit.application.charging_now import report_to_hub
from tests.unit.application.house import House
from tests.unit.application.subscribed import a_session_to_tell, bodies, owed, subscribe, tell


def test_a_session_is_told_as_it_is_with_its_type_and_the_time(market: House) -> None:
    a_session_to_tell(market)

    tell(market)

    [(request, body)] = bodies(market)
    assert (request.method, request.headers["Content-Type"]) == ("POST", "application/json")
    assert body == {
        "type": "session.updated",
        "timestamp": format_time(market.clock.now()),
        "data": a_session(),
    }


def test_the_signature_is_of_the_bytes_that_go_out_by_the_subscribers_own_secret(
    market: House,
) -> None:
    subscribed = market.webhook_subscriptions.subscribe(
        "https://hooks.example/", [EventType.SESSION_UPDATED], partner_id=None
    )
    report_to_hub(market)

    tell(market)

    [(request, _)] = bodies(market)
    signed = PlainSigner().headers(
        subscribed.secret,
        message_id=request.headers["webhook-id"],
        at=market.clock.now(),
        body=request.body or b"",
    )
    assert {name: request.headers[name] for name in signed} == signed


def test_a_second_try_has_the_same_id_and_the_next_change_another(market: House) -> None:
    a_session_to_tell(market)
    market.outbound.answers = lambda _: 500
    tell(market)
    market.outbound.answers = lambda _: 200
    tell(market)
    report_to_hub(market, a_session(updated=60))
    tell(market)

    first, second, third = (request.headers["webhook-id"] for request, _ in bodies(market))
    assert first == second != third
    assert first.startswith("msg_")


def test_a_cdr_is_told_of_by_its_ref_its_sides_and_its_state(market: House) -> None:
    subscribe(market, EventType.CDR_ACCEPTED, EventType.CDR_DELIVERED)
    taken = post(market)

    tell(market)

    accepted, delivered = (body["data"] for _, body in bodies(market))
    sides = {
        "ref": taken.filed.ref,
        "country_code": "DE",
        "party_id": "ABC",
        "id": "CDR1",
        "receiver": {"country_code": "FR", "party_id": "XYZ"},
        "since": format_time(taken.filed.received_at),
    }
    assert {**accepted, **sides} == accepted
    assert (accepted["state"], delivered["state"]) == ("accepted", "delivered")
    assert (delivered["attempts"], delivered["reason"]) == (1, "HTTP 201")


def test_why_a_cdr_is_parked_is_told_to_both_sides(market: House) -> None:
    subscribe(market, EventType.CDR_PARKED, by="cpo")
    subscribe(market, EventType.CDR_PARKED, by="emsp")
    says(market, REFUSING)
    post(market)
    for wait in (0, 1200, 2100):
        pump(market, after_s=wait)

    tell(market)

    told = [body["data"] for _, body in bodies(market)]
    assert [(each["state"], each["reason"]) for each in told] == [("parked", "wrong tariff")] * 2


def test_nothing_has_been_tried_of_a_cdr_that_was_never_sent(market: House) -> None:
    subscribe(market, EventType.CDR_ACCEPTED)
    taken = post(market)
    market.delivery_overview.park(taken.filed.delivery_id)

    tell(market)

    [(_, body)] = bodies(market)
    assert (body["data"]["attempts"], body["data"]["reason"]) == (0, "")


def test_a_partner_that_unsubscribed_is_told_nothing_any_more(market: House) -> None:
    subscription = a_session_to_tell(market)
    market.publisher.sweep(older_than_s=-1.0)
    delivery = owed(market, subscription)

    market.webhook_subscriptions.unsubscribe(subscription.id, partner_id=None)
    tell(market)

    assert market.outbound.told == []
    assert market.webhook_sender.attempt(delivery, still_ours=lambda: True) is None


def test_an_event_that_is_not_subscribed_to_any_more_is_not_told(market: House) -> None:
    subscription = a_session_to_tell(market)
    market.publisher.sweep(older_than_s=-1.0)
    market.subscriptions.add(replace(subscription, events=frozenset()))

    tell(market)

    assert market.outbound.told == []


def test_a_session_that_is_gone_is_not_told_of(market: House) -> None:
    a_session_to_tell(market)
    market.publisher.sweep(older_than_s=-1.0)
    market.objects.save(replace(market.stored(S1), deleted=True))

    tell(market)

    assert market.outbound.told == []
    assert market.delivery_overview.owed(state=DeliveryState.REFUSED) == ()


def test_a_cdr_without_a_delivery_is_not_told_of(market: House) -> None:
    subscribe(market, EventType.CDR_ACCEPTED)
    taken = post(market)
    market.cdr_events.sweep()
    market.deliveries.records.drop(taken.filed.delivery_id)

    tell(market)

    assert market.outbound.told == []


def test_nothing_leaves_once_the_lane_is_lost(market: House) -> None:
    subscription = a_session_to_tell(market)
    market.publisher.sweep(older_than_s=-1.0)

    with pytest.raises(LaneLost):
        market.webhook_sender.attempt(owed(market, subscription), still_ours=lambda: False)

    assert market.outbound.told == []


@pytest.mark.parametrize(("by", "called"), [(None, "operator"), ("emsp", "FR-XYZ")])
def test_attempts_are_counted_by_whose_webhook_it_is(
    market: House, by: str | None, called: str
) -> None:
    subscribe(market, EventType.SESSION_UPDATED, by=by)
    report_to_hub(market)
    market.outbound.answers = lambda _: 500

    tell(market)

    told = {"partner": called, "class": "webhook", "verdict": "sick"}
    assert market.counted("deliveries", **told) == 1
