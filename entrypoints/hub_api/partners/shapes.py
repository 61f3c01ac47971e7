"""Partners as operators see them: who they are, and what they may speak for.

Nothing here is secret but an invitation's token, which is shown once.
"""

from collections.abc import Iterable
from datetime import datetime

from application.partners.administration import Invitation
from domain.documents import JsonValue
from domain.objects.client_info import status_of
from domain.objects.pulls import ListRead
from domain.partners.agreements import Agreement, Fee
from domain.partners.approval import Approved, Invited
from domain.partners.naming import first_role, partner_id_of
from domain.partners.partner import Partner, TokenUse
from domain.partners.party import Endpoint, spelled_key
from entrypoints.hub_api.objects.shapes import pulled_shape
from entrypoints.hub_api.partners.interest import interest_shape
from entrypoints.hub_api.partners.options import options_shape
from entrypoints.hub_api.shapes import Shape, party_text, time_text


def invitation_shape(invitation: Invitation) -> Shape:
    """What is handed to the partner; `token` is shown this once."""
    return {
        "id": invitation.partner.id,
        "partner_id": partner_id_of(invitation.partner),
        "token": invitation.token,
        "versions_url": invitation.versions_url,
    }


def partner_shape(partner: Partner) -> Shape:
    """A partner; `partner_id` and `type` are its first role's, for display (D-14)."""
    first = first_role(partner)
    return {
        "id": partner.id,
        "partner_id": partner_id_of(partner),
        "type": first.role.value if first is not None else None,
        "name": partner.name,
        "state": partner.state.value,
        "status": status_of(partner),
        "reachable": partner.is_registered and partner.reachable and not partner.ailing,
        "last_seen": time_text(partner.last_seen),
        "pulled": {module: time_text(at) for module, at in partner.synced},
        "stand_in": partner.stand_in,
        "roles": [role.as_credentials_role() for role in partner.roles],
        "hub_party": None if partner.hub_party is None else party_text(partner.hub_party),
        "invited": [_invited(role) for role in partner.approved.roles],
        "approved": _approved(partner.approved),
        "waiting": _approved(Approved.of(partner.waiting, partner.waiting_hub)),
        "keeps": list[JsonValue](map(spelled_key, sorted(partner.holds))),
        "to_review": partner.to_review,
        "options": options_shape(partner.options),
        "interest": interest_shape(partner.interests),
        "invitation_expires": time_text(_invitation_end(partner)),
        "created": time_text(partner.created_at),
        "registered": time_text(partner.registered_at),
        "versions_url": partner.versions_url,
        "version": partner.version,
        "endpoints": [_endpoint(endpoint) for endpoint in partner.endpoints],
    }


def _approved(approved: Approved) -> Shape:
    hub_party = approved.hub_party
    return {
        "roles": [_invited(role) for role in approved.roles],
        "hub_party": None if hub_party is None else party_text(hub_party),
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
        "fault": endpoint.fault or None,
    }


def _invitation_end(partner: Partner) -> datetime | None:
    ends = (each.expires_at for each in partner.tokens if each.use is TokenUse.INVITATION)
    return next(ends, None)


def partner_with_pulls(partner: Partner, reads: Iterable[ListRead]) -> Shape:
    """A partner, and how far each of its lists is read."""
    return {**partner_shape(partner), "pulls": [pulled_shape(read) for read in reads]}


def agreement_shape(made: Agreement) -> Shape:
    """That two parties see each other."""
    return {
        "id": made.id,
        "one": party_text(made.one),
        "other": party_text(made.other),
        "made": time_text(made.made_at),
        "fees": [_fee(fee) for fee in made.fees],
    }


def _fee(fee: Fee) -> Shape:
    return {"currency": fee.currency, "fixed": fee.fixed, "percent": fee.percent}
