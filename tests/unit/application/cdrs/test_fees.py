"""The hub's share: agreed by operators, for one pair and one currency, from then on (D-21)."""

from decimal import Decimal

import pytest

from domain.cdrs.clearing import SettlementPosition, Total, by_currency
from domain.errors import InvalidParameter, UnknownObject
from domain.partners.agreements import Fee
from tests.builders import ABC, XYZ
from tests.unit.application.billing import post
from tests.unit.application.house import House


def test_a_fee_is_agreed_for_what_is_accepted_from_then_on(market: House) -> None:
    made = market.administration.agree(ABC, XYZ)
    fee = Fee("EUR", fixed=Decimal("0.05"))

    priced = market.administration.price(made.id, fee)

    assert market.agreements.get(made.id) == priced
    assert post(market).filed.fee == fee


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


@pytest.mark.parametrize("percent", [0, 100])
def test_nothing_and_all_are_fees(percent: int) -> None:
    assert Fee("EUR", percent=Decimal(percent)).is_sound


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
