"""The hub's share: agreed by operators, for one pair and one currency, from then on (D-21)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.cdrs.clearing import SettlementPosition, Total, by_currency
from domain.delivery.standing import Judgement
from domain.errors import InvalidParameter, UnknownObject
from domain.partners.agreements import Agreement, Fee
from tests.builders import ABC, NOON, XYZ
from tests.charging import a_cdr, a_credit
from tests.unit.application.billing import (
    REFUSING,
    post,
    says,
)
from tests.unit.application.credits import DAY_S, judgement, settled
from tests.unit.application.house import House

EUR = Fee("EUR", fixed=Decimal("0.10"), percent=Decimal("1.5"))
SEK = Fee("SEK", percent=Decimal("2"))


def test_a_share_is_kept_for_each_currency(market: House) -> None:
    made = market.administration.agree(ABC, XYZ)

    market.administration.price(made.id, EUR)
    market.administration.price(made.id, SEK)
    priced = market.administration.price(made.id, Fee("EUR"))

    assert priced.fees == (SEK, Fee("EUR"))
    assert market.administration.agreed() == (priced,)


def test_a_cdr_keeps_the_share_that_it_was_accepted_under(market: House) -> None:
    made = market.administration.agree(ABC, XYZ)
    before = post(market, a_cdr("BEFORE"))
    market.administration.price(made.id, EUR)

    after = post(market, a_cdr("AFTER"))

    assert (before.filed.fee, after.filed.fee) == (None, EUR)


def test_all_or_nothing_can_be_a_share(market: House) -> None:
    made = market.administration.agree(ABC, XYZ)

    for percent in (Decimal(0), Decimal(100)):
        priced = market.administration.price(made.id, Fee("EUR", percent=percent))
        assert priced.fees[0].percent == percent


@pytest.mark.parametrize(
    "fee",
    [
        Fee("EUR", fixed=Decimal("-0.01")),
        Fee("EUR", percent=Decimal("-0.01")),
        Fee("EUR", percent=Decimal("100.01")),
    ],
)
def test_a_fee_is_no_gift_and_not_more_than_all(market: House, fee: Fee) -> None:
    made = market.administration.agree(ABC, XYZ)

    with pytest.raises(InvalidParameter):
        market.administration.price(made.id, fee)

    assert market.agreements.get(made.id) == made


def test_a_pair_without_an_agreement_has_no_fee(market: House) -> None:
    with pytest.raises(UnknownObject):
        market.administration.price("DE-ABC~FR-XYZ", Fee("EUR"))

    assert post(market).filed.fee is None


def test_an_agreement_that_is_gone_meanwhile_is_not_priced(market: House) -> None:
    made = market.administration.agree(ABC, XYZ)
    market.administration.disagree(made.id)

    assert not market.agreements.price(made)
    assert market.agreements.all() == ()


def test_totals_of_positions_come_to_one_for_each_currency() -> None:
    def at(currency: str, period: str) -> SettlementPosition:
        return SettlementPosition(ABC, XYZ, currency, period)

    found = {
        at("EUR", "2026-01"): Total(cdrs=1, net=Decimal("0.1")),
        at("EUR", "2026-02"): Total(cdrs=2, net=Decimal("0.2")),
        at("CHF", "2026-01"): Total(cdrs=4, net=Decimal(1)),
    }

    whole = by_currency(found)

    assert list(whole) == ["CHF", "EUR"]
    assert (whole["EUR"].cdrs, whole["EUR"].net) == (3, Decimal("0.3"))


def test_a_credit_takes_back_the_share_that_its_original_came_to(market: House) -> None:
    agreed = Agreement(ABC, XYZ, NOON, fees=(Fee("EUR", Decimal("0.10")),))
    market.agreements.add(agreed)
    original = post(market).filed
    market.agreements.price(replace(agreed, fees=(Fee("EUR", Decimal("0.50")),)))

    credit = post(market, a_credit()).filed

    assert credit.fee == original.fee == agreed.fee("EUR")
    assert post(market, a_cdr("CDR2")).filed.fee == Fee("EUR", Decimal("0.50"))


def test_the_share_is_the_same_for_both_in_either_order(market: House) -> None:
    cheap = Agreement(ABC, XYZ, market.clock.now()).with_fee(Fee("EUR", fixed=Decimal(1)))
    market.agreements.add(cheap)
    market.agreements.price(cheap)
    credit = post(market, a_credit())
    market.agreements.price(cheap.with_fee(Fee("EUR", fixed=Decimal(5))))

    original = post(market)

    assert original.filed.fee == credit.filed.fee == Fee("EUR", fixed=Decimal(1))
    assert settled(market).hub_share == 0


def test_a_credit_that_does_not_fit_says_nothing_of_the_share(market: House) -> None:
    agreed = Agreement(ABC, XYZ, market.clock.now()).with_fee(Fee("EUR", fixed=Decimal(1)))
    market.agreements.add(agreed)
    market.agreements.price(agreed)
    post(market, a_credit(currency="CHF"))

    assert post(market).filed.fee == Fee("EUR", fixed=Decimal(1))


def test_a_credit_that_was_parked_says_nothing_of_the_share_of_an_original_that_comes_anew(
    market: House,
) -> None:
    cheap = Agreement(ABC, XYZ, market.clock.now()).with_fee(Fee("EUR", fixed=Decimal(1)))
    market.agreements.add(cheap)
    market.agreements.price(cheap)
    credit = post(market, a_credit())
    says(market, REFUSING)
    post(market, to=XYZ)
    market.clock.advance(DAY_S)
    market.cdr_obligations.sweep()
    assert judgement(market, credit) is Judgement.UNFIT
    market.agreements.price(cheap.with_fee(Fee("EUR", fixed=Decimal(5))))

    anew = post(market, a_cdr(remark="mended"))

    assert anew.filed.fee == Fee("EUR", fixed=Decimal(5))
