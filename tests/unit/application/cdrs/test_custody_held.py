"""CDRs that the hub cannot hand over now: held, aged, parked, and never dropped."""

from dataclasses import replace

import pytest

from domain.delivery.answers import Verdict
from domain.delivery.deliveries import DeliveryState, is_parked_by_age
from domain.errors import LaneLost
from domain.partners.party import PartyId
from tests.builders import a_delivery
from tests.unit.application.billing import (
    LANE,
    SICK,
    TAKING,
    a_payer,
    handed,
    post,
    posts,
    pump,
    says,
    state,
    suspend,
    told,
)
from tests.unit.application.house import House

ABD = PartyId("FR", "ABD")


def test_delivered_is_told_of_once(market: House) -> None:
    post(market)
    pump(market)

    assert told(market) == ("cdr.accepted", "cdr.delivered")


def test_what_is_owed_for_a_month_counts_as_parked_is_told_of_once_and_is_tried_on(
    market: House,
) -> None:
    says(market, SICK)
    taken = post(market)
    pump(market)
    market.cdr_events.sweep()
    tellings = []
    for _ in range(4):
        pump(market, after_s=14 * 86_400)
        tellings.append(told(market))
        market.cdr_events.sweep()

    delivery = handed(market, taken)
    assert delivery.state is DeliveryState.DUE
    assert is_parked_by_age(delivery, market.clock.now())
    assert tellings == [(), (), ("cdr.parked",), ()]
    assert market.delivery_overview.owed(state=DeliveryState.PARKED) == (delivery,)
    assert market.delivery_overview.owed(state=DeliveryState.PARKED, partner_id="emsp") == (
        delivery,
    )
    assert market.delivery_overview.owed(state=DeliveryState.PARKED, partner_id="cpo") == ()
    says(market, TAKING)
    pump(market, after_s=86_400)
    assert state(market, taken) is DeliveryState.DELIVERED


def test_a_suspended_receiver_is_waited_for_without_harm_to_the_lane(market: House) -> None:
    taken = post(market)
    suspend(market)

    pump(market)
    pump(market, after_s=299)

    delivery = handed(market, taken)
    assert delivery.last is not None
    assert (delivery.state, delivery.last.verdict) == (DeliveryState.DUE, Verdict.HELD)
    assert (delivery.attempts, market.wire.asked) == (0, [])
    assert (delivery.due - market.clock.now()).total_seconds() == 1
    assert market.ledger.attempts(delivery.id) == (), "no platform was asked"
    assert market.deliveries.health()[LANE].is_well
    assert not market.partners.get("emsp").ailing
    market.partners.save(replace(market.partners.get("emsp"), state=a_payer().state))
    pump(market, after_s=1)
    assert state(market, taken) is DeliveryState.DELIVERED


def test_a_party_that_has_left_its_platform_is_waited_for(market: House) -> None:
    taken = post(market)
    market.partners.save(market.partners.get("emsp").with_roles(a_payer(party=ABD).roles))

    pump(market)

    assert state(market, taken) is DeliveryState.DUE
    assert market.wire.asked == []


def test_a_platform_that_takes_no_cdrs_any_more_fetches_them(market: House) -> None:
    taken = post(market)
    market.partners.save(replace(market.partners.get("emsp"), endpoints=()))

    pump(market)

    assert state(market, taken) is DeliveryState.BY_PULL
    assert market.wire.asked == []


def test_a_cdr_that_is_not_in_the_archive_is_the_hubs_own_fault_and_no_dropped_debt(
    market: House,
) -> None:
    taken = post(market)
    del market.archive.held[taken.filed.ref]

    pump(market)

    delivery = handed(market, taken)
    assert delivery.last is not None
    assert (delivery.state, delivery.last.verdict) == (DeliveryState.DUE, Verdict.FAULT)
    assert (delivery.due - market.clock.now()).total_seconds() == 300


def test_nothing_leaves_once_another_process_has_the_lane(market: House) -> None:
    taken = post(market)

    with pytest.raises(LaneLost):
        market.cdr_sender.attempt(handed(market, taken), still_ours=lambda: False)

    assert market.wire.asked == []


def test_each_attempt_is_counted_by_its_verdict(market: House) -> None:
    post(market)
    pump(market)

    told = {"partner": "FR-XYZ", "class": "cdr", "verdict": "accepted"}
    assert market.counted("deliveries", **told) == 1


def test_operators_can_hold_back_what_is_due_and_let_it_go(market: House) -> None:
    taken = post(market)

    assert market.delivery_overview.park(taken.filed.delivery_id)
    pump(market)
    assert (state(market, taken), posts(market)) == (DeliveryState.PARKED, [])
    assert market.delivery_overview.retry(taken.filed.delivery_id)
    pump(market)

    assert state(market, taken) is DeliveryState.DELIVERED
    assert not market.delivery_overview.park(taken.filed.delivery_id)


def test_operators_see_every_attempt_of_a_cdr_and_the_last_of_anything_else(
    market: House,
) -> None:
    says(market, SICK)
    taken = post(market)
    for wait in (0, 10):
        pump(market, after_s=wait)
    delivery = handed(market, taken)
    other = replace(a_delivery(), last=delivery.last)

    assert len(market.delivery_overview.attempts(delivery)) == 2
    assert market.delivery_overview.attempts(other) == (delivery.last,)
    assert market.delivery_overview.attempts(replace(other, last=None)) == ()
