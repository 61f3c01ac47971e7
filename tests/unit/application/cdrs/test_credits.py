"""A Credit CDR never overtakes what it credits (CDR-1)."""

from dataclasses import replace

from domain.delivery.deliveries import DeliveryState
from domain.objects.stored import ObjectKey
from tests.builders import ABC, XYZ
from tests.charging import a_credit, a_filed
from tests.unit.application.billing import (
    SICK,
    TAKING,
    handed,
    post,
    posts,
    pump,
    says,
    state,
)
from tests.unit.application.house import House


def test_a_credit_goes_behind_the_cdr_that_it_credits(market: House) -> None:
    says(market, SICK)
    original, credit = post(market), post(market, a_credit())
    pump(market)
    pump(market, after_s=10)
    waiting = state(market, credit)
    says(market, TAKING)

    pump(market, after_s=60)

    assert waiting is DeliveryState.WAITING
    assert posts(market) == ["CDR1", "CDR1", "CDR1", "CDR1-C"]
    assert {state(market, each) for each in (original, credit)} == {DeliveryState.DELIVERED}


def test_a_credit_is_not_asked_for_at_once_while_its_original_waits(market: House) -> None:
    says(market, SICK)
    post(market)
    pump(market)
    says(market, TAKING)

    credit = post(market, a_credit(), to=XYZ)

    assert (state(market, credit), credit.declined) == (DeliveryState.WAITING, None)
    assert "CDR1-C" not in posts(market)


def test_a_credit_of_what_is_delivered_goes_at_once(market: House) -> None:
    post(market, to=XYZ)

    credit = post(market, a_credit(), to=XYZ)

    assert state(market, credit) is DeliveryState.DELIVERED


def test_a_credit_of_what_is_not_owed_yet_waits_for_it(market: House) -> None:
    market.archive.file(a_filed())

    credit = post(market, a_credit())

    assert state(market, credit) is DeliveryState.WAITING
    market.clock.advance(3)
    market.cdr_obligations.sweep()
    pump(market)
    assert posts(market) == ["CDR1", "CDR1-C"]


def test_a_credit_whose_wait_was_over_just_before_it_began_is_let_go_by_the_sweep(
    market: House,
) -> None:
    original = post(market)
    credit = post(market, a_credit())
    delivered = replace(handed(market, original), state=DeliveryState.DELIVERED)
    market.deliveries.held[delivered.id] = delivered

    assert market.cdr_obligations.sweep() == 1
    assert market.cdr_obligations.sweep() == 0
    assert state(market, credit) is DeliveryState.DUE


def test_a_credit_does_not_go_because_an_operator_retries_it(market: House) -> None:
    says(market, SICK)
    post(market)
    credit = post(market, a_credit())

    assert not market.delivery_overview.retry(credit.filed.delivery_id)
    assert state(market, credit) is DeliveryState.WAITING


def test_a_credit_of_what_waits_for_an_operator_waits_too(market: House) -> None:
    original, credit = post(market), post(market, a_credit())
    market.delivery_overview.park(original.filed.delivery_id)
    market.cdr_obligations.sweep()
    assert state(market, credit) is DeliveryState.WAITING

    market.delivery_overview.retry(original.filed.delivery_id)
    pump(market)

    assert posts(market) == ["CDR1", "CDR1-C"]
    assert market.archive.latest(ObjectKey("cdrs", ABC, "CDR1-C")) == credit.filed


def test_a_credit_that_is_replayed_with_its_original_goes_behind_it_again(market: House) -> None:
    original, credit = post(market), post(market, a_credit())
    pump(market)
    pump(market)
    market.wire.asked.clear()
    says(market, SICK)

    assert market.cdr_accounting.replay_since(XYZ, market.clock.now()) == 2
    pump(market)

    assert (posts(market), state(market, credit)) == (["CDR1"], DeliveryState.WAITING)
    says(market, TAKING)
    pump(market, after_s=60)
    pump(market)
    assert posts(market) == ["CDR1", "CDR1", "CDR1-C"]
    assert {state(market, each) for each in (original, credit)} == {DeliveryState.DELIVERED}


def test_a_credit_that_is_replayed_without_its_original_goes_at_once(market: House) -> None:
    post(market)
    pump(market)
    market.clock.advance(60)
    since = market.clock.now()
    credit = post(market, a_credit())
    pump(market)
    market.wire.asked.clear()

    assert market.cdr_accounting.replay_since(XYZ, since) == 1
    pump(market)

    assert (posts(market), state(market, credit)) == (["CDR1-C"], DeliveryState.DELIVERED)
