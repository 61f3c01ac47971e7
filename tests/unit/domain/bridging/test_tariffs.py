"""Tariffs between 2.2.1 and 2.3.0: net prices, or none."""

from decimal import Decimal
from typing import Any

import pytest

from domain.bridging import down, up
from domain.bridging.dialect import Dialect
from domain.bridging.losses import Inexpressible, Loss, LossClass
from tests.unit.domain.bridging.bridged import (
    a_component,
    a_tariff,
    an_element,
    lost,
    read,
    said,
)

STRICT = Dialect(strict=True)
OF_A_BOOKING = {"booking": "BOOKING"}


def test_a_tariff_that_is_net_says_the_same_without_tax_included() -> None:
    components = a_component(1), a_component(2, vat=19)

    assert said("tariff", a_tariff(*components)) == a_tariff(*components, included=None)


def test_a_tariff_up_is_net_and_comes_back() -> None:
    tariff = a_tariff(a_component(1, vat=0), a_component(2), included=None)

    assert read("tariff", tariff) == a_tariff(a_component(1, vat=0), a_component(2))
    assert said("tariff", read("tariff", tariff)) == tariff


def test_h_br_13_without_any_vat_a_tariff_up_is_net_or_by_switch_untaxed() -> None:
    """H-BR-13."""
    untaxed, taxed = a_tariff(a_component(1), included=None), a_component(1, vat=0)
    switch = Dialect(no_vat_is_no_tax=True)

    assert read("tariff", untaxed)["tax_included"] == "NO"
    assert read("tariff", untaxed, switch)["tax_included"] == "N/A"
    assert read("tariff", a_tariff(taxed, included=None), switch)["tax_included"] == "NO"
    assert read("tariff", a_tariff(included=None), switch)["tax_included"] == "NO"


def test_h_br_13_an_untaxed_tariff_comes_back_too() -> None:
    """H-BR-13."""
    tariff = a_tariff(a_component(1), included=None)

    back = down.whole("tariff", read("tariff", tariff, Dialect(no_vat_is_no_tax=True)))

    assert back.document == tariff


def test_the_limits_of_a_tariff_are_renamed() -> None:
    old = {"excl_vat": Decimal("0.50"), "incl_vat": Decimal("0.55")}
    new = {"before_taxes": Decimal("0.50"), "after_taxes": Decimal("0.55")}
    tariff = a_tariff(a_component(1), included=None, min_price=old, max_price={"excl_vat": 9})

    up_there = read("tariff", tariff)

    assert up_there == a_tariff(a_component(1), min_price=new, max_price={"before_taxes": 9})
    assert said("tariff", up_there) == tariff


def test_what_is_no_limit_stays_as_it_is() -> None:
    odd = {"min_price": 4, "max_price": {"cents": 4}}

    sent = down.whole("tariff", a_tariff(a_component(1), **odd))
    taken = up.whole("tariff", a_tariff(a_component(1), included=None, **odd))

    assert sent.document == a_tariff(a_component(1), included=None, **odd)
    assert taken.document == a_tariff(a_component(1), **odd)
    assert set(lost(sent)) == set(lost(taken)) == {"min_price", "max_price"}
    assert sent.classes == taken.classes == {LossClass.UNCHANGED}


def test_other_fields_of_a_limit_go_up() -> None:
    limit = {"excl_vat": 1, "x": 1}

    assert read("tariff", a_tariff(included=None, max_price=limit))["max_price"] == {
        "before_taxes": 1,
        "x": 1,
    }


def test_an_extra_field_in_a_limit_is_taken_for_no_sum() -> None:
    limit = {"before_taxes": 1, "excl_vat": 7, "x": 1}

    sent = down.whole("tariff", a_tariff(a_component(1), min_price=limit))

    assert isinstance(sent.document, dict)
    assert sent.document["min_price"] == {"excl_vat": 1}
    assert set(lost(sent)) == {"min_price.excl_vat", "min_price.x"}


def test_h_br_1_a_gross_price_that_divides_is_said_net() -> None:
    """H-BR-1."""
    tariff = a_tariff(a_component(Decimal("0.24"), vat=20), included="YES")

    converted = down.whole("tariff", tariff, STRICT)

    assert converted.document == a_tariff(a_component(Decimal("0.2"), vat=20), included=None)
    assert lost(converted) == {
        "tax_included": (LossClass.RESTATED, "YES"),
        "elements[0].price_components[0].price": (LossClass.RESTATED, "0.24"),
    }


def test_h_br_1_a_gross_price_that_does_not_divide_is_rounded_and_says_how_far() -> None:
    """H-BR-1."""
    tariff = a_tariff(a_component(Decimal("0.49"), vat=19), included="YES")

    converted = down.whole("tariff", tariff)

    assert converted.document == a_tariff(a_component(Decimal("0.4118"), vat=19), included=None)
    assert converted.losses[0] == Loss(
        "elements[0].price_components[0].price", LossClass.ROUNDED, "0.49", Decimal("0.00005")
    )


def test_h_br_1_a_net_price_that_rounds_to_its_gross_is_rounded_all_the_same() -> None:
    """H-BR-1."""
    tariff = a_tariff(a_component(Decimal("0.0001"), vat=5), included="YES")

    converted = down.whole("tariff", tariff)

    assert converted.document == a_tariff(a_component(Decimal("0.0001"), vat=5), included=None)
    assert LossClass.ROUNDED in converted.classes


@pytest.mark.parametrize(
    ("gross", "vat", "net"),
    [
        ("1.00005", "0", "1.00005"),
        ("0.0001", "300", "0.0000"),
        ("0.0003", "100", "0.0002"),
        ("0.0005", "100", "0.0002"),
        ("0.0007", "100", "0.0004"),
        ("-0.0005", "100", "-0.0002"),
    ],
)
def test_h_br_1_halves_go_to_the_even_digit(gross: str, vat: str, net: str) -> None:
    """H-BR-1."""
    tariff = a_tariff(a_component(Decimal(gross), vat=Decimal(vat)), included="YES")

    converted = down.whole("tariff", tariff)

    expected = a_component(Decimal(net), vat=Decimal(vat))
    assert converted.document == a_tariff(expected, included=None)


def test_h_br_1_a_strict_partner_is_sent_no_rounded_price() -> None:
    """H-BR-1."""
    tariff = a_tariff(a_component(Decimal("0.49"), vat=19), included="YES")

    with pytest.raises(Inexpressible, match="rounded") as refused:
        down.whole("tariff", tariff, STRICT)

    assert refused.value.path == "elements[0].price_components[0].price"


def test_h_br_1_a_price_of_nothing_needs_no_rate() -> None:
    """H-BR-1."""
    tariff = a_tariff(a_component(0), included="YES")

    assert down.whole("tariff", tariff).document == a_tariff(a_component(0), included=None)


@pytest.mark.parametrize(
    "component",
    [
        a_component(1),
        a_component(1, vat=None),
        a_component(1, vat="19"),
        a_component("1", vat=19),
        a_component(1, vat=-100),
        a_component(1, vat=-101),
        a_component(Decimal("1e900"), vat=Decimal("0.1")),
        a_component(Decimal("1e-999999"), vat=Decimal("3")),
        None,
    ],
)
def test_h_br_1_a_gross_price_without_a_rate_that_divides_is_not_sent(component: Any) -> None:
    """H-BR-1."""
    with pytest.raises(Inexpressible):
        down.whole("tariff", a_tariff(component, included="YES"))


@pytest.mark.parametrize("elements", [None, {}, [1], [{"price_components": 1}]])
def test_h_br_1_gross_prices_that_cannot_be_found_are_not_sent(elements: Any) -> None:
    """H-BR-1."""
    with pytest.raises(Inexpressible, match="none to be read"):
        down.whole("tariff", a_tariff(included="YES", elements=elements))


def test_an_untaxed_tariff_keeps_its_prices() -> None:
    components = a_component(1), a_component(2, vat=Decimal("0.0"))

    converted = down.whole("tariff", a_tariff(*components, included="N/A"))

    assert converted.document == a_tariff(*components, included=None)
    assert lost(converted) == {"tax_included": (LossClass.RESTATED, "N/A")}


@pytest.mark.parametrize("vat", [19, "0"])
def test_an_untaxed_tariff_with_a_rate_is_not_sent(vat: Any) -> None:
    with pytest.raises(Inexpressible, match="has vat"):
        down.whole("tariff", a_tariff(a_component(1, vat=vat), included="N/A"))


@pytest.mark.parametrize("included", [None, "MAYBE", True])
def test_a_tariff_that_does_not_say_if_it_is_net_is_not_sent(included: Any) -> None:
    with pytest.raises(Inexpressible, match="tax_included"):
        down.whole("tariff", a_tariff(a_component(1), included=None, tax_included=included))


@pytest.mark.parametrize("included", ["YES", "N/A", 1])
def test_a_tariff_of_2_2_1_that_says_it_is_not_net_is_not_taken(included: Any) -> None:
    with pytest.raises(Inexpressible, match=r"net in 2\.2\.1"):
        up.whole("tariff", a_tariff(a_component(1, vat=19), included=included))


@pytest.mark.parametrize("included", ["NO", "N/A"])
def test_a_tariff_of_2_2_1_may_say_what_fits(included: str) -> None:
    assert read("tariff", a_tariff(a_component(1), included=included)) == a_tariff(
        a_component(1), included=included
    )


def test_prices_of_bookings_go_to_partners_that_have_them() -> None:
    booked, usual = an_element(restrictions=OF_A_BOOKING), an_element(a_component(1))
    tariff = a_tariff(elements=[booked, usual])

    converted = down.whole("tariff", tariff)

    assert converted.document == a_tariff(included=None, elements=[usual])
    assert lost(converted) == {"elements[0]": (LossClass.MONEY, "BOOKING")}
    assert said("tariff", tariff, Dialect(modules=frozenset({"bookings"}))) == a_tariff(
        included=None, elements=[booked, usual]
    )


def test_a_tariff_of_bookings_alone_is_not_sent() -> None:
    with pytest.raises(Inexpressible, match="bookings"):
        down.whole("tariff", a_tariff(elements=[an_element(restrictions=OF_A_BOOKING)]))


def test_the_amount_to_preauthorize_goes_to_partners_that_have_payments() -> None:
    tariff = a_tariff(a_component(1), preauthorize_amount=50)

    converted = down.whole("tariff", tariff)

    assert converted.document == a_tariff(a_component(1), included=None)
    assert said("tariff", tariff, Dialect(modules=frozenset({"payments"}))) == a_tariff(
        a_component(1), included=None, preauthorize_amount=50
    )


@pytest.mark.parametrize("bridge", [up, down])
def test_what_is_no_tariff_goes_as_it_is(bridge: Any) -> None:
    converted = bridge.whole("tariff", ["T1"])

    assert converted.document == ["T1"]
    assert converted.classes == {LossClass.UNCHANGED}


def test_odd_elements_of_a_net_tariff_go_as_they_are() -> None:
    odd = [1, {"price_components": 1}, {"price_components": [1]}, {"restrictions": "always"}]

    assert down.whole("tariff", a_tariff(elements=odd)).document == a_tariff(
        elements=odd, included=None
    )
    assert up.whole("tariff", a_tariff(elements=odd, included=None)).document == a_tariff(
        elements=odd
    )
