"""What the hub keeps itself, as it looks outside: to the hub API and the command line.

Nothing here is secret: no token leaves the hub but the one that an invitation is.
"""

from collections.abc import Mapping
from datetime import datetime

from adapters.ocpi import json
from application.administering import Invitation
from application.synchronizing import Pulled
from application.watching import short_id
from domain.agreements import Agreement
from domain.clientinfo import status_of
from domain.deliveries import Attempt, Delivery, LaneId
from domain.documents import JsonValue
from domain.lanes import LaneHealth
from domain.partner import Invited, Partner, TokenUse
from domain.party import Endpoint, PartyId, PartyRole
from domain.quarantine import Quarantined
from domain.times import format_time

Shape = Mapping[str, JsonValue]


def invitation_shape(invitation: Invitation) -> Shape:
    """What is handed to the partner; `token` is shown this once."""
    return {
        "partner_id": invitation.partner.id,
        "token": invitation.token,
        "versions_url": invitation.versions_url,
    }


def partner_shape(partner: Partner) -> Shape:
    """A partner; `partner_id` and `type` are its first role's, for display (D-14)."""
    named: tuple[PartyRole | Invited, ...] = (*partner.roles, *partner.invited)
    first = named[0] if named else None
    return {
        "id": partner.id,
        "partner_id": _party(first.party) if first is not None else None,
        "type": first.role.value if first is not None else None,
        "name": partner.name,
        "state": partner.state.value,
        "status": status_of(partner),
        "reachable": partner.is_registered and partner.reachable and not partner.ailing,
        "last_seen": _time(partner.last_seen),
        "pulled": {module: _time(at) for module, at in partner.synced},
        "stand_in": partner.stand_in,
        "roles": [role.as_credentials_role() for role in partner.roles],
        "invited": [_invited(role) for role in partner.invited],
        "invitation_expires": _time(_invitation_end(partner)),
        "created": _time(partner.created_at),
        "registered": _time(partner.registered_at),
        "versions_url": partner.versions_url,
        "version": partner.version,
        "endpoints": [_endpoint(endpoint) for endpoint in partner.endpoints],
    }


def agreement_shape(made: Agreement) -> Shape:
    """That two parties see each other."""
    return {
        "id": made.id,
        "one": _party(made.one),
        "other": _party(made.other),
        "made": _time(made.made_at),
    }


def pulled_shape(pulled: Pulled) -> Shape:
    """What pulling one party's list came to."""
    return {
        "module": pulled.module,
        "party": _party(pulled.party),
        "seen": pulled.seen,
        "stored": pulled.stored,
        "quarantined": pulled.quarantined,
        "failure": pulled.failure or None,
    }


def quarantined_shape(found: Quarantined) -> Shape:
    """What was set aside, why, and what it was."""
    return {
        "partner": found.partner_id,
        "module": found.module,
        "object": found.name,
        "problems": list(found.problems),
        "seen": _time(found.seen_at),
        "document": json.parse(found.body),
    }


def delivery_shape(delivery: Delivery) -> Shape:
    """What one receiver is owed of one object; `short_id` names it as well as `id`."""
    return {
        "id": delivery.id,
        "short_id": short_id(delivery),
        "partner": delivery.lane.partner_id,
        "receiver": _party(delivery.receiver),
        "module": delivery.key.module,
        "object": {"owner": _party(delivery.key.owner), "id": delivery.key.id},
        "since": _time(delivery.since),
        "due": _time(delivery.due),
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "last": _attempt(delivery.last) if delivery.last is not None else None,
    }


def lane_shape(lane: LaneId, health: LaneHealth) -> Shape:
    """How well sending to one platform goes."""
    return {
        "partner": lane.partner_id,
        "class": lane.delivery_class.value,
        "breaker": health.breaker.value,
        "failures_in_a_row": health.failures_in_a_row,
        "probe_at": _time(health.probe_at),
        "reason": health.reason,
    }


def _attempt(attempt: Attempt) -> Shape:
    return {
        "at": _time(attempt.at),
        "http": attempt.http,
        "ocpi": attempt.ocpi,
        "reason": attempt.reason,
    }


def _invited(role: Invited) -> Shape:
    return {
        "role": role.role.value,
        "country_code": role.party.country_code,
        "party_id": role.party.party_id,
    }


def _endpoint(endpoint: Endpoint) -> Shape:
    return {
        "identifier": endpoint.identifier,
        "role": endpoint.role.value,
        "url": endpoint.url,
    }


def _invitation_end(partner: Partner) -> datetime | None:
    ends = (each.expires_at for each in partner.tokens if each.use is TokenUse.INVITATION)
    return next(ends, None)


def _party(party: PartyId) -> str:
    return f"{party.country_code}-{party.party_id}"


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_time(moment)
