"""Charge detail records, and what sessions share with them (OCPI 2.3.0, mod_cdrs)."""

from collections.abc import Iterator

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.codes import Country, CountryCode, Currency
from adapters.ocpi.schemas.common import GeoLocation, Price
from adapters.ocpi.schemas.notations import CdrDateTime, OcpiDateTime
from adapters.ocpi.schemas.numbers import Int, Number
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, rule
from adapters.ocpi.schemas.tariffs import Tariff
from adapters.ocpi.schemas.types import (
    Boolean,
    ClosedEnum,
    Code,
    Identifier,
    OpenEnum,
    String,
)
from domain.documents import Document
from domain.errors import Problem
from domain.validation import Weight

_LONGEST_ID = 36


@rule("`credit` and `credit_reference_id` together", Weight.VITAL)
def credits_name_what_they_credit(cdr: Document) -> Iterator[Problem]:
    """CDR-1: `credit` and `credit_reference_id` come together."""
    credit, reference = cdr.get("credit"), cdr.get("credit_reference_id")
    if credit is True and reference is None:
        yield Problem("credit_reference_id", "required with credit=true")
    if credit is not True and reference is not None:
        yield Problem("credit_reference_id", "only with credit=true")


@rule("an id longer than 36 characters for Credit CDRs alone", Weight.VITAL)
def only_credits_have_long_ids(cdr: Document) -> Iterator[Problem]:
    """CDR-2: the other three characters are for a suffix such as `-C`."""
    name = cdr.get("id")
    if isinstance(name, str) and len(name) > _LONGEST_ID and cdr.get("credit") is not True:
        yield Problem("id", f"longer than {_LONGEST_ID}, and credit is not true")


class CdrToken(ObjectSchema):
    vital = "type"

    country_code = CountryCode()
    party_id = Code(3)
    uid = Identifier(36)
    type = OpenEnum(enums.TOKEN_TYPE)
    contract_id = Identifier(36)


class CdrDimension(ObjectSchema):
    vital = "type"

    type = ClosedEnum(enums.CDR_DIMENSION_TYPE)
    volume = Number()


class ChargingPeriod(ObjectSchema):
    vital = "dimensions"

    start_date_time = OcpiDateTime()
    dimensions = ListOf(Nested(CdrDimension), at_least=1)
    tariff_id = Identifier(36, optional=True)


class CdrLocation(ObjectSchema):
    """Address and state as long as a Location's (E4)."""

    id = Identifier(36)
    name = String(255, optional=True)
    address = String(255)
    city = String(45)
    postal_code = String(10, optional=True)
    state = String(45, optional=True)
    country = Country()
    coordinates = Nested(GeoLocation)
    evse_uid = Identifier(36)
    evse_id = Identifier(48)
    connector_id = Identifier(36)
    connector_standard = OpenEnum(enums.CONNECTOR_TYPE)
    connector_format = ClosedEnum(enums.CONNECTOR_FORMAT)
    connector_power_type = ClosedEnum(enums.POWER_TYPE)


class SignedValue(ObjectSchema):
    nature = Identifier(32)
    plain_data = String(5000)
    signed_data = String(5000)


class SignedData(ObjectSchema):
    encoding_method = Identifier(36)
    encoding_method_version = Int(optional=True)
    public_key = String(512, optional=True)
    signed_values = ListOf(Nested(SignedValue), at_least=1, most=10_000)
    url = String(512, optional=True)


class CDR(ObjectSchema):
    """`booking_id` comes from the Bookings module. Its tariffs are Tariffs (E6)."""

    rules = (credits_name_what_they_credit, only_credits_have_long_ids)
    vital = """
        cdr_token cdr_location tariffs charging_periods total_cost total_fixed_cost
        total_energy_cost total_time_cost total_parking_cost total_reservation_cost credit
        home_charging_compensation
    """

    country_code = CountryCode()
    party_id = Code(3)
    id = Identifier(39)
    start_date_time = CdrDateTime()
    end_date_time = CdrDateTime()
    session_id = Identifier(36, optional=True)
    booking_id = Identifier(36, optional=True)
    cdr_token = Nested(CdrToken)
    auth_method = ClosedEnum(enums.AUTH_METHOD)
    authorization_reference = Identifier(36, optional=True)
    cdr_location = Nested(CdrLocation)
    meter_id = String(255, optional=True)
    currency = Currency()
    tariffs = ListOf(Nested(Tariff))
    charging_periods = ListOf(Nested(ChargingPeriod), at_least=1, most=50_000)
    signed_data = Nested(SignedData, optional=True)
    total_cost = Nested(Price)
    total_fixed_cost = Nested(Price, optional=True)
    total_energy = Number()
    total_energy_cost = Nested(Price, optional=True)
    total_time = Number()
    total_time_cost = Nested(Price, optional=True)
    total_parking_time = Number(optional=True)
    total_parking_cost = Nested(Price, optional=True)
    total_reservation_cost = Nested(Price, optional=True)
    remark = String(255, optional=True)
    invoice_reference_id = Identifier(39, optional=True)
    credit = Boolean(optional=True)
    credit_reference_id = Identifier(39, optional=True)
    home_charging_compensation = Boolean(optional=True)
    last_updated = OcpiDateTime()
