"""The hub API as a Flask blueprint: the same exchange, ids and envelope as OCPI's surface."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from urllib.parse import parse_qsl

from flask import Blueprint

from application.hub import Hub
from application.operators.tokens import ENVIRONMENT
from domain import errors
from domain.operators.audit import Actor, AuditEvent
from domain.operators.operator import Operator, OperatorRole
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.routing.routes import party_of_headers
from entrypoints.hub_api.acts import asked_by, subject
from entrypoints.hub_api.asked import actor_of, body_of, made_in, named_in, reason_in
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.errors import REST
from entrypoints.hub_api.ocpi_description import described
from entrypoints.hub_api.route import Route
from entrypoints.hub_api.routes import ROUTES
from entrypoints.ocpi.app import Limits
from entrypoints.ocpi.bodies import plain_body
from entrypoints.ocpi.callers import authenticated, tokens_of
from entrypoints.ocpi.calls import ids_of
from entrypoints.ocpi.exchange import Exchange, HubRequest
from entrypoints.ocpi.paging import Query
from entrypoints.ocpi.replies import Reply
from entrypoints.plain_flask import Answer
from entrypoints.tally import Tally

_SURFACE = "/hub"
_BASE = _SURFACE + "/v1"
_DESCRIPTION = _BASE + "/openapi.json"
_DESCRIPTION_OF_OCPI = _BASE + "/ocpi.openapi.json"
READ_BY_ENVIRONMENT = "environment.read"
REFUSED = "operator.refused"
_FROM_THE_ENVIRONMENT = Operator(
    ENVIRONMENT, OperatorRole.ADMIN, fingerprint="", made_at=datetime.fromtimestamp(0, UTC)
)


@dataclass(frozen=True)
class HubApi:
    """Serves the table of routes below `/hub/v1`, to partners and to the operator."""

    hub: Hub
    exchange: Exchange
    limits: Limits
    admin_token: str = field(repr=False)
    tally: Tally

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
        this.operator = self._operator(this)
        if this.operator is None:
            this.caller = authenticated(self.hub, self.exchange.guesses, this, functional=True)

    def _operator(self, this: HubRequest) -> Operator | None:
        wanted = self.admin_token.encode()
        for token in tokens_of(this):
            if hmac.compare_digest(token.encode(), wanted):
                return _FROM_THE_ENVIRONMENT
            if (known := self.hub.operator_tokens.known(token)) is not None:
                return known
        return None

    def _describe(self, this: HubRequest) -> Answer:
        raw = files("entrypoints.hub_api").joinpath("openapi.json").read_bytes()
        return self.exchange.respond(this, Reply(passed_on=raw))

    def _describe_ocpi(self, this: HubRequest) -> Answer:
        return self.exchange.respond(this, Reply(passed_on=described()))

    def _view(self, line: Route) -> Callable[..., Answer]:
        module = line.path.split("/")[1]
        gates = [self.hub.request_gates.of(each) for each in line.limited]
        place_of = self.exchange.guesses.places.of

        def view(this: HubRequest, **path: str) -> Answer:
            this.module = module
            caller = None if this.operator is not None else this.caller.partner
            for gate in gates:
                if caller is not None and (wait_s := gate.enter(caller.id)):
                    return self.exchange.limited(this, gate, wait_s)
            if not line.who.includes(operator=caller is None):
                raise errors.WrongToken(f"the {line.who}'s token opens this")
            actor = actor_of(this.operator, caller, place_of(this.environ))
            if this.operator is not None:
                self._check(this.operator, line, actor)
            line.check(_query(this))
            call = self._call(this, caller, actor, path)
            if line.act:
                return self.exchange.respond(this, self._on_record(line, call, reason_in(this)))
            if this.operator is _FROM_THE_ENVIRONMENT:
                self.tally.count(READ_BY_ENVIRONMENT, actor)
            return self.exchange.respond(this, line.handler(self.hub, call))

        return view

    def _check(self, operator: Operator, line: Route, actor: Actor) -> None:
        """:raises WrongToken: if the operator's role lacks the right; it is counted, too."""
        try:
            operator.check(line.needs)
        except errors.WrongToken:
            self.tally.count(REFUSED, actor)
            raise

    def _on_record(self, line: Route, call: HubApiCall, reason: str) -> Reply:
        """The handler's answer; that it was called, and what came of it, is on record by then."""
        hub, body = self.hub, body_of(call)
        named, asked = named_in(line.act, call, body), asked_by({**body, **call.path})
        event = AuditEvent(line.act, call.actor, reason=reason, asked=asked)
        return hub.audited_acts.do(
            event,
            lambda: line.handler(hub, call),
            lambda reply: subject(hub, line.act, {**named, **made_in(line.act, reply)}),
        )

    def _call(
        self, this: HubRequest, caller: Partner | None, actor: Actor, path: dict[str, str]
    ) -> HubApiCall:
        this.body = plain_body(this, self.limits.max_body_bytes)
        return HubApiCall(
            caller=caller,
            actor=actor,
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
