"""What a platform offers, and where (OCPI 2.3.0, version_information_endpoint)."""

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.shapes import ListOf, ObjectSchema, OneByOne
from adapters.ocpi.schemas.types import CallableUrl, ClosedEnum, OpenEnum


class Version(ObjectSchema):
    vital = "version"

    version = OpenEnum(enums.VERSION_NUMBER)
    url = CallableUrl()


class Endpoint(ObjectSchema):
    vital = "identifier role"

    identifier = OpenEnum(enums.MODULE_ID)
    role = ClosedEnum(enums.INTERFACE_ROLE)
    url = CallableUrl()


class VersionDetails(ObjectSchema):
    """A module that is listed twice for a role is tolerated (V-6)."""

    vital = "version endpoints"

    version = OpenEnum(enums.VERSION_NUMBER)
    endpoints = ListOf(OneByOne(Endpoint), at_least=1)
