"""The OCPI surface as a Flask blueprint: every line of the table mounted, every call read once."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Blueprint, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from adapters.ocpi import exact_json
from application.hub import Hub
from application.modules import roles_calling
from domain.partners.limits import LimitClass
from domain.partners.party import Interface, PartyId
from domain.routing.routes import (
    RequestKind,
    Routed,
    Scenario,
    classify,
    party_of_headers,
    sender_of,
)
from entrypoints.ocpi.bodies import read_body
from entrypoints.ocpi.callers import authenticated
from entrypoints.ocpi.calls import OcpiCall, ids_of
from entrypoints.ocpi.exchange import Exchange, HubRequest, current_request
from entrypoints.ocpi.limited import classes_of
from entrypoints.ocpi.routes import CUSTOM, LIST, ROUTES, Route
from entrypoints.ocpi.shapes import expected
from entrypoints.plain_flask import Answer

_BASE = "/ocpi"
_CONFIGURATION = frozenset(_BASE + line.prefix for line in ROUTES if line.interface is None)

_HEADERS = {
    name: (f"HTTP_OCPI_{name}_COUNTRY_CODE".upper(), f"HTTP_OCPI_{name}_PARTY_ID".upper())
    for name in ("from", "to")
}
"""Of the environment: the parties of a request."""


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
        mounted.before_app_request(self._let_in)  # type: ignore[type-var]
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

    def _let_in(self, this: HubRequest) -> None:
        """No request gets past here without a token, not even to a 404 (T-AUTH-2, T-AUTH-3)."""
        if _is_below(this.path):
            functional = this.path not in _CONFIGURATION
            this.caller = authenticated(
                self.hub, self.exchange.guesses, this, functional=functional
            )

    def _refuse_url(self, error: HTTPException) -> Answer:
        """A 404 or 405 says what the URL should be; outside of OCPI it is as everywhere.

        A partner's count on either surface.
        """
        this, is_ocpi = current_request(), _is_below(request.path)
        caller = getattr(this, "caller", None)
        if caller is not None:
            limited = LimitClass.OTHERS if is_ocpi else LimitClass.HUB_API
            gate = self.hub.request_gates.of(limited)
            if wait_s := gate.enter(caller.partner.id):
                return self.exchange.limited(this, gate, wait_s)
        if is_ocpi:
            error.description = expected(request.method, request.path)
        return self.exchange.refuse_http(error)

    def _view(self, line: Route) -> Callable[..., Answer]:
        interface = line.interface if line.is_routed else None
        prefix = _BASE + line.prefix
        module = "custom" if line.module.startswith("<") else line.module
        gates = [self.hub.request_gates.of(each) for each in classes_of(line)]

        def view(this: HubRequest, **path: str) -> Answer:
            this.module = module
            for gate in gates:
                if wait_s := gate.enter(this.caller.partner.id):
                    return self.exchange.limited(this, gate, wait_s)
            if interface is not None:
                this.routed = self._routed(line, interface, this)
            call = self._call(line, this, path, prefix)
            return self.exchange.respond(this, line.handler(self.hub, call))

        return view

    def _call(self, line: Route, this: HubRequest, path: dict[str, str], prefix: str) -> OcpiCall:
        routed = this.routed
        this.body = body = read_body(this, self.limits.max_body_bytes)
        raw_query = this.query_string.decode("latin-1")
        return OcpiCall(
            caller=this.caller,
            method=line.method,
            module=path.get("module", line.module),
            interface=line.interface,
            path=ids_of(path),
            query=parse_qsl(raw_query, keep_blank_values=True) if raw_query else (),
            raw_query=raw_query,
            suffix=_below(prefix, this.path, path),
            ids=this.ids,
            page_limit=self.limits.page_limit,
            public_url=self.limits.public_url,
            place=self.exchange.guesses.places.of(this.environ),
            routed=routed,
            is_to_hub=routed is not None and _party(this, "to") == self.hub.party.party,
            body=body,
            document=exact_json.parse(body) if line.is_parsed(body) else None,
        )

    def _routed(self, line: Route, interface: Interface, this: HubRequest) -> Routed:
        """Who speaks to whom. The requester is noted first: it is told what is wrong with TO."""
        partner, claimed = this.caller.partner, _party(this, "from")
        if line.by_id:
            own = sender_of(partner, claimed or partner.first, roles=frozenset())
            return Routed(Scenario.OPEN, own, None)
        sender = sender_of(partner, claimed, roles=roles_calling(line.module, interface))
        this.routed = Routed(Scenario.OPEN, sender, None)
        kind = RequestKind(line.method, interface, is_list=line.paths == LIST)
        return classify(kind, sender, _party(this, "to"), hub=self.hub.party.party)


def _below(prefix: str, whole: str, path: dict[str, str]) -> str:
    """The path below the module's URL, raw: ids stay encoded as they came (T-HTTP-6)."""
    return whole.removeprefix(prefix.replace("<custom_module:module>", path.get("module", "")))


def _is_below(path: str) -> bool:
    return path == _BASE or path.startswith(_BASE + "/")


def _party(this: HubRequest, name: str) -> PartyId | None:
    country_code, party_id = _HEADERS[name]
    get = this.environ.get
    return party_of_headers(get(country_code), get(party_id), name=name)
