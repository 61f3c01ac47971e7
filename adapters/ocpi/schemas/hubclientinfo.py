"""Who is connected to the hub (OCPI 2.3.0, mod_hub_client_info)."""

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.codes import CountryCode
from adapters.ocpi.schemas.notations import OcpiDateTime
from adapters.ocpi.schemas.shapes import ObjectSchema
from adapters.ocpi.schemas.types import ClosedEnum, Code


class ClientInfo(ObjectSchema):
    vital = "role status"

    party_id = Code(3)
    country_code = CountryCode()
    role = ClosedEnum(enums.ROLE)
    status = ClosedEnum(enums.CONNECTION_STATUS)
    last_updated = OcpiDateTime()
