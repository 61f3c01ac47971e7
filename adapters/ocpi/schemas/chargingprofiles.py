"""Charging profiles (OCPI 2.3.0, mod_charging_profiles)."""

from collections.abc import Iterator

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.notations import OcpiDateTime
from adapters.ocpi.schemas.numbers import Int, Tenths
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, rule
from adapters.ocpi.schemas.types import CallableUrl, ClosedEnum
from domain.documents import Document
from domain.errors import Problem
from domain.validation import Weight


@rule("`profile` only with `result=ACCEPTED`", Weight.STRUCTURAL)
def only_an_accepted_one_has_a_profile(result: Document) -> Iterator[Problem]:
    """CP-1."""
    if result.get("profile") is not None and result.get("result") != "ACCEPTED":
        yield Problem("profile", "only with result=ACCEPTED")


class ChargingProfilePeriod(ObjectSchema):
    start_period = Int()
    limit = Tenths()


class ChargingProfile(ObjectSchema):
    start_date_time = OcpiDateTime(optional=True)
    duration = Int(optional=True)
    charging_rate_unit = ClosedEnum(enums.CHARGING_RATE_UNIT)
    min_charging_rate = Tenths(optional=True)
    charging_profile_period = ListOf(Nested(ChargingProfilePeriod), most=10_000)


class SetChargingProfile(ObjectSchema):
    vital = "charging_profile"

    charging_profile = Nested(ChargingProfile)
    response_url = CallableUrl()


class ActiveChargingProfile(ObjectSchema):
    start_date_time = OcpiDateTime()
    charging_profile = Nested(ChargingProfile)


class ChargingProfileResponse(ObjectSchema):
    vital = "result timeout"

    result = ClosedEnum(enums.CHARGING_PROFILE_RESPONSE_TYPE)
    timeout = Int()


class ActiveChargingProfileResult(ObjectSchema):
    rules = (only_an_accepted_one_has_a_profile,)

    result = ClosedEnum(enums.CHARGING_PROFILE_RESULT_TYPE)
    profile = Nested(ActiveChargingProfile, optional=True)


class ChargingProfileResult(ObjectSchema):
    result = ClosedEnum(enums.CHARGING_PROFILE_RESULT_TYPE)


class ClearProfileResult(ObjectSchema):
    result = ClosedEnum(enums.CHARGING_PROFILE_RESULT_TYPE)
