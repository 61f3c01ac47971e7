"""What the audit trail notes of a request to the hub API: who acts, from where, on what, why."""

from collections.abc import Mapping
from typing import Any

from adapters.ocpi import exact_json
from domain import errors
from domain.noted_text import storable
from domain.operators.audit import Actor, ActorKind
from domain.operators.operator import Operator
from domain.partners.naming import partner_id_of
from domain.partners.partner import Partner
from entrypoints.hub_api.acts import Named, named_by
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.ocpi.exchange import HubRequest
from entrypoints.ocpi.replies import Reply

LONGEST_REASON = 500
_REASON = "HTTP_HUB_REASON"
_CREATED = 201


def actor_of(operator: Operator | None, caller: Partner | None, place: str) -> Actor:
    """Who calls, and from which address."""
    if operator is not None:
        return Actor(ActorKind.OPERATOR, operator.name, operator.role.value, place)
    if caller is None:
        return Actor(ActorKind.UNKNOWN, place=place)
    return Actor(ActorKind.PARTNER, partner_id_of(caller) or caller.id, place=place)


def reason_in(this: HubRequest) -> str:
    """The header Hub-Reason, read as UTF-8: a header of HTTP has bytes."""
    raw = str(this.environ.get(_REASON, "")).encode("latin-1", "replace")
    return storable(raw.decode("utf-8", "replace"), LONGEST_REASON).strip()


def named_in(act: str, call: HubApiCall, body: Mapping[str, Any]) -> Named:
    """What the body names, and above it the path; a partner that acts for itself names itself."""
    own = {} if call.caller is None else {"partner": call.caller.id}
    return {**named_by(act, body), **named_by(act, call.path), **own}


def body_of(call: HubApiCall) -> Mapping[str, Any]:
    """The fields of the body; none where it is not as it should be: the handler says so."""
    try:
        return call.json_object() if call.body else {}
    except errors.HubError:
        return {}


def made_in(act: str, reply: Reply | None) -> Named:
    """The name of what the act has made, which the answer alone has."""
    if reply is None or reply.status != _CREATED or reply.data is None:
        return {}
    made = exact_json.parse(reply.data)
    kind = act.partition(".")[0]
    name = made.get("id", made.get("name")) if isinstance(made, Mapping) else None
    return {kind: str(name)} if name else {}
