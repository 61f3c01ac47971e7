"""Locations, EVSEs and connectors (OCPI 2.3.0, mod_locations)."""

from collections.abc import Iterator

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.codes import Country, CountryCode
from adapters.ocpi.schemas.common import (
    BusinessDetails,
    DisplayText,
    EnergyMix,
    GeoLocation,
    Image,
)
from adapters.ocpi.schemas.notations import Latitude, Longitude, OcpiDateTime, TimeZone
from adapters.ocpi.schemas.numbers import Int, Measure
from adapters.ocpi.schemas.opening import Hours
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, rule
from adapters.ocpi.schemas.types import (
    Boolean,
    CiString,
    ClosedEnum,
    Code,
    Identifier,
    OpenEnum,
    String,
    Url,
)
from domain.documents import Document
from domain.errors import Problem
from domain.validation import Weight


@rule("`publish_allowed_to` only with `publish=false`", Weight.STRUCTURAL)
def hidden_only_from_some(location: Document) -> Iterator[Problem]:
    """L-5: `publish_allowed_to` names whom an unpublished location is for."""
    if location.get("publish") is True and location.get("publish_allowed_to"):
        yield Problem("publish_allowed_to", "only with publish=false")


@rule("a token named by uid and type, visual number and issuer, or group", Weight.STRUCTURAL)
def a_token_is_named(allowed: Document) -> Iterator[Problem]:
    """L-5: by uid and type, by visual number and issuer, or by group."""
    uid, visual_number = allowed.get("uid"), allowed.get("visual_number")
    if uid is None and visual_number is None and allowed.get("group_id") is None:
        yield Problem("", "one of uid, visual_number, group_id required")
    if uid is not None and allowed.get("type") is None:
        yield Problem("type", "required with uid")
    if visual_number is not None and allowed.get("issuer") is None:
        yield Problem("issuer", "required with visual_number")


class PublishTokenType(ObjectSchema):
    rules = (a_token_is_named,)

    uid = Identifier(36, optional=True)
    type = OpenEnum(enums.TOKEN_TYPE, optional=True)
    visual_number = String(64, optional=True)
    issuer = String(64, optional=True)
    group_id = Identifier(36, optional=True)


class AdditionalGeoLocation(ObjectSchema):
    latitude = Latitude()
    longitude = Longitude()
    name = Nested(DisplayText, optional=True)


class StatusSchedule(ObjectSchema):
    period_begin = OcpiDateTime()
    period_end = OcpiDateTime(optional=True)
    status = ClosedEnum(enums.STATUS)


class Parking(ObjectSchema):
    id = Identifier(36)
    physical_reference = String(12, optional=True)
    vehicle_types = ListOf(OpenEnum(enums.VEHICLE_TYPE), at_least=1)
    max_vehicle_weight = Measure(optional=True)
    max_vehicle_height = Measure(optional=True)
    max_vehicle_length = Measure(optional=True)
    max_vehicle_width = Measure(optional=True)
    parking_space_length = Measure(optional=True)
    parking_space_width = Measure(optional=True)
    dangerous_goods_allowed = Boolean(optional=True)
    direction = ClosedEnum(enums.PARKING_DIRECTION, optional=True)
    drive_through = Boolean(optional=True)
    restricted_to_type = Boolean()
    reservation_required = Boolean()
    time_limit = Measure(optional=True)
    roofed = Boolean(optional=True)
    images = ListOf(Nested(Image))
    lighting = Boolean(optional=True)
    refrigeration_outlet = Boolean(optional=True)
    standards = ListOf(CiString(36))
    apds_reference = CiString(optional=True)


class EVSEParking(ObjectSchema):
    """An EVSE may be pushed before its parking place, so `parking_id` is not looked up."""

    parking_id = Identifier(36)
    evse_position = ClosedEnum(enums.EVSE_POSITION, optional=True)


class Connector(ObjectSchema):
    vital = "standard power_type max_voltage max_amperage max_electric_power tariff_ids"

    id = Identifier(36)
    standard = OpenEnum(enums.CONNECTOR_TYPE)
    format = ClosedEnum(enums.CONNECTOR_FORMAT)
    power_type = ClosedEnum(enums.POWER_TYPE)
    max_voltage = Int()
    max_amperage = Int()
    max_electric_power = Int(optional=True)
    tariff_ids = ListOf(Identifier(36))
    terms_and_conditions = Url(optional=True)
    capabilities = ListOf(OpenEnum(enums.CONNECTOR_CAPABILITY))
    last_updated = OcpiDateTime()


class EVSE(ObjectSchema):
    vital = "status connectors"

    uid = Identifier(36)
    evse_id = Identifier(48, optional=True)
    status = ClosedEnum(enums.STATUS)
    status_schedule = ListOf(Nested(StatusSchedule))
    capabilities = ListOf(OpenEnum(enums.CAPABILITY))
    connectors = ListOf(Nested(Connector), at_least=1, key="id")
    floor_level = String(4, optional=True)
    coordinates = Nested(GeoLocation, optional=True)
    physical_reference = String(16, optional=True)
    directions = ListOf(Nested(DisplayText))
    parking_restrictions = ListOf(OpenEnum(enums.PARKING_RESTRICTION))
    parking = ListOf(Nested(EVSEParking))
    images = ListOf(Nested(Image))
    accepted_service_providers = ListOf(String(50))
    last_updated = OcpiDateTime()


class Location(ObjectSchema):
    rules = (hidden_only_from_some,)
    vital = "publish coordinates evses parking_places"

    country_code = CountryCode()
    party_id = Code(3)
    id = Identifier(36)
    publish = Boolean()
    publish_allowed_to = ListOf(Nested(PublishTokenType))
    name = String(255, optional=True)
    address = String(255)
    city = String(45)
    postal_code = String(10, optional=True)
    state = String(45, optional=True)
    country = Country()
    coordinates = Nested(GeoLocation)
    related_locations = ListOf(Nested(AdditionalGeoLocation))
    parking_type = OpenEnum(enums.PARKING_TYPE, optional=True)
    evses = ListOf(Nested(EVSE), most=10_000, key="uid")
    parking_places = ListOf(Nested(Parking), key="id")
    directions = ListOf(Nested(DisplayText))
    operator = Nested(BusinessDetails, optional=True)
    suboperator = Nested(BusinessDetails, optional=True)
    owner = Nested(BusinessDetails, optional=True)
    facilities = ListOf(OpenEnum(enums.FACILITY))
    time_zone = TimeZone(255)
    opening_times = Nested(Hours, optional=True)
    charging_when_closed = Boolean(optional=True)
    images = ListOf(Nested(Image))
    energy_mix = Nested(EnergyMix, optional=True)
    help_phone = CiString(25, optional=True)
    last_updated = OcpiDateTime()
