"""What every HTTP exchange has, on all of the hub's surfaces: ids, caller, size, envelope.

Flask does the HTTP. What an error is on the wire is the business of the table in `errors`.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask import Flask, Request, request
from werkzeug.exceptions import HTTPException, TooManyRequests

from adapters.ocpi import exact_json
from application.partners.credentials_server import Caller
from application.partners.request_gates import Gate
from domain import errors
from domain.noted_text import storable
from domain.operators.operator import Operator
from domain.partners.naming import called
from domain.partners.party import PartyId
from domain.ports import Clock, Ids
from domain.routing.routes import Routed
from entrypoints.guesses import Guesses
from entrypoints.ocpi.errors import WIRE, Table, on_the_wire
from entrypoints.ocpi.replies import Reply
from entrypoints.plain_flask import Answer

_log = logging.getLogger(__name__)
_LONGEST_ID = 200
_TRY_AGAIN_S = "5"
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
    guesses: Guesses

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
        is_wrong = isinstance(error, errors.UnknownCaller)
        if is_wrong and (wait_s := self.guesses.note(request.environ)):
            return self.refuse_http(TooManyRequests(retry_after=wait_s))
        told = on_the_wire(error, current_request().wire)
        if told.code == 3000:
            _log.error("%s %s: %s", request.method, request.endpoint, error)
        data = None
        if isinstance(error, errors.InvalidDocument):
            wrong = [{"path": each.path, "reason": each.reason} for each in error.problems]
            data = exact_json.dump({"errors": wrong} | ({"more": error.more} if error.more else {}))
        headers = _what_would_do(error, told.status)
        reply = Reply(told.status, told.code, told.message, data, headers)
        return self.respond(current_request(), reply)

    def limited(self, to: HubRequest, gate: Gate, wait_s: int) -> Answer:
        """429 to a partner that has made use of all that one class of requests has in a minute."""
        limited = gate.limited.value
        partner = called(to.caller.partner)
        self.guesses.counters.count("requests_limited", partner=partner, class_=limited)
        reply = Reply(
            status=429,
            code=2000,
            message=f"{gate.most} requests a minute of the class {limited} are used up",
            headers={"Retry-After": str(wait_s)},
        )
        return self.respond(to, reply)

    def refuse_http(self, error: HTTPException) -> Answer:
        """404, 405, 413 and their like, with an envelope (T-HTTP-7) and their own headers."""
        status = error.code or 500
        if status >= 500:
            return self.fail(error)
        headers = {name: text for name, text in error.get_headers() if name != "Content-Type"}
        reply = Reply(status=status, code=2000, message=_said(error), headers=headers)
        return self.respond(current_request(), reply)

    def fail(self, error: Exception) -> Answer:
        """The outermost frame of a request: a bug is a 3000 and a line in the log."""
        _log.error("%s %s failed inside the hub", request.method, request.endpoint, exc_info=error)
        status = 200 if current_request().wire is WIRE else 500
        return self.respond(current_request(), Reply(status, code=3000, message="the hub failed"))

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


def current_request() -> HubRequest:
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
