"""What CDRs come to: exact, so that parts add up to the whole to the last digit (D-21)."""

from decimal import Decimal, Inexact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cdrs.cdr import Cdr
from domain.cdrs.clearing import (
    Account,
    Line,
    SettlementPosition,
    Total,
    by_currency,
    exact,
    totals,
)
from domain.partners.agreements import Agreement, Fee
from tests.builders import ABC, NOON, QRS, XYZ
from tests.charging import a_cdr, a_cost, a_credit

amounts = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-10_000_000, max_value=10_000_000, places=12
)
fees = st.none() | st.builds(
    Fee,
    currency=st.just("EUR"),
    fixed=st.decimals(min_value=0, max_value=100, places=6),
    percent=st.decimals(min_value=0, max_value=100, places=6),
)
positions = st.builds(
    SettlementPosition,
    cpo=st.just(ABC),
    emsp=st.sampled_from([XYZ, QRS]),
    currency=st.sampled_from(["EUR", "CHF"]),
    period=st.sampled_from(["2026-01", "2026-02"]),
)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    position = draw(positions)
    account = Account(
        currency=position.currency,
        kwh=draw(amounts),
        net=draw(amounts),
        taxes=draw(amounts),
        is_credit=draw(st.booleans()),
    )
    return Line(position, account, draw(fees))


def whole(found: dict[SettlementPosition, Total]) -> Total:
    """Of all positions together: a sum of numbers that says nothing, but is one."""
    total = Total()
    for each in found.values():
        total = total.plus(each)
    return total


@given(st.lists(lines(), max_size=12))
def test_each_currency_comes_to_its_positions_to_the_last_digit(found: list[Line]) -> None:
    positions = totals(found)

    come_to = by_currency(positions)

    assert list(come_to) == sorted({line.position.currency for line in found})
    for currency, total in come_to.items():
        its = [line for line in found if line.position.currency == currency]
        assert total == whole(totals(its))
    assert whole(positions).cdrs == sum(total.cdrs for total in come_to.values())


@given(st.lists(lines(), max_size=12))
def test_parts_add_up_to_the_whole_to_the_last_digit(found: list[Line]) -> None:
    total = whole(totals(found))

    with exact():
        assert total.cdrs == len(found)
        assert total.net == sum((line.account.net for line in found), Decimal(0))
        assert total.taxes == sum((line.account.taxes for line in found), Decimal(0))
        assert total.kwh == sum((line.account.kwh for line in found), Decimal(0))
        assert total.gross == total.net + total.taxes
        assert total.due_to_cpo + total.hub_share == total.gross


@given(st.lists(st.tuples(lines(), st.integers(0, 3)), max_size=12))
def test_any_partition_of_cdrs_comes_to_the_same(found: list[tuple[Line, int]]) -> None:
    at_once = totals(line for line, _ in found)
    in_parts: dict[SettlementPosition, Total] = {}
    for part in range(4):
        for position, total in totals(line for line, number in found if number == part).items():
            in_parts[position] = in_parts.get(position, Total()).plus(total)

    assert in_parts == at_once


@given(
    st.lists(lines(), max_size=12).flatmap(
        lambda found: st.tuples(st.just(found), st.permutations(found))
    )
)
def test_the_order_of_cdrs_says_nothing(both: tuple[list[Line], list[Line]]) -> None:
    found, mixed = both

    assert totals(mixed) == totals(found)


@given(net=amounts, tax=amounts, kwh=st.decimals(0, 1_000_000, places=6), fee=fees)
def test_a_credit_nets_what_it_credits_to_nothing(
    net: Decimal, tax: Decimal, kwh: Decimal, fee: Fee | None
) -> None:
    cost, back = a_cost(str(net), str(tax)), a_cost(str(net.copy_negate()), str(-tax))
    cdrs = (a_cdr(total_energy=kwh, total_cost=cost), a_credit(total_energy=kwh, total_cost=back))
    position = SettlementPosition(ABC, XYZ, "EUR", "2026-01")

    [total] = totals(Line(position, Cdr(each).account(), fee) for each in cdrs).values()

    assert (total.cdrs, total.credits) == (2, 1)
    figures = (total.kwh, total.net, total.taxes, total.gross, total.hub_share, total.due_to_cpo)
    assert set(figures) == {Decimal(0)}


def test_the_hubs_share_is_fixed_and_in_percent_of_what_is_before_taxes() -> None:
    fee = Fee("EUR", fixed=Decimal("0.05"), percent=Decimal("1.25"))
    account = Account("EUR", Decimal(20), net=Decimal("10.00"), taxes=Decimal("1.90"))

    total = Line(SettlementPosition(ABC, XYZ, "EUR", "2026-01"), account, fee).total()

    assert total.hub_share == Decimal("0.175")
    assert (total.gross, total.due_to_cpo) == (Decimal("11.90"), Decimal("11.725"))


def test_a_fee_in_another_currency_is_none() -> None:
    account = Account("CHF", Decimal(20), net=Decimal(10), taxes=Decimal(0))

    assert account.share(Fee("EUR", fixed=Decimal(1))) == 0
    assert account.share(None) == 0


def test_totals_are_in_the_order_of_pairs_currencies_and_periods() -> None:
    account = Account("EUR", Decimal(1), Decimal(1), Decimal(1))
    mixed = [
        SettlementPosition(XYZ, ABC, "EUR", "2026-01"),
        SettlementPosition(ABC, XYZ, "EUR", "2026-02"),
        SettlementPosition(ABC, XYZ, "EUR", "2026-01"),
        SettlementPosition(ABC, XYZ, "CHF", "2026-09"),
        SettlementPosition(ABC, QRS, "EUR", "2026-01"),
    ]

    found = totals(Line(position, account, None) for position in mixed)

    assert list(found) == [mixed[4], mixed[3], mixed[2], mixed[1], mixed[0]]


def test_nothing_is_ever_rounded() -> None:
    with pytest.raises(Inexact), exact():
        _ = Decimal(1) / Decimal(3)


def test_an_agreement_has_one_fee_a_currency() -> None:
    euros, francs = Fee("EUR", fixed=Decimal(1)), Fee("CHF", percent=Decimal(2))
    dearer = Fee("EUR", fixed=Decimal(3))

    agreement = Agreement(ABC, XYZ, NOON).with_fee(euros).with_fee(francs).with_fee(dearer)

    assert (agreement.fee("EUR"), agreement.fee("CHF")) == (dearer, francs)
    assert agreement.fee("SEK") is None
    assert len(agreement.fees) == 2
