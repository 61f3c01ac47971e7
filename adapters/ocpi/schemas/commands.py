"""Commands and what becomes of them (OCPI 2.3.0, mod_commands)."""

from collections.abc import Iterator

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.common import DisplayText
from adapters.ocpi.schemas.notations import OcpiDateTime
from adapters.ocpi.schemas.numbers import Int
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, rule
from adapters.ocpi.schemas.tokens import Token
from adapters.ocpi.schemas.types import CallableUrl, ClosedEnum, Identifier
from domain.documents import Document
from domain.errors import Problem
from domain.validation import Weight


@rule("`evse_uid` with `connector_id`", Weight.VITAL)
def a_connector_has_an_evse(command: Document) -> Iterator[Problem]:
    """CM-6."""
    if command.get("connector_id") is not None and command.get("evse_uid") is None:
        yield Problem("evse_uid", "required with connector_id")


class StartSession(ObjectSchema):
    rules = (a_connector_has_an_evse,)
    vital = "token"

    response_url = CallableUrl()
    token = Nested(Token)
    location_id = Identifier(36)
    evse_uid = Identifier(36, optional=True)
    connector_id = Identifier(36, optional=True)
    authorization_reference = Identifier(36, optional=True)


class StopSession(ObjectSchema):
    response_url = CallableUrl()
    session_id = Identifier(36)


class ReserveNow(ObjectSchema):
    vital = "token"

    response_url = CallableUrl()
    token = Nested(Token)
    expiry_date = OcpiDateTime()
    reservation_id = Identifier(36)
    location_id = Identifier(36)
    evse_uid = Identifier(36, optional=True)
    authorization_reference = Identifier(36, optional=True)


class CancelReservation(ObjectSchema):
    response_url = CallableUrl()
    reservation_id = Identifier(36)


class UnlockConnector(ObjectSchema):
    response_url = CallableUrl()
    location_id = Identifier(36)
    evse_uid = Identifier(36)
    connector_id = Identifier(36)


class CommandResponse(ObjectSchema):
    vital = "result timeout"

    result = ClosedEnum(enums.COMMAND_RESPONSE_TYPE)
    timeout = Int()
    message = ListOf(Nested(DisplayText))


class CommandResult(ObjectSchema):
    vital = "result"

    result = ClosedEnum(enums.COMMAND_RESULT_TYPE)
    message = ListOf(Nested(DisplayText))
