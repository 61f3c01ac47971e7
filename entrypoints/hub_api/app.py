"""The hub API as a Flask blueprint: the same exchange, ids and envelope as OCPI's surface."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from urllib.parse import parse_qsl

from flask import Blueprint

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
from entrypoints.ocpi.exchange import Exchange, HubRequest, authenticated, tokens_of
from entrypoints.ocpi.paging import Query
from entrypoints.ocpi.replies import Reply
from entrypoints.plain_flask import Answer

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
        mounted.before_app_request(self._let_in)  # type: ignore[type-var]
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

    def _let_in(self, this: HubRequest) -> None:
        """No request passes without a token, not even to a 404; the descriptions are public."""
        path = this.path
        if not (path == _SURFACE or path.startswith(_SURFACE + "/")):
            return
        this.wire = REST
        if path in (_DESCRIPTION, _DESCRIPTION_OF_OCPI):
            return
        this.operator_calls = self._is_operator(this)
        if not this.operator_calls:
            this.caller = authenticated(self.hub, this, functional=True)

    def _is_operator(self, this: HubRequest) -> bool:
        wanted = self.admin_token.encode()
        return any(hmac.compare_digest(token.encode(), wanted) for token in tokens_of(this))

    def _describe(self, this: HubRequest) -> Answer:
        raw = files("entrypoints.hub_api").joinpath("openapi.json").read_bytes()
        return self.exchange.respond(this, Reply(passed_on=raw))

    def _describe_ocpi(self, this: HubRequest) -> Answer:
        return self.exchange.respond(this, Reply(passed_on=described()))

    def _view(self, line: Route) -> Callable[..., Answer]:
        module = line.path.split("/")[1]

        def view(this: HubRequest, **path: str) -> Answer:
            this.module = module
            caller = None if this.operator_calls else this.caller.partner
            if not line.who.includes(operator=caller is None):
                raise errors.WrongToken(f"the {line.who}'s token opens this")
            line.check(_query(this))
            call = self._call(this, caller, path)
            return self.exchange.respond(this, line.handler(self.hub, call))

        return view

    def _call(self, this: HubRequest, caller: Partner | None, path: dict[str, str]) -> HubApiCall:
        this.body = plain_body(this, self.limits.max_body_bytes)
        return HubApiCall(
            caller=caller,
            method=this.method,
            path=ids_of(path),
            query=_query(this),
            url=self.limits.public_url + this.path,
            correlation_id=this.ids.correlation,
            page_limit=self.limits.page_limit,
            content_type=this.mimetype,
            claimed=_party(this, "from"),
            addressed=_party(this, "to"),
            body=this.body,
        )


def _query(this: HubRequest) -> Query:
    return parse_qsl(this.query_string.decode("latin-1"), keep_blank_values=True)


def _party(this: HubRequest, name: str) -> PartyId | None:
    return party_of_headers(
        this.headers.get(f"OCPI-{name}-country-code"),
        this.headers.get(f"OCPI-{name}-party-id"),
        name=name,
    )
