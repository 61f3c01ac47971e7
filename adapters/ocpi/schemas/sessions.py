"""Sessions, and how a driver would like to be charged (OCPI 2.3.0, mod_sessions)."""

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.cdrs import CdrToken, ChargingPeriod
from adapters.ocpi.schemas.codes import CountryCode, Currency
from adapters.ocpi.schemas.common import Price
from adapters.ocpi.schemas.notations import OcpiDateTime
from adapters.ocpi.schemas.numbers import Measure, Number
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema
from adapters.ocpi.schemas.types import Boolean, ClosedEnum, Code, Identifier, String


class Session(ObjectSchema):
    """`#NA` stands for an EVSE or connector that a reservation has not got yet."""

    vital = "cdr_token charging_periods total_cost status"

    country_code = CountryCode()
    party_id = Code(3)
    id = Identifier(36)
    start_date_time = OcpiDateTime()
    end_date_time = OcpiDateTime(optional=True)
    kwh = Number()
    cdr_token = Nested(CdrToken)
    auth_method = ClosedEnum(enums.AUTH_METHOD)
    authorization_reference = Identifier(36, optional=True)
    location_id = Identifier(36)
    evse_uid = Identifier(36)
    connector_id = Identifier(36)
    meter_id = String(255, optional=True)
    currency = Currency()
    charging_periods = ListOf(Nested(ChargingPeriod), most=50_000)
    total_cost = Nested(Price, optional=True)
    status = ClosedEnum(enums.SESSION_STATUS)
    last_updated = OcpiDateTime()


class ChargingPreferences(ObjectSchema):
    profile_type = ClosedEnum(enums.PROFILE_TYPE)
    departure_time = OcpiDateTime(optional=True)
    energy_need = Measure(optional=True)
    discharge_allowed = Boolean(optional=True)
