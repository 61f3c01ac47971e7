"""Tokens, and the answer whether one may charge (OCPI 2.3.0, mod_tokens)."""

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.codes import CountryCode
from adapters.ocpi.schemas.common import DisplayText
from adapters.ocpi.schemas.notations import OcpiDateTime
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema
from adapters.ocpi.schemas.types import (
    Boolean,
    ClosedEnum,
    Code,
    Identifier,
    Language,
    OpenEnum,
    String,
)


class EnergyContract(ObjectSchema):
    supplier_name = String(64)
    contract_id = String(64, optional=True)


class Token(ObjectSchema):
    vital = "type valid whitelist"

    country_code = CountryCode()
    party_id = Code(3)
    uid = Identifier(36)
    type = OpenEnum(enums.TOKEN_TYPE)
    contract_id = Identifier(36)
    visual_number = String(64, optional=True)
    issuer = String(64)
    group_id = Identifier(36, optional=True)
    valid = Boolean()
    whitelist = ClosedEnum(enums.WHITELIST_TYPE)
    language = Language(optional=True)
    default_profile_type = ClosedEnum(enums.PROFILE_TYPE, optional=True)
    energy_contract = Nested(EnergyContract, optional=True)
    last_updated = OcpiDateTime()


class LocationReferences(ObjectSchema):
    vital = "evse_uids"

    location_id = Identifier(36)
    evse_uids = ListOf(Identifier(36), most=10_000)


class AuthorizationInfo(ObjectSchema):
    vital = "allowed token location"

    allowed = ClosedEnum(enums.ALLOWED_TYPE)
    token = Nested(Token)
    location = Nested(LocationReferences, optional=True)
    authorization_reference = Identifier(36, optional=True)
    info = Nested(DisplayText, optional=True)
