"""Who is told of which events: each subscriber, of what it may see, once (D-12)."""

import pytest

from domain.delivery.deliveries import LaneId
from domain.delivery.what import EventType
from domain.partners.agreements import AgreementPolicy
from domain.webhooks.events import Subscription
from tests.builders import ABC, QRS, XYZ, a_location
from tests.charging import S1, a_cdr, a_session
from tests.unit.application.billing import (
    LANE,
    REFUSING,
    TAKING,
    a_market,
    a_payer,
    handed,
    post,
    pump,
    says,
)
from tests.unit.application.cdrs.test_asked_meanwhile import Meanwhile
from tests.unit.application.charging_now import report, report_to_hub
from tests.unit.application.house import House
from tests.unit.application.subscribed import OF_PARTNERS, bodies, subscribe, tell


def events(house: House, subscription: Subscription) -> list[str]:
    """The types of what this subscriber was told, in order."""
    told = [body for request, body in bodies(house) if request.url == subscription.url]
    return [body["type"] for body in told]


@pytest.mark.parametrize(
    ("partner_id", "is_told"), [("cpo", True), ("emsp", True), (None, True), ("other", False)]
)
def test_a_session_is_told_to_its_two_sides_and_the_operator(
    market: House, partner_id: str | None, is_told: bool
) -> None:
    market.with_partners(a_payer("other", QRS))
    subscriber = subscribe(market, EventType.SESSION_UPDATED, by=partner_id)

    report_to_hub(market)
    tell(market)

    assert events(market, subscriber) == ["session.updated"] * is_told


@pytest.mark.parametrize(
    ("partner_id", "is_told"), [("cpo", True), ("emsp", True), (None, True), ("other", False)]
)
def test_what_becomes_of_a_cdr_is_told_to_its_two_sides_and_the_operator(
    market: House, partner_id: str | None, is_told: bool
) -> None:
    market.with_partners(a_payer("other", QRS))
    subscriber = subscribe(market, *OF_PARTNERS, by=partner_id)

    post(market)
    tell(market)

    assert events(market, subscriber) == ["cdr.accepted", "cdr.delivered"] * is_told


def test_a_platform_that_is_gone_is_told_nothing(market: House) -> None:
    gone = subscribe(market, *OF_PARTNERS, by="gone")

    post(market)
    report_to_hub(market)
    tell(market)

    assert events(market, gone) == []


def test_a_platform_that_is_suspended_is_told_nothing(market: House) -> None:
    hook = subscribe(market, *OF_PARTNERS, by="cpo")
    post(market)
    report_to_hub(market)
    market.client_info.introduce(ABC)
    market.administration.suspend("cpo")

    tell(market)

    assert events(market, hook) == []


def test_the_status_of_a_party_is_told_to_no_platform_without_an_agreement() -> None:
    market = a_market(policy=AgreementPolicy.REQUIRED)
    strangers = subscribe(market, EventType.PARTNER_STATUS, by="emsp")
    own = subscribe(market, EventType.PARTNER_STATUS, by="cpo")

    market.client_info.introduce(ABC)
    market.publisher.sweep(older_than_s=-1.0)
    tell(market)
    market.pump.close()

    assert [events(market, each) for each in (strangers, own)] == [[], ["partner.status"]]


def test_only_what_was_subscribed_to_is_told(market: House) -> None:
    subscriber = subscribe(market, EventType.CDR_DELIVERED)

    post(market)
    report_to_hub(market)
    tell(market)

    assert events(market, subscriber) == ["cdr.delivered"]


def test_locations_are_no_event(market: House) -> None:
    subscriber = subscribe(market, *EventType)

    market.push(a_location())
    tell(market)

    assert events(market, subscriber) == []


def test_every_subscriber_has_its_own_lane(market: House) -> None:
    one, two = subscribe(market, EventType.CDR_ACCEPTED), subscribe(market, EventType.CDR_ACCEPTED)
    post(market)

    assert market.cdr_events.sweep() == 1

    owed = {each.lane for each in market.deliveries.owed() if each.lane != LANE}
    assert owed == {one.lane, two.lane}
    assert LaneId.parse(str(one.lane)) == one.lane


def test_a_sweep_with_nothing_to_tell_wakes_no_pump(market: House) -> None:
    assert market.cdr_events.sweep() == 0
    post(market)
    pumped = market.wake.pumped

    assert market.cdr_events.sweep() == 1
    assert market.wake.pumped == pumped
    assert market.cdr_events.sweep() == 0


def test_events_that_come_while_others_are_told_of_stay_to_be_told(market: House) -> None:
    taken = post(market)
    earlier = market.ledger.untold(limit=9)
    pump(market)

    market.ledger.told(earlier)

    handover = handed(market, taken).what
    assert handover.untold == ("cdr.delivered",)


def test_an_event_told_while_the_cdr_is_being_sent_is_not_told_again(market: House) -> None:
    subscriber = subscribe(market, *EventType)
    says(market, Meanwhile(lambda: market.cdr_events.sweep(), then=TAKING))
    post(market)

    pump(market)
    tell(market)

    assert sorted(events(market, subscriber)) == ["cdr.accepted", "cdr.delivered"]


def test_a_cdr_that_is_declined_was_never_accepted(market: House) -> None:
    subscriber = subscribe(market, *EventType)
    says(market, Meanwhile(lambda: market.cdr_events.sweep(), then=REFUSING))

    post(market, to=XYZ)
    tell(market)

    assert events(market, subscriber) == []


def test_a_cdr_that_is_taken_at_once_is_accepted_and_delivered(market: House) -> None:
    subscriber = subscribe(market, *EventType)
    says(market, Meanwhile(lambda: market.cdr_events.sweep(), then=TAKING))

    post(market, to=XYZ)
    tell(market)

    assert sorted(events(market, subscriber)) == ["cdr.accepted", "cdr.delivered"]


def test_changes_that_come_before_the_subscriber_is_told_are_told_once_as_they_are_now(
    market: House,
) -> None:
    subscribe(market, EventType.SESSION_UPDATED)
    for updated in (0, 60, 120):
        report_to_hub(market, a_session(updated=updated))
        market.publisher.sweep(older_than_s=-1.0)

    tell(market)

    [(_, body)] = bodies(market)
    assert body["data"]["last_updated"] == a_session(updated=120)["last_updated"]


def test_a_session_that_is_anothers_now_is_not_told_to_who_had_it(market: House) -> None:
    market.with_partners(a_payer("other", QRS))
    subscriber = subscribe(market, EventType.SESSION_UPDATED, by="emsp")
    report_to_hub(market)
    market.publisher.sweep(older_than_s=-1.0)
    token = {**a_session()["cdr_token"], "country_code": "BE", "party_id": "QRS"}
    report_to_hub(market, a_session(updated=60, cdr_token=token))

    tell(market)

    assert events(market, subscriber) == []


def test_the_status_of_a_party_is_told_to_who_may_see_it(market: House) -> None:
    partners = subscribe(market, EventType.PARTNER_STATUS, by="emsp")
    operators = subscribe(market, EventType.PARTNER_STATUS)
    strangers = subscribe(market, EventType.PARTNER_STATUS, by="gone")

    market.client_info.introduce(ABC)
    market.publisher.sweep(older_than_s=-1.0)
    tell(market)

    about = {request.url: body["data"]["party_id"] for request, body in bodies(market)}
    assert about == {partners.url: "ABC", operators.url: "ABC"}
    assert events(market, strangers) == []


def test_two_cdrs_of_one_id_are_two_things_to_tell_of(market: House) -> None:
    subscriber = subscribe(market, EventType.CDR_DELIVERED)
    says(market, REFUSING)
    post(market, to=XYZ)
    says(market, TAKING)
    second = post(market, a_cdr(currency="CHF"), to=XYZ)

    tell(market)

    [(request, body)] = bodies(market)
    assert request.url == subscriber.url
    assert body["data"]["ref"] == second.filed.ref


def test_a_session_that_its_reader_was_told_of_at_once_is_told_to_subscribers_too(
    market: House,
) -> None:
    hook = subscribe(market, EventType.SESSION_UPDATED, by="cpo")

    report(market)
    tell(market, after_s=0)

    assert events(market, hook) == ["session.updated"]
    assert market.stored(S1).unpublished is None


def test_a_session_that_moves_on_while_its_reader_is_told_is_told_to_subscribers_once(
    market: House,
) -> None:
    hook = subscribe(market, EventType.SESSION_UPDATED, by="cpo")
    says(market, Meanwhile(lambda: report_to_hub(market, a_session(updated=60)), then=TAKING))
    report(market)

    tell(market, after_s=0)
    tell(market)

    assert events(market, hook) == ["session.updated"]
