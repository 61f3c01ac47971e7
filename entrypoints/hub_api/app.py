"""The hub API as a Flask blueprint: the same exchange, ids and envelope as OCPI's surface."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from urllib.parse import parse_qsl

from flask import Blueprint, Response, g, request

from application.hub import Hub
from domain import errors
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.routing.routes import party_of_headers
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.errors import REST
from entrypoints.hub_api.ocpi_description import described
from entrypoints.hub_api.routes import ROUTES, Route
from entrypoints.ocpi.app import Limits
from entrypoints.ocpi.bodies import plain_body
from entrypoints.ocpi.calls import ids_of
from entrypoints.ocpi.exchange import Exchange, authenticated, tokens_of
from entrypoints.ocpi.paging import Query
from entrypoints.ocpi.replies import Reply

_SURFACE = "/hub"
_BASE = _SURFACE + "/v1"
_DESCRIPTION = _BASE + "/openapi.json"
_DESCRIPTION_OF_OCPI = _BASE + "/ocpi.openapi.json"


@dataclass(frozen=True)
class HubApi:
    """Serves the table of routes below `/hub/v1`, to partners and to the operator."""

    hub: Hub
    exchange: Exchange
    limits: Limits
    admin_token: str = field(repr=False)

    def blueprint(self) -> Blueprint:
        """Every line of the table, and the OpenAPI descriptions, which are open to all."""
        mounted = Blueprint("hub_api", __name__)
        mounted.before_app_request(self._let_in)
        mounted.add_url_rule(_DESCRIPTION, endpoint="openapi", view_func=self._describe)
        mounted.add_url_rule(
            _DESCRIPTION_OF_OCPI, endpoint="ocpi_openapi", view_func=self._describe_ocpi
        )
        for number, line in enumerate(ROUTES):
            mounted.add_url_rule(
                _BASE + line.path,
                endpoint=f"{number}",
                view_func=self._view(line),
                methods=[line.method],
                provide_automatic_options=False,
            )
        return mounted

    def _let_in(self) -> None:
        """No request passes without a token, not even to a 404; the descriptions are public."""
        path = request.path
        if not (path == _SURFACE or path.startswith(_SURFACE + "/")):
            return
        g.wire = REST
        if path in (_DESCRIPTION, _DESCRIPTION_OF_OCPI):
            return
        g.hub_caller = None if self._is_operator() else self._partner()

    def _is_operator(self) -> bool:
        wanted = self.admin_token.encode()
        return any(hmac.compare_digest(token.encode(), wanted) for token in tokens_of(request))

    def _partner(self) -> Partner:
        return authenticated(self.hub, request, functional=True).partner

    def _describe(self) -> Response:
        raw = files("entrypoints.hub_api").joinpath("openapi.json").read_bytes()
        return self.exchange.respond(Reply(passed_on=raw))

    def _describe_ocpi(self) -> Response:
        return self.exchange.respond(Reply(passed_on=described()))

    def _view(self, line: Route) -> Callable[..., Response]:
        def view(**path: str) -> Response:
            caller: Partner | None = g.hub_caller
            if not line.who.includes(operator=caller is None):
                raise errors.WrongToken(f"the {line.who}'s token opens this")
            line.check(_query())
            return self.exchange.respond(line.handler(self.hub, self._call(caller, path)))

        return view

    def _call(self, caller: Partner | None, path: dict[str, str]) -> HubApiCall:
        return HubApiCall(
            caller=caller,
            method=request.method,
            path=ids_of(path),
            query=_query(),
            url=self.limits.public_url + request.path,
            correlation_id=g.ids.correlation,
            page_limit=self.limits.page_limit,
            content_type=request.mimetype,
            claimed=_party("from"),
            addressed=_party("to"),
            body=plain_body(request, self.limits.max_body_bytes),
        )


def _query() -> Query:
    return parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)


def _party(name: str) -> PartyId | None:
    return party_of_headers(
        request.headers.get(f"OCPI-{name}-country-code"),
        request.headers.get(f"OCPI-{name}-party-id"),
        name=name,
    )
