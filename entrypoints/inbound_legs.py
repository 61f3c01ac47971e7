"""What the journal is told of each request that came in, and of its answer.

Health checks are no legs. What the hub's own lists show is not kept once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from urllib.parse import unquote

from domain.journal.legs import Direction, Leg, Purpose, Spoken
from domain.journal.secrets import url_without_secrets
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from domain.ports import Clock, Journal
from domain.routing.routes import Scenario
from entrypoints.ocpi.errors import WIRE
from entrypoints.ocpi.exchange import HubRequest
from entrypoints.ocpi.replies import SUCCESS, Reply

OPERATOR = "operator"
_RULES: Mapping[Scenario, str] = {
    Scenario.DIRECT: "R-4",
    Scenario.BROADCAST: "R-BC-1",
    Scenario.GET_ALL: "R-GETALL-4",
    Scenario.OPEN: "R-4",
    Scenario.STORE: "R-GETALL-3",
}
_TO_ONE = "R-BC-5"
"""Of a session or CDR that is said to the hub."""
_MOST_ID = 255
_OF_RECEIVERS = 4000
"""From here on status codes say what became of a request at its receiver: it was not refused."""


@dataclass(frozen=True)
class InboundLegs:
    """Notes requests once they are answered; `hub` is the hub's own party."""

    hub: PartyId
    journal: Journal
    clock: Clock

    def note(self, request: HubRequest, reply: Reply, took_s: float) -> None:
        """`took_s`: from when the request was whole until its answer was."""
        routed = request.routed
        decision, rule = decision_on(request, reply)
        names = request.view_args or {}
        is_secret = _may_hold_credentials(request)
        said = "" if reply.passed_on is not None else reply.message[:_MOST_ID]
        is_remark = reply.code == SUCCESS and said not in ("", Reply.message)
        self.journal.note(
            Leg(
                at=self.clock.now() - timedelta(seconds=took_s),
                direction=Direction.IN,
                purpose=Purpose.RECEIVED,
                partner_id=_caller(request),
                method=request.method[:10],
                address=url_without_secrets(_url(request)),
                correlation_id=request.ids.correlation,
                request_id=request.ids.request,
                elapsed_ms=took_s * 1000,
                module=_module(request, names),
                sender=None if routed is None else routed.sender,
                receiver=None if routed is None else reply.sender or routed.receiver or self.hub,
                http=reply.status,
                ocpi=reply.code if request.wire is WIRE or reply.passed_on is None else None,
                reason="" if is_remark else said,
                remarks=said if is_remark else "",
                decision=decision,
                rule=rule,
                rewritten=reply.rewritten,
                about=reply.about or _about(request, names),
            ),
            Spoken(_headers(request), request.body, is_secret),
            _answered(reply, request.answer, is_secret=is_secret),
        )


def _answered(reply: Reply, pieces: Sequence[bytes], *, is_secret: bool) -> Spoken:
    if reply.items is not None:
        return Spoken(reply.headers, size=sum(map(len, pieces)))
    return Spoken(reply.headers, b"".join(pieces), is_secret)


def decision_on(request: HubRequest, reply: Reply) -> tuple[str, str]:
    """What the hub did with the request, and the rule that it did it by; empty: neither."""
    if reply.decision:
        return reply.decision, reply.rule
    is_receivers = request.routed is not None and reply.code >= _OF_RECEIVERS
    if reply.passed_on is None and reply.code != SUCCESS and not is_receivers:
        return "refused", ""
    if request.routed is None:
        return "", ""
    scenario = request.routed.scenario
    names = request.view_args or {}
    is_of_one = _module(request, names) in ("sessions", "cdrs")
    is_to_hub = scenario in (Scenario.BROADCAST, Scenario.OPEN)
    return scenario.value, _TO_ONE if is_of_one and is_to_hub else _RULES[scenario]


def _caller(request: HubRequest) -> str:
    if request.operator is not None:
        return OPERATOR
    caller = getattr(request, "caller", None)
    return "" if caller is None else str(caller.partner.id)


def _url(request: HubRequest) -> str:
    query = request.environ.get("QUERY_STRING", "")
    return f"{request.path}?{query}" if query else request.path


def _module(request: HubRequest, names: Mapping[str, str]) -> str:
    if request.wire is not WIRE:
        return "hub_api"
    return names.get("module", request.module)


def _about(request: HubRequest, names: Mapping[str, str]) -> str:
    """The key of the object that the URL names below its owner."""
    if not {"country_code", "party_id", "object_id"} <= names.keys():
        return ""
    owner = PartyId(unquote(names["country_code"]), unquote(names["party_id"]))
    return str(ObjectKey(_module(request, names), owner, unquote(names["object_id"])))


def _headers(request: HubRequest) -> dict[str, str]:
    given = request.environ.items()
    return {_header(name): str(text) for name, text in given if name[:5] == "HTTP_"}


@lru_cache(maxsize=1_000)
def _header(name: str) -> str:
    """What WSGI calls HTTP_X_REQUEST_ID is X-Request-Id."""
    return name[5:].replace("_", "-").title()


def _may_hold_credentials(request: HubRequest) -> bool:
    """Credentials travel in the module of that name, and everywhere in the hub API."""
    return request.wire is not WIRE or request.path.rstrip("/").endswith("/credentials")
