"""Which of a tariff's prices can apply at a moment (TA-4, TA-6)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.objects.tariffs import CHARGING, Candidate, DimensionPrice, Tariff
from domain.times import parse_time
from tests.builders import Doc, a_price, a_tariff, an_element

FRIDAY = "2026-01-02T{}"
"""A Friday, as the location's calendar has it."""


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def is_allowed(moment: str, **restrictions: Any) -> bool:
    tariff = Tariff(a_tariff(elements=[an_element(a_price(), **restrictions)]))
    return tariff.elements_at(local(moment)) == (0,)


def prices(*elements: Doc) -> list[tuple[str, str, list[int]]]:
    """Each price's dimension, purpose and the elements of its candidates, in the afternoon."""
    found = Tariff(a_tariff(elements=list(elements))).prices_at(local(FRIDAY.format("15:00")))
    return [
        (each.dimension, each.purpose, [candidate.element for candidate in each.candidates])
        for each in found
    ]


def test_without_restrictions_everything_applies_at_any_time() -> None:
    component = a_price("ENERGY", Decimal("0.45"), vat=Decimal(19))
    tariff = Tariff(a_tariff(elements=[an_element(component)]))

    assert tariff.prices_at(local(FRIDAY.format("03:00"))) == (
        DimensionPrice("ENERGY", CHARGING, (Candidate(0, component, {}),)),
    )


@pytest.mark.parametrize(
    ("start", "end", "allowed", "refused"),
    [
        ("08:00", "18:00", ["08:00", "17:59:59"], ["07:59:59", "18:00", "23:00"]),
        ("22:00", "06:00", ["22:00", "23:59:59", "00:00", "05:59"], ["06:00", "21:59", "12:00"]),
        ("18:00", "00:00", ["18:00", "23:59:59"], ["00:00", "17:59"]),
        ("00:00", "00:00", ["00:00", "12:00", "23:59"], []),
        ("08:00", "08:00", ["08:00", "07:59", "12:00"], []),
        ("18:00", None, ["18:00", "23:59"], ["00:00", "17:59"]),
        (None, "06:00", ["00:00", "05:59"], ["06:00", "23:59"]),
        (None, "00:00", ["00:00", "23:59"], []),
    ],
)
def test_the_time_of_day_is_from_start_until_end_and_may_pass_midnight(
    start: str | None, end: str | None, allowed: list[str], refused: list[str]
) -> None:
    hours = {"start_time": start, "end_time": end}

    assert all(is_allowed(FRIDAY.format(time), **hours) for time in allowed)
    assert not any(is_allowed(FRIDAY.format(time), **hours) for time in refused)


def test_dates_are_from_the_first_day_until_before_the_last() -> None:
    dates = {"start_date": "2026-01-02", "end_date": "2026-01-04"}

    days = [day for day in range(1, 6) if is_allowed(f"2026-01-0{day}T23:59", **dates)]

    assert days == [2, 3]


@pytest.mark.parametrize(
    ("days", "allowed"),
    [(["FRIDAY"], True), (["MONDAY", "SATURDAY"], False), ([], True), (None, True)],
)
def test_a_day_of_the_week_is_one_of_those_named(days: list[str] | None, allowed: bool) -> None:
    assert is_allowed(FRIDAY.format("12:00"), day_of_week=days, end_date=None) is allowed


def test_after_midnight_it_is_the_next_day() -> None:
    night = {"start_time": "22:00", "end_time": "06:00", "day_of_week": ["FRIDAY"]}

    assert is_allowed("2026-01-02T01:00", **night)
    assert is_allowed("2026-01-02T23:00", **night)
    assert not is_allowed("2026-01-03T01:00", **night)


def test_all_restrictions_have_to_hold() -> None:
    assert not is_allowed(FRIDAY.format("12:00"), day_of_week=["FRIDAY"], start_time="13:00")


def test_the_first_element_that_is_allowed_counts_for_each_dimension() -> None:
    assert prices(
        an_element(a_price("ENERGY"), end_time="12:00"),
        an_element(a_price("ENERGY"), a_price("FLAT")),
        an_element(a_price("ENERGY"), a_price("TIME")),
    ) == [("ENERGY", CHARGING, [1]), ("FLAT", CHARGING, [1]), ("TIME", CHARGING, [2])]


def test_what_hangs_on_the_charge_is_left_to_the_reader_up_to_what_always_counts() -> None:
    elements = [
        an_element(a_price("ENERGY", Decimal(1)), max_kwh=10, start_time="08:00"),
        an_element(a_price("ENERGY", Decimal(2)), min_power=Decimal("7.4"), max_kwh=None),
        an_element(a_price("ENERGY", Decimal(3))),
        an_element(a_price("ENERGY", Decimal(4)), max_duration=60),
    ]

    [price] = Tariff(a_tariff(elements=elements)).prices_at(local(FRIDAY.format("15:00")))

    assert [(each.element, each.conditions) for each in price.candidates] == [
        (0, {"max_kwh": 10}),
        (1, {"min_power": Decimal("7.4")}),
        (2, {}),
    ]


def test_an_unknown_restriction_is_left_to_the_reader() -> None:
    assert prices(an_element(a_price(), x_weather="SUN"), an_element(a_price())) == [
        ("ENERGY", CHARGING, [0, 1])
    ]


def test_what_a_reservation_costs_stands_apart_from_what_charging_costs() -> None:
    assert prices(
        an_element(a_price("TIME"), a_price("TIME")),
        an_element(a_price("TIME"), a_price("FLAT"), reservation="RESERVATION"),
        an_element(a_price("TIME"), reservation="RESERVATION"),
        an_element(a_price("FLAT"), reservation="RESERVATION_EXPIRES"),
        an_element(a_price("FLAT"), booking="BOOKING"),
    ) == [
        ("TIME", CHARGING, [0]),
        ("TIME", "RESERVATION", [1]),
        ("FLAT", "RESERVATION", [1]),
        ("FLAT", "RESERVATION_EXPIRES", [3]),
        ("FLAT", "BOOKING", [4]),
    ]


@pytest.mark.parametrize(
    ("moment", "is_valid"),
    [
        ("2026-01-01T11:59:59Z", False),
        ("2026-01-01T12:00:00Z", True),
        ("2026-01-01T12:59:59Z", True),
        ("2026-01-01T13:00:00Z", False),
    ],
)
def test_a_tariff_is_valid_from_its_start_until_before_its_end(moment: str, is_valid: bool) -> None:
    tariff = Tariff(
        a_tariff(start_date_time="2026-01-01T12:00:00", end_date_time="2026-01-01T13:00:00Z")
    )

    assert tariff.is_valid_at(parse_time(moment)) is is_valid


def test_a_tariff_without_bounds_is_valid_always() -> None:
    assert Tariff(a_tariff(end_date_time=None)).is_valid_at(datetime(9999, 1, 1, tzinfo=UTC))
