"""The OCPI surface as a Flask blueprint: every line of the table mounted, every call read once."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from adapters.ocpi import exact_json
from application.hub import Hub
from application.modules import roles_calling
from application.partners.credentials_server import Caller
from domain.partners.party import PartyId
from domain.routing.routes import (
    RequestKind,
    Routed,
    Scenario,
    classify,
    party_of_headers,
    sender_of,
)
from entrypoints.ocpi.bodies import read_body
from entrypoints.ocpi.calls import OcpiCall, ids_of
from entrypoints.ocpi.exchange import Exchange, authenticated
from entrypoints.ocpi.routes import CUSTOM, LIST, ROUTES, Route
from entrypoints.ocpi.shapes import expected

_BASE = "/ocpi"
_CONFIGURATION = frozenset(_BASE + line.prefix for line in ROUTES if line.interface is None)


@dataclass(frozen=True)
class Limits:
    """What the server sets: bytes of a body, objects of a page, and its absolute public URL."""

    max_body_bytes: int
    page_limit: int
    public_url: str


@dataclass(frozen=True)
class OcpiApp:
    """Serves the table of routes below `/ocpi`."""

    hub: Hub
    exchange: Exchange
    limits: Limits

    def blueprint(self) -> Blueprint:
        """Every line of the table below `/ocpi`."""
        mounted = Blueprint("ocpi", __name__)
        mounted.before_app_request(self._let_in)
        for none_fits in (NotFound, MethodNotAllowed):
            mounted.app_errorhandler(none_fits)(self._refuse_url)
        for number, line in enumerate((*ROUTES, *CUSTOM)):
            for depth, path in enumerate(line.paths):
                mounted.add_url_rule(
                    _BASE + line.prefix + path,
                    endpoint=f"{number}-{depth}",
                    view_func=self._view(line),
                    methods=[line.method],
                    provide_automatic_options=False,
                )
        return mounted

    def _let_in(self) -> None:
        """No request gets past here without a token, not even to a 404 (T-AUTH-2, T-AUTH-3)."""
        path = request.path
        if _is_below(path):
            this = request._get_current_object()  # type: ignore[attr-defined]
            g.caller = authenticated(self.hub, this, functional=path not in _CONFIGURATION)

    def _refuse_url(self, error: HTTPException) -> Response:
        """A 404 or 405 says what the URL should be; outside of OCPI it is as everywhere."""
        if _is_below(request.path):
            error.description = expected(request.method, request.path)
        return self.exchange.refuse_http(error)

    def _view(self, line: Route) -> Callable[..., Response]:
        def view(**path: str) -> Response:
            return self.exchange.respond(line.handler(self.hub, self._call(line, path)))

        return view

    def _call(self, line: Route, path: dict[str, str]) -> OcpiCall:
        caller: Caller = g.caller
        routed = self._routed(line, caller)
        this = request._get_current_object()  # type: ignore[attr-defined]
        body = read_body(this, self.limits.max_body_bytes)
        raw_query = this.query_string.decode("latin-1")
        return OcpiCall(
            caller=caller,
            method=line.method,
            module=path.get("module", line.module),
            interface=line.interface,
            path=ids_of(path),
            query=parse_qsl(raw_query, keep_blank_values=True),
            raw_query=raw_query,
            suffix=self._suffix(line, path),
            ids=g.ids,
            page_limit=self.limits.page_limit,
            public_url=self.limits.public_url,
            routed=routed,
            is_to_hub=routed is not None and _party("to") == self.hub.party.party,
            body=body,
            document=exact_json.parse(body) if line.is_parsed(body) else None,
        )

    def _suffix(self, line: Route, path: dict[str, str]) -> str:
        """The path below the module's URL, raw: ids stay encoded as they came (T-HTTP-6)."""
        prefix = _BASE + line.prefix.replace("<custom_module:module>", path.get("module", ""))
        return request.path.removeprefix(prefix)

    def _routed(self, line: Route, caller: Caller) -> Routed | None:
        """Who speaks to whom. The requester is noted first: it is told what is wrong with TO."""
        if line.interface is None or not line.is_routed:
            return None
        claimed = _party("from")
        if line.by_id:
            own = sender_of(caller.partner, claimed or caller.partner.first, roles=frozenset())
            g.routed = Routed(Scenario.OPEN, own, None)
            return Routed(Scenario.OPEN, own, None)
        roles = roles_calling(line.module, line.interface)
        sender = sender_of(caller.partner, claimed, roles=roles)
        g.routed = Routed(Scenario.OPEN, sender, None)
        kind = RequestKind(line.method, line.interface, is_list=line.paths == LIST)
        g.routed = classify(kind, sender, _party("to"), hub=self.hub.party.party)
        routed: Routed = g.routed
        return routed


def _is_below(path: str) -> bool:
    return path == _BASE or path.startswith(_BASE + "/")


def _party(name: str) -> PartyId | None:
    return party_of_headers(
        request.headers.get(f"OCPI-{name}-country-code"),
        request.headers.get(f"OCPI-{name}-party-id"),
        name=name,
    )
