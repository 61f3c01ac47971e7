"""Prices between 2.2.1 and 2.3.0: the same sum to the last digit, in sessions and CDRs."""

from decimal import Decimal
from typing import Any

import pytest

from domain.bridging import down, up
from domain.bridging.dialect import Dialect
from domain.bridging.losses import Inexpressible, InexpressiblePatch, LossClass
from tests.unit.domain.bridging.bridged import (
    a_cdr,
    a_component,
    a_session,
    a_tariff,
    lost,
    read,
    said,
)

PRICES = (
    "total_cost",
    "total_fixed_cost",
    "total_energy_cost",
    "total_time_cost",
    "total_parking_cost",
    "total_reservation_cost",
)


def vat(amount: Any) -> list[dict[str, Any]]:
    return [{"name": "VAT", "amount": amount}]


def test_a_price_down_is_net_and_gross() -> None:
    price = {"before_taxes": Decimal("4.00"), "taxes": vat(Decimal("0.76"))}

    session = said("session", a_session(total_cost=price))

    assert session["total_cost"] == {"excl_vat": Decimal("4.00"), "incl_vat": Decimal("4.76")}


@pytest.mark.parametrize("taxes", [{}, {"taxes": []}])
def test_a_price_down_without_taxes_has_no_gross(taxes: dict[str, Any]) -> None:
    session = said("session", a_session(total_cost={"before_taxes": 4, **taxes}))

    assert session["total_cost"] == {"excl_vat": 4}


def test_a_price_down_whose_taxes_have_names_says_their_sum() -> None:
    taxes = [{"name": "GST", "amount": 5}, {"name": "QST", "amount": Decimal("9.975")}]

    converted = down.whole("session", a_session(total_cost={"before_taxes": 100, "taxes": taxes}))

    assert converted.document == a_session(
        total_cost={"excl_vat": 100, "incl_vat": Decimal("114.975")}
    )
    assert lost(converted) == {"total_cost.taxes": (LossClass.MONEY, "GST, QST")}


def test_two_taxes_of_one_name_are_more_than_their_sum() -> None:
    taxes = [*vat(1), *vat(2)]

    converted = down.whole("session", a_session(total_cost={"before_taxes": 9, "taxes": taxes}))

    assert lost(converted) == {"total_cost.taxes": (LossClass.MONEY, "VAT, VAT")}


@pytest.mark.parametrize("more", [{"percentage": 19}, {"account_number": "DE1"}, {"x": 1}])
def test_a_price_down_loses_what_else_a_tax_says(more: dict[str, Any]) -> None:
    taxes = [{**vat(1)[0], **more}]

    converted = down.whole("session", a_session(total_cost={"before_taxes": 9, "taxes": taxes}))

    assert lost(converted) == {"total_cost.taxes": (LossClass.MONEY, "VAT")}


def test_a_price_up_has_one_tax() -> None:
    price = {"excl_vat": Decimal("8.50"), "incl_vat": Decimal("9.35")}

    session = read("session", a_session(total_cost=price))

    expected = {"before_taxes": Decimal("8.50"), "taxes": vat(Decimal("0.85"))}
    assert session["total_cost"] == expected


def test_a_price_up_without_gross_has_no_taxes() -> None:
    assert read("session", a_session(total_cost={"excl_vat": 4})) == a_session(
        total_cost={"before_taxes": 4}
    )


def test_h_br_11_gross_that_is_net_is_a_tax_of_nothing_and_comes_back() -> None:
    """H-BR-11."""
    cdr = a_cdr(total_cost={"excl_vat": Decimal("4.0"), "incl_vat": 4})

    up_there = read("cdr", cdr)

    assert up_there["total_cost"]["taxes"] == vat(0)
    assert said("cdr", up_there) == cdr


def test_h_br_11_a_credit_has_a_negative_tax_and_comes_back() -> None:
    """H-BR-11."""
    cdr = a_cdr(total_cost={"excl_vat": -4, "incl_vat": Decimal("-4.40")})

    up_there = read("cdr", cdr)

    assert up_there["total_cost"]["taxes"] == vat(Decimal("-0.40"))
    assert said("cdr", up_there) == cdr


@pytest.mark.parametrize(
    ("net", "gross"),
    [
        (Decimal("9" * 59 + ".9"), Decimal("-9E+60")),
        (Decimal("1E-60"), Decimal("1." + "0" * 58 + "1E-60")),
        (Decimal("1E-60"), 10**60),
        (10**200 - 1, Decimal("1E+199")),
    ],
)
def test_a_price_of_very_many_digits_goes_both_ways(net: Any, gross: Any) -> None:
    session = a_session(total_cost={"excl_vat": net, "incl_vat": gross})

    assert said("session", read("session", session)) == session


def test_a_price_up_is_read_of_partners_of_every_kind() -> None:
    session = a_session(total_cost={"excl_vat": 4})

    assert read("session", session, Dialect(whole_seconds=True)) == a_session(
        total_cost={"before_taxes": 4}
    )


def test_null_for_gross_comes_back_as_null() -> None:
    session = a_session(total_cost={"excl_vat": 4, "incl_vat": None})

    assert said("session", read("session", session)) == session


@pytest.mark.parametrize("field", PRICES)
def test_each_price_of_a_cdr_goes_both_ways(field: str) -> None:
    cdr = a_cdr(**{field: {"excl_vat": 1, "incl_vat": 2}})

    up_there = read("cdr", cdr)

    assert up_there == a_cdr(**{field: {"before_taxes": 1, "taxes": vat(1)}})
    assert said("cdr", up_there) == cdr


def test_other_fields_of_a_price_go_where_extra_fields_go() -> None:
    old = {"excl_vat": 1, "incl_vat": 2, "x_unit": "kWh"}
    new = {"before_taxes": 1, "taxes": vat(1), "x_unit": "kWh"}

    assert read("session", a_session(total_cost=old)) == a_session(total_cost=new)
    assert said("session", a_session(total_cost=new), Dialect(extra_fields=True)) == a_session(
        total_cost=old
    )
    assert lost(down.whole("session", a_session(total_cost=new))) == {
        "total_cost.x_unit": (LossClass.DROPPED, "kWh")
    }


def test_an_extra_field_that_bears_the_name_of_a_sum_is_left_out() -> None:
    both = {"excl_vat": 1, "before_taxes": 2, "taxes": vat(7)}

    read_up = up.whole("session", a_session(total_cost=both))
    sent = down.whole("session", a_session(total_cost=both), Dialect(extra_fields=True))

    assert read_up.document == a_session(total_cost={"before_taxes": 1})
    assert set(lost(read_up)) == {"total_cost.before_taxes", "total_cost.taxes"}
    assert sent.document == a_session(total_cost={"excl_vat": 2, "incl_vat": 9})
    assert set(lost(sent)) == {"total_cost.excl_vat"}


ODD = [
    4,
    [],
    {},
    {"before_taxes": "4", "excl_vat": "4"},
    {"before_taxes": True, "excl_vat": True},
    {"before_taxes": Decimal("Infinity"), "excl_vat": Decimal("Infinity")},
    {"before_taxes": 2**5000, "excl_vat": 2**5000},
    {"before_taxes": Decimal("1E+201"), "excl_vat": Decimal("1E-201")},
    {"before_taxes": Decimal("0." + "1" * 201), "excl_vat": 10**200},
    {"before_taxes": 4, "taxes": {}, "excl_vat": 4, "incl_vat": {}},
    {"before_taxes": 4, "taxes": [4], "excl_vat": 4, "incl_vat": "4"},
    {"before_taxes": 4, "taxes": [{"amount": None}], "excl_vat": None, "incl_vat": 4},
    {"before_taxes": Decimal("1e900"), "taxes": vat(1), "excl_vat": 1, "incl_vat": Decimal("1e9")},
]


@pytest.mark.parametrize("price", ODD)
def test_what_is_no_price_goes_out_as_it_is(price: Any) -> None:
    session = a_session(total_cost=price)

    converted = down.whole("session", session)

    assert converted.document == session
    assert {what for what, _ in lost(converted).values()} == {LossClass.UNCHANGED}


@pytest.mark.parametrize("price", [*ODD[:-1], {"excl_vat": Decimal("1e900"), "incl_vat": 1}])
def test_what_is_no_price_comes_in_as_it_is(price: Any) -> None:
    session = a_session(total_cost=price)

    converted = up.whole("session", session)

    assert converted.document == session
    assert {what for what, _ in lost(converted).values()} == {LossClass.UNCHANGED}


@pytest.mark.parametrize("bridge", [up, down])
def test_h_br_3_what_is_no_price_is_refused_in_a_patch(bridge: Any) -> None:
    """H-BR-3."""
    with pytest.raises(InexpressiblePatch, match=r"total_cost: .*PUT"):
        bridge.patch("session", a_session(total_cost={"cents": 400}))


def test_h_br_2_a_cdr_goes_without_a_tariff_that_cannot_be_said() -> None:
    """H-BR-2."""
    good, bad = a_tariff(a_component(1)), a_tariff(a_component(2), included="YES", id="T2")
    periods = [{"dimensions": [{"type": "TIME", "volume": 1}], "tariff_id": "T2"}]
    cdr = a_cdr(tariffs=[bad, good], charging_periods=periods)

    converted = down.whole("cdr", cdr)

    assert isinstance(converted.document, dict)
    assert converted.document["tariffs"] == [a_tariff(a_component(1), included=None)]
    assert converted.document["charging_periods"] is periods
    [(path, (what, was))] = lost(converted).items()
    assert (path, what) == ("tariffs[0]", LossClass.MONEY)
    assert was.startswith("T2: the price includes taxes")


def test_h_br_2_only_the_tariff_is_named_where_it_is_left_out() -> None:
    """H-BR-2."""
    good = a_component(Decimal("1.19"), vat=19)
    bad = a_tariff(good, a_component(2), included="YES", x=1, id=7)

    converted = down.whole("cdr", a_cdr(tariffs=[bad]))

    assert converted.document == a_cdr(tariffs=[])
    assert list(lost(converted)) == ["tariffs[0]"]


def test_h_br_2_a_cdr_comes_in_without_a_tariff_that_contradicts_itself() -> None:
    """H-BR-2."""
    converted = up.whole("cdr", a_cdr(tariffs=[a_tariff(a_component(1), included="YES")]))

    assert converted.document == a_cdr(tariffs=[])
    assert list(lost(converted)) == ["tariffs[0]"]


def test_the_same_tariff_alone_is_refused() -> None:
    with pytest.raises(Inexpressible, match="no vat"):
        down.whole("tariff", a_tariff(a_component(2), included="YES"))


def test_signed_data_are_not_touched() -> None:
    signed = {
        "encoding_method": "OCMF",
        "x_version": 1,
        "signed_values": [{"nature": "Start", "plain_data": "x" * 5000, "signed_data": "y"}],
    }
    cdr = a_cdr(signed_data=signed, start_date_time="2026-01-01T12:00:00.123Z")
    strictest = Dialect(strict=True, short_fields=True, whole_seconds=True)

    converted = down.whole("cdr", cdr, strictest)

    assert isinstance(converted.document, dict)
    assert converted.document["signed_data"] is signed
    assert up.whole("cdr", cdr).document is cdr


def test_the_connector_of_a_cdr_stays_what_it_was() -> None:
    cdr = a_cdr(cdr_location={"id": "LOC1", "connector_standard": "MCS"})

    converted = down.whole("cdr", cdr)

    assert converted.document is cdr
    assert lost(converted) == {
        "cdr_location.connector_standard": (LossClass.UNCHANGED, "MCS"),
    }


BOOKED = {"type": "RESERVATION_OVERTIME", "volume": 1}
TIME = {"type": "TIME", "volume": 1}


def test_dimensions_of_bookings_go_to_partners_that_have_them() -> None:
    cdr = a_cdr(charging_periods=[{"dimensions": [BOOKED, TIME]}], booking_id="B1")

    converted = down.whole("cdr", cdr)

    assert converted.document == a_cdr(charging_periods=[{"dimensions": [TIME]}])
    assert lost(converted)["charging_periods[0].dimensions[0]"][0] is LossClass.MONEY
    assert said("cdr", cdr, Dialect(modules=frozenset({"bookings"}))) == cdr


def test_a_period_keeps_a_dimension() -> None:
    cdr = a_cdr(charging_periods=[{"dimensions": [BOOKED]}, {"dimensions": []}])

    converted = down.whole("cdr", cdr)

    assert converted.document is cdr
    assert lost(converted) == {
        "charging_periods[0].dimensions": (LossClass.UNCHANGED, "a list of 1"),
    }
