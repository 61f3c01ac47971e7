"""Who a platform is and how to reach it (OCPI 2.3.0, credentials)."""

from collections.abc import Iterator, Mapping

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.codes import CountryCode
from adapters.ocpi.schemas.common import BusinessDetails
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, rule
from adapters.ocpi.schemas.types import CallableUrl, ClosedEnum, Code, CredentialsToken
from domain.documents import Document
from domain.errors import Problem
from domain.validation import Weight


@rule("every role once", Weight.VITAL)
def every_role_once(credentials: Document) -> Iterator[Problem]:
    """C-ROLE-6, C-CONF-7."""
    roles = credentials.get("roles")
    seen: dict[tuple[str, ...], int] = {}
    for index, role in enumerate(roles if isinstance(roles, list) else ()):
        if not isinstance(role, Mapping):
            continue
        name = tuple(str(role.get(part)).upper() for part in ("role", "country_code", "party_id"))
        if seen.setdefault(name, index) != index:
            yield Problem(f"roles[{index}]", f"same as [{seen[name]}]")


class CredentialsRole(ObjectSchema):
    vital = "role business_details"

    role = ClosedEnum(enums.ROLE)
    business_details = Nested(BusinessDetails)
    party_id = Code(3)
    country_code = CountryCode()


class Credentials(ObjectSchema):
    rules = (every_role_once,)
    vital = "roles"

    token = CredentialsToken(64)
    url = CallableUrl()
    hub_party_id = Code(5, optional=True)
    roles = ListOf(Nested(CredentialsRole), at_least=1, most=10_000)
