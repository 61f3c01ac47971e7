"""A Credit CDR that comes before its original waits for it, for a day (H-CDR-3a)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.cdrs.clearing import Total
from domain.delivery.deliveries import DeliveryState
from domain.delivery.standing import Judgement
from tests.builders import XYZ
from tests.charging import a_credit, a_filed
from tests.unit.application.billing import (
    REFUSING,
    SICK,
    handed,
    post,
    posts,
    pump,
    says,
    state,
)
from tests.unit.application.credits import DAY_S, NEGATED, judgement, refused, remark, settled
from tests.unit.application.house import House


def test_a_credit_before_its_original_waits_and_goes_behind_it(market: House) -> None:
    credit = post(market, a_credit(), to=XYZ)
    pump(market)
    market.cdr_obligations.sweep()
    assert (state(market, credit), posts(market)) == (DeliveryState.WAITING, [])
    assert settled(market) == Total()

    post(market)
    pump(market)
    pump(market)

    assert posts(market) == ["CDR1", "CDR1-C"]
    assert state(market, credit) is DeliveryState.DELIVERED
    assert {settled(market).net, settled(market).kwh} == {Decimal(0)}
    assert settled(market).cdrs == 2


@pytest.mark.parametrize("wrong", NEGATED)
def test_a_credit_before_an_original_that_it_does_not_fit_is_parked(
    market: House, wrong: str
) -> None:
    fields, path = NEGATED[wrong]
    credit = post(market, a_credit(**fields))
    post(market)
    pump(market)

    assert (state(market, credit), posts(market)) == (DeliveryState.PARKED, ["CDR1"])
    assert remark(market, credit).startswith(f"{path}: ")
    assert settled(market).net == Decimal("10.00")
    assert not market.cdr_accounting.replay(credit.filed.ref)
    assert not market.delivery_overview.retry(credit.filed.delivery_id)


def test_a_credit_that_did_not_fit_frees_the_place_for_one_that_does(market: House) -> None:
    post(market, a_credit(total_energy=1))
    post(market)

    fitting = post(market, a_credit("CDR1-D"))

    assert judgement(market, fitting) is Judgement.SOUND
    assert (settled(market).cdrs, settled(market).net) == (2, Decimal(0))


def test_there_is_one_credit_of_an_original_that_has_not_come(market: House) -> None:
    post(market, a_credit())

    assert "is credited by CDR1-C" in refused(market, a_credit("CDR1-D"))


def test_a_credit_whose_original_does_not_come_within_a_day_goes_with_a_remark(
    market: House,
) -> None:
    credit = post(market, a_credit())
    market.clock.advance(DAY_S - 1)
    market.cdr_obligations.sweep()
    assert state(market, credit) is DeliveryState.WAITING

    market.clock.advance(1)
    market.cdr_obligations.sweep()
    pump(market)

    assert (state(market, credit), posts(market)) == (DeliveryState.DELIVERED, ["CDR1-C"])
    assert judgement(market, credit) is Judgement.ALONE
    assert remark(market, credit) == "CDR1 has not come"
    assert settled(market).net == Decimal("-10.00")


def test_a_credit_waits_on_while_its_original_is_declined_and_then_is_parked(market: House) -> None:
    credit = post(market, a_credit())
    says(market, REFUSING)
    post(market, to=XYZ)
    market.cdr_obligations.sweep()
    assert state(market, credit) is DeliveryState.WAITING

    market.clock.advance(DAY_S)
    market.cdr_obligations.sweep()

    assert (state(market, credit), judgement(market, credit)) == (
        DeliveryState.PARKED,
        Judgement.UNFIT,
    )
    assert "was declined" in remark(market, credit)


def test_a_credit_for_a_receiver_that_fetches_waits_for_its_original_too(market: House) -> None:
    market.partners.save(replace(market.partners.get("emsp"), endpoints=()))
    credit = post(market, a_credit())
    assert state(market, credit) is DeliveryState.WAITING

    post(market)

    assert state(market, credit) is DeliveryState.BY_PULL


def test_the_sweep_judges_what_the_request_could_not(market: House) -> None:
    says(market, SICK)
    credit = post(market, a_credit())
    market.archive.file(a_filed())
    market.clock.advance(3)

    market.cdr_obligations.sweep()
    market.cdr_obligations.sweep()

    assert judgement(market, credit) is Judgement.SOUND
    assert state(market, credit) is DeliveryState.WAITING


@pytest.mark.parametrize(
    ("original", "later_s", "events", "doubts"),
    [
        (True, 3, ("cdr.accepted", "cdr.parked"), ("unfit",)),
        (False, DAY_S, ("cdr.accepted",), ("alone",)),
    ],
)
def test_a_credit_that_was_filed_and_not_owed_is_told_of_and_doubted_like_any_other(
    market: House, original: bool, later_s: float, events: tuple[str, ...], doubts: tuple[str, ...]
) -> None:
    credit = a_filed(a_credit(total_energy=1))
    market.archive.file(credit)
    if original:
        post(market)
    market.clock.advance(later_s)

    market.cdr_obligations.sweep()

    handover = handed(market, credit).what
    assert (handover.untold, handover.doubts) == (events, doubts)


def test_credits_that_wait_have_their_turns_and_the_late_one_has_its_own_in_time(
    market: House,
) -> None:
    credit = post(market, a_credit())

    looked = []
    for _ in range(3):
        market.cdr_obligations.sweep()
        looked.append((handed(market, credit).due - market.clock.now()).total_seconds())
        market.clock.advance(10)
    market.clock.advance(DAY_S - 40)
    market.cdr_obligations.sweep()

    assert looked == [30, 20, 10]
    assert (handed(market, credit).due - market.clock.now()).total_seconds() == 10
