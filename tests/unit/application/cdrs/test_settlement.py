"""The settlement: totals by pair, currency and month, credits netted (D-21)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from application.cdrs.custody import Taken
from domain.cdrs.clearing import SettlementPosition
from domain.errors import InvalidDocument, UnknownObject
from domain.partners.agreements import Agreement, Fee
from domain.partners.approval import Approved, Invited
from domain.partners.party import Role
from tests.builders import ABC, NOON, QRS, XYZ
from tests.charging import CDR1, a_cdr, a_cdr_token, a_credit
from tests.unit.application.billing import (
    REFUSING,
    a_payer,
    post,
    says,
)
from tests.unit.application.house import House


def _agreed(market: House, fee: Fee) -> None:
    agreement = Agreement(ABC, XYZ, NOON).with_fee(fee)
    market.agreements.add(agreement)
    market.agreements.price(agreement)


def test_the_settlement_is_by_pair_currency_and_month_of_acceptance(market: House) -> None:
    _agreed(market, Fee("EUR", fixed=Decimal("0.10"), percent=Decimal(2)))
    post(market, a_cdr("CDR1"))
    post(market, a_cdr("CDR2"))
    post(market, a_cdr("CDR3", currency="CHF"))
    market.clock.advance(timedelta(days=31).total_seconds())
    post(market, a_cdr("CDR4"))

    found = market.cdr_accounting.settlement(since=None, before=None, by=None)

    january = SettlementPosition(ABC, XYZ, "EUR", "2026-01")
    february = SettlementPosition(ABC, XYZ, "EUR", "2026-02")
    assert list(found) == [SettlementPosition(ABC, XYZ, "CHF", "2026-01"), january, february]
    assert (found[january].cdrs, found[january].hub_share) == (2, Decimal("0.60"))
    assert found[january].due_to_cpo == Decimal("23.20")
    in_january = market.cdr_accounting.settlement(since=NOON, before=NOON + timedelta(1), by=None)
    assert in_january == {each: total for each, total in found.items() if each != february}


def test_a_partner_settles_what_it_bills_and_what_it_owes_alone(market: House) -> None:
    market.with_partners(a_payer("other", QRS))
    post(market)

    by = [market.partners.get(each) for each in ("cpo", "emsp", "other")]
    found = [market.cdr_accounting.settlement(since=None, before=None, by=each) for each in by]

    assert [len(each) for each in found] == [1, 1, 0]


def test_a_platform_that_is_announced_for_a_party_sees_nothing_of_it_yet(market: House) -> None:
    taken = post(market)
    planned = Approved((Invited(Role.EMSP, XYZ),))
    announced = replace(a_payer("other", QRS), is_announced=True, approved=planned)
    assert XYZ in announced.known_parties

    assert market.cdr_accounting.settlement(since=None, before=None, by=announced) == {}
    with pytest.raises(UnknownObject):
        market.cdr_accounting.find(taken.filed.ref, by=announced)


def test_a_fee_counts_from_when_it_is_agreed_and_a_credit_takes_back_the_same(
    market: House,
) -> None:
    _agreed(market, Fee("EUR", fixed=Decimal(1)))
    original = post(market)
    dearer = Agreement(ABC, XYZ, NOON).with_fee(Fee("EUR", fixed=Decimal(5)))
    market.agreements.price(dearer)

    credit = post(market, a_credit())

    [total] = market.cdr_accounting.settlement(since=None, before=None, by=None).values()
    assert original.filed.fee == credit.filed.fee == Fee("EUR", fixed=Decimal(1))
    assert (total.cdrs, total.credits) == (2, 1)
    assert {total.hub_share, total.gross, total.kwh} == {Decimal(0)}


@pytest.mark.parametrize("wrong", [{"currency": "CHF"}, {"cdr_token": a_cdr_token(QRS)}])
def test_a_credit_that_does_not_fit_is_not_taken(market: House, wrong: dict[str, str]) -> None:
    market.with_partners(a_payer("other", QRS))
    post(market)

    with pytest.raises(InvalidDocument):
        post(market, a_credit(**wrong))


def test_a_credit_of_what_the_hub_never_had_is_taken(market: House) -> None:
    taken = post(market, a_credit(of="ELSEWHERE"))

    assert taken == Taken(taken.filed)
    assert taken.filed.credited is not None


def test_what_was_declined_is_of_no_account(market: House) -> None:
    says(market, REFUSING)
    post(market, to=XYZ)

    assert market.archive.latest(CDR1) is not None
    assert market.cdr_accounting.settlement(since=None, before=None, by=None) == {}
