"""What every HTTP exchange has, on all of the hub's surfaces: ids, caller, size, envelope.

Flask does the HTTP. What an error is on the wire is the business of the table in `errors`.
"""

import base64
import binascii
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import Flask, Request, request
from werkzeug.exceptions import HTTPException, TooManyRequests

from adapters.ocpi import exact_json
from application.hub import Hub
from application.partners.credentials_server import Caller
from domain import errors
from domain.noted_text import storable
from domain.operators.audit import Actor, ActorKind
from domain.operators.operator import Operator
from domain.partners.party import PartyId
from domain.ports import Clock, Ids
from domain.routing.routes import Routed
from entrypoints.brake import Brake, network_of
from entrypoints.ocpi.errors import WIRE, Table, on_the_wire
from entrypoints.ocpi.replies import Reply
from entrypoints.plain_flask import Answer
from entrypoints.tally import Tally

_log = logging.getLogger(__name__)
_LONGEST_ID = 200
_HOW = "Authorization: Token <base64 of the credentials token>"
_TRY_AGAIN_S = "5"
WRONG_CALLER = "authentication.refused"
_WHAT_WOULD_DO: Mapping[type[errors.HubError], Mapping[str, str]] = {
    errors.UnknownCaller: {"WWW-Authenticate": 'Token realm="OCPI"'},
    errors.AlreadyRegistered: {"Allow": "GET, PUT, DELETE"},
    errors.NotRegistered: {"Allow": "GET, POST"},
    errors.HandshakeUnderWay: {"Retry-After": "5"},
}
"""Headers of a 401 and a 429, and of the credentials module's 405 (RFC 9110, 15.5.2, 15.5.6)."""


class MessageIds(NamedTuple):
    """X-Request-ID and X-Correlation-ID: echoed on every answer (T-ID-1)."""

    request: str
    correlation: str


class HubRequest(Request):
    """A request, and what is known of it: who calls once that is found out, `routed` once it is.

    `wire` is the table of its surface, `module` its OCPI module; `reply` what it was answered, and
    `answer` the body of that, once it was.
    """

    ids: MessageIds
    wire: Table = WIRE
    caller: Caller
    operator: Operator | None = None
    routed: Routed | None = None
    module = "none"
    body = b""
    reply: Reply | None = None
    answer: Sequence[bytes] = ()


@dataclass(frozen=True)
class Exchange:
    """Begins every request and ends every answer."""

    hub: PartyId
    clock: Clock
    ids: Ids
    brake: Brake
    tally: Tally

    def install(self, app: Flask) -> None:
        """Have the application's requests begin and its errors end here."""
        app.request_class = HubRequest
        app.before_request(self.begin)  # type: ignore[type-var]
        app.register_error_handler(errors.HubError, self.refuse)
        app.register_error_handler(HTTPException, self.refuse_http)
        app.register_error_handler(Exception, self.fail)

    def begin(self, begun: HubRequest) -> None:
        """Ids that are missing are made up (T-ID-6)."""
        environ = begun.environ
        begun.ids = MessageIds(
            self._message_id(environ.get("HTTP_X_REQUEST_ID")),
            self._message_id(environ.get("HTTP_X_CORRELATION_ID")),
        )

    def respond(self, to: HubRequest, reply: Reply) -> Answer:
        """The answer with its envelope, ids and, where the request was routed, parties."""
        to.reply = reply
        headers = [
            ("Content-Type", "application/json"),
            *reply.headers.items(),
            *self._parties(to.routed, reply.sender),
            ("X-Request-ID", to.ids.request),
            ("X-Correlation-ID", to.ids.correlation),
        ]
        to.answer = reply.pieces(self.clock.now())
        return Answer(to.answer, status=reply.status, headers=headers)

    def refuse(self, error: errors.HubError) -> Answer:
        """What went wrong by name; the first wrong fields are named in `data` as well."""
        if isinstance(error, errors.UnknownCaller) and (wait_s := self._has_to_wait()):
            return self.refuse_http(TooManyRequests(retry_after=wait_s))
        told = on_the_wire(error, _current().wire)
        if told.code == 3000:
            _log.error("%s %s: %s", request.method, request.endpoint, error)
        data = None
        if isinstance(error, errors.InvalidDocument):
            wrong = [{"path": each.path, "reason": each.reason} for each in error.problems]
            data = exact_json.dump({"errors": wrong} | ({"more": error.more} if error.more else {}))
        headers = _what_would_do(error, told.status)
        reply = Reply(told.status, told.code, told.message, data, headers)
        return self.respond(_current(), reply)

    def refuse_http(self, error: HTTPException) -> Answer:
        """404, 405, 413 and their like, with an envelope (T-HTTP-7) and their own headers."""
        status = error.code or 500
        if status >= 500:
            return self.fail(error)
        headers = {name: text for name, text in error.get_headers() if name != "Content-Type"}
        reply = Reply(status=status, code=2000, message=_said(error), headers=headers)
        return self.respond(_current(), reply)

    def fail(self, error: Exception) -> Answer:
        """The outermost frame of a request: a bug is a 3000 and a line in the log."""
        _log.error("%s %s failed inside the hub", request.method, request.endpoint, exc_info=error)
        status = 200 if _current().wire is WIRE else 500
        return self.respond(_current(), Reply(status, code=3000, message="the hub failed"))

    def _has_to_wait(self) -> int:
        """Seconds, for a client that guesses tokens; a request without a token guesses nothing."""
        if "Authorization" not in request.headers:
            return 0
        place = network_of(request.remote_addr)
        self.tally.count(WRONG_CALLER, Actor(ActorKind.UNKNOWN, place=place))
        return self.brake.wrong_token(request.remote_addr)

    def _message_id(self, given: str | None) -> str:
        return (storable(given, _LONGEST_ID).strip() if given else "") or self.ids.new()

    def _parties(
        self, routed: Routed | None, sender: PartyId | None
    ) -> tuple[tuple[str, str], ...]:
        """Routing headers of an answer: to the requester, from the party that answers."""
        if routed is None:
            return ()
        to, source = routed.sender, sender or self.hub
        return (
            ("OCPI-to-country-code", to.country_code),
            ("OCPI-to-party-id", to.party_id),
            ("OCPI-from-country-code", source.country_code),
            ("OCPI-from-party-id", source.party_id),
        )


def _current() -> HubRequest:
    """The request whose error is handled."""
    return request._get_current_object()  # type: ignore[attr-defined, no-any-return]


def _said(error: HTTPException) -> str:
    """What the hub says of it; what the library would say by itself is its name alone."""
    is_own = error.description is not None and error.description != type(error).description
    return str(error.description) if is_own else error.name


def _what_would_do(error: errors.HubError, status: int) -> Mapping[str, str]:
    """405 alone says what is allowed: in the hub API the same failures are 409."""
    if status == 503:
        return {"Retry-After": _TRY_AGAIN_S}
    fitting = (named for kind, named in _WHAT_WOULD_DO.items() if isinstance(error, kind))
    found = next(fitting, {})
    return {} if "Allow" in found and status != 405 else found


def tokens_of(http_request: Request) -> Iterator[str]:
    """The credentials tokens that the Authorization header can mean, likeliest first (T-AUTH-6).

    OCPI's own example has a line end behind the token: it is taken without it.
    """
    written = _written(http_request)
    if not written:
        return
    try:
        token = base64.b64decode(written, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return
    yield token
    if token != token.rstrip("\r\n"):
        yield token.rstrip("\r\n")


def _written(http_request: Request) -> str:
    """What stands behind the scheme `Token`, in any letter case and with any spaces between."""
    scheme, _, written = http_request.environ.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    return written.strip() if scheme.lower() == "token" else ""


def authenticated(hub: Hub, http_request: Request, *, functional: bool) -> Caller:
    """The platform that calls.

    :raises UnknownCaller: if no token of it opens this door.
    """
    refusal: errors.UnknownCaller | None = None
    for token in tokens_of(http_request):
        try:
            return hub.credentials_server.authenticate(token, functional=functional)
        except errors.TokenRefused:
            raise
        except errors.UnknownCaller as unknown:
            refusal = unknown
    if written := _written(http_request):
        try:
            return hub.credentials_server.authenticate(written, functional=functional, is_raw=True)
        except errors.TokenRefused:
            raise
        except errors.UnknownCaller:
            pass
    raise refusal or errors.UnknownCaller(_HOW)
