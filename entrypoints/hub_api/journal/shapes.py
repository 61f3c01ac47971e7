"""A leg as it looks outside."""

from decimal import Decimal

from domain.documents import JsonValue
from domain.journal.legs import Leg, Message
from domain.partners.party import PartyId
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape, party_text, time_text

OPERATOR = "operator"


def leg_shape(leg: Leg, names: Names) -> Shape:
    """One request and its answer; `http` and `ocpi` are None where no answer came.

    `request` and `answer` are there where they are kept still; a body is text, its beginning where
    `rest` has a hash of what comes after.
    """
    return {
        "id": leg.id,
        "at": time_text(leg.at),
        "direction": leg.direction.value,
        "purpose": leg.purpose.value,
        "partner": partner_shape(leg.partner_id, names),
        "from": _party(leg.sender),
        "to": _party(leg.receiver),
        "module": leg.module or None,
        "method": leg.method,
        "url": leg.address,
        "http": leg.http,
        "ocpi": leg.ocpi,
        "reason": leg.reason or None,
        "elapsed_ms": Decimal(f"{leg.elapsed_ms:.1f}"),
        "correlation_id": leg.correlation_id or None,
        "request_id": leg.request_id or None,
        "decision": leg.decision or None,
        "rule": leg.rule or None,
        "rewritten": list(leg.rewritten),
        "remarks": leg.remarks or None,
        "about": leg.about or None,
        "request": _message(leg.asked),
        "answer": _message(leg.answered),
    }


def partner_shape(partner_id: str, names: Names) -> Shape | None:
    """The partner at the other end; None: the operator, or a caller that is not known."""
    return None if partner_id in ("", OPERATOR) else names.partner(partner_id)


def _party(party: PartyId | None) -> str | None:
    return None if party is None else party_text(party)


def _message(message: Message | None) -> JsonValue:
    if message is None:
        return None
    return {
        "headers": dict(message.headers),
        "body": message.body.decode("utf-8", "replace"),
        "size": message.size,
        "rest": message.rest or None,
    }
