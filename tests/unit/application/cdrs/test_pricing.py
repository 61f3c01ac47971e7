"""Pricing: the hub's share of two parties' CDRs, from the next CDR on."""

from decimal import Decimal

import pytest

from domain.errors import InvalidParameter, UnknownObject
from domain.partners.agreements import Fee
from tests.builders import ABC, XYZ
from tests.charging import a_cdr
from tests.unit.application.billing import post
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


def test_a_share_needs_an_agreement(market: House) -> None:
    with pytest.raises(UnknownObject):
        market.administration.price("DE-ABC~FR-XYZ", EUR)


@pytest.mark.parametrize(
    "fee",
    [
        Fee("EUR", fixed=Decimal("-0.01")),
        Fee("EUR", percent=Decimal("-1")),
        Fee("EUR", percent=Decimal("100.1")),
    ],
)
def test_what_is_no_share_is_not_agreed(market: House, fee: Fee) -> None:
    made = market.administration.agree(ABC, XYZ)

    with pytest.raises(InvalidParameter):
        market.administration.price(made.id, fee)
    assert market.administration.agreed() == (made,)


def test_all_or_nothing_can_be_a_share(market: House) -> None:
    made = market.administration.agree(ABC, XYZ)

    for percent in (Decimal(0), Decimal(100)):
        priced = market.administration.price(made.id, Fee("EUR", percent=percent))
        assert priced.fees[0].percent == percent
