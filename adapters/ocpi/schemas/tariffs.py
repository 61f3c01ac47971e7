"""Tariffs (OCPI 2.3.0, mod_tariffs)."""

from collections.abc import Iterator, Mapping, Sequence

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.codes import CountryCode, Currency
from adapters.ocpi.schemas.common import DisplayText, EnergyMix
from adapters.ocpi.schemas.notations import LocalDate, LocalTime, OcpiDateTime
from adapters.ocpi.schemas.numbers import Int, Number
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, rule
from adapters.ocpi.schemas.types import ClosedEnum, Code, Identifier, Url
from domain.documents import Document
from domain.errors import Problem
from domain.validation import Weight

_OF_A_RESERVATION = ("FLAT", "TIME")


@rule("of a reservation FLAT or TIME alone", Weight.VITAL)
def a_reservation_has_no_energy(element: Document) -> Iterator[Problem]:
    """TA-6: what a reservation costs is FLAT, or TIME for its duration."""
    restrictions, components = element.get("restrictions"), element.get("price_components")
    if not isinstance(restrictions, Mapping) or restrictions.get("reservation") is None:
        return
    for index, component in enumerate(components if isinstance(components, Sequence) else ()):
        dimension = component.get("type") if isinstance(component, Mapping) else None
        if dimension in enums.TARIFF_DIMENSION_TYPE and dimension not in _OF_A_RESERVATION:
            yield Problem(f"price_components[{index}].type", "only FLAT or TIME of a reservation")


class PriceComponent(ObjectSchema):
    vital = "type step_size"

    type = ClosedEnum(enums.TARIFF_DIMENSION_TYPE)
    price = Number()
    vat = Number(optional=True)
    step_size = Int(least=0)


class PriceLimit(ObjectSchema):
    before_taxes = Number()
    after_taxes = Number(optional=True)


class TariffRestrictions(ObjectSchema):
    """An `end_time` before `start_time` is on the next day (TA-6).

    `booking` comes from the Bookings module.
    """

    vital = "min_duration max_duration day_of_week reservation booking"

    start_time = LocalTime(optional=True)
    end_time = LocalTime(optional=True)
    start_date = LocalDate(optional=True)
    end_date = LocalDate(optional=True)
    min_kwh = Number(optional=True)
    max_kwh = Number(optional=True)
    min_current = Number(optional=True)
    max_current = Number(optional=True)
    min_power = Number(optional=True)
    max_power = Number(optional=True)
    min_duration = Int(optional=True)
    max_duration = Int(optional=True)
    day_of_week = ListOf(ClosedEnum(enums.DAY_OF_WEEK))
    reservation = ClosedEnum(enums.RESERVATION_RESTRICTION_TYPE, optional=True)
    booking = ClosedEnum(enums.BOOKING_RESTRICTION_TYPE, optional=True)


class TariffElement(ObjectSchema):
    rules = (a_reservation_has_no_energy,)
    vital = "price_components restrictions"

    price_components = ListOf(Nested(PriceComponent), at_least=1)
    restrictions = Nested(TariffRestrictions, optional=True)


class Tariff(ObjectSchema):
    """`preauthorize_amount` comes from the Payments module."""

    vital = "type min_price max_price elements tax_included"

    country_code = CountryCode()
    party_id = Code(3)
    id = Identifier(36)
    currency = Currency()
    type = ClosedEnum(enums.TARIFF_TYPE, optional=True)
    tariff_alt_text = ListOf(Nested(DisplayText))
    tariff_alt_url = Url(optional=True)
    min_price = Nested(PriceLimit, optional=True)
    max_price = Nested(PriceLimit, optional=True)
    preauthorize_amount = Number(optional=True)
    elements = ListOf(Nested(TariffElement), at_least=1, most=10_000)
    tax_included = ClosedEnum(enums.TAX_INCLUDED)
    start_date_time = OcpiDateTime(optional=True)
    end_date_time = OcpiDateTime(optional=True)
    energy_mix = Nested(EnergyMix, optional=True)
    last_updated = OcpiDateTime()
