"""What a platform offers, and where (OCPI 2.3.0, version_information_endpoint)."""

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema
from adapters.ocpi.schemas.types import ClosedEnum, OpenEnum, Url


class Version(ObjectSchema):
    version = OpenEnum(enums.VERSION_NUMBER)
    url = Url()


class Endpoint(ObjectSchema):
    identifier = OpenEnum(enums.MODULE_ID)
    role = ClosedEnum(enums.INTERFACE_ROLE)
    url = Url()


class VersionDetails(ObjectSchema):
    """A module that is listed twice for a role is tolerated (V-6)."""

    version = OpenEnum(enums.VERSION_NUMBER)
    endpoints = ListOf(Nested(Endpoint), at_least=1)
