"""Partners, for the hub's operators: invite, connect, look, suspend, resume, rotate, remove.

What OCPI's credentials module has no place for (D-14, D-16, D-25).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from application.hub import Hub
from domain import errors
from domain.partners.approval import Approved, Invited
from domain.partners.naming import partner_id_of
from domain.partners.options import PLAIN
from domain.partners.partner import Partner
from domain.partners.party import PartyId, Role
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.forms import fill_in
from entrypoints.hub_api.listing import cut
from entrypoints.hub_api.partners import options
from entrypoints.hub_api.partners.forms import (
    ApprovalForm,
    ConnectionForm,
    InvitationForm,
    RenewedInvitationForm,
    RotationForm,
    StandInForm,
    SyncForm,
)
from entrypoints.hub_api.partners.options import OptionsForm
from entrypoints.hub_api.partners.shapes import invitation_shape, partner_shape, partner_with_pulls
from entrypoints.hub_api.shapes import Shape
from entrypoints.ocpi.replies import Reply, of_value


def list_partners(hub: Hub, call: HubApiCall) -> Reply:
    """GET: every partner, oldest first."""
    return cut(call, [partner_shape(partner) for partner in hub.administration.all_partners()])


def get_partner(hub: Hub, call: HubApiCall) -> Reply:
    """GET of one partner, by id, name or party; with what pulling its lists came to."""
    partner = _named(hub, call)
    return of_value(partner_with_pulls(partner, hub.pulls_of_partners.known(partner.id)))


def invite_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST: an invitation; its token is in this answer and nowhere else."""
    form = fill_in(InvitationForm(), call.json_object())
    approved = _set_in(form)
    invitation = hub.administration.invite(
        name=form["name"],
        roles=approved.roles,
        hub_party=approved.hub_party,
        life=timedelta(days=form["expires_in_days"]),
        announce=form["announce"],
        options=options.changed(PLAIN, form["options"]),
    )
    return of_value(invitation_shape(invitation), status=201)


def invite_partner_again(hub: Hub, call: HubApiCall) -> Reply:
    """POST invite: a new token A for the same set; the old tokens end. A body is optional."""
    form = fill_in(RenewedInvitationForm(), call.json_object() if call.body else {})
    life = timedelta(days=form["expires_in_days"])
    invitation = hub.administration.invite_again(_named(hub, call).id, life=life)
    return of_value(invitation_shape(invitation), status=201)


def connect_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST connect: the hub registers at the partner, now. Without roles it awaits approval."""
    form = fill_in(ConnectionForm(), call.json_object())
    partner = hub.credentials_client.connect(
        name=form["name"],
        url=form["url"],
        token=form["token"],
        approved=_set_in(form),
        options=options.changed(PLAIN, form["options"]),
    )
    return of_value(partner_shape(partner), status=201)


def approve_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST approve: it may speak for what it has named."""
    return of_value(partner_shape(hub.approval.approve(_named(hub, call).id)))


def reject_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST reject: the partner that awaits approval is told by DELETE, then cut off."""
    return of_value(partner_shape(hub.approval.reject(_named(hub, call).id)))


def set_approved(hub: Hub, call: HubApiCall) -> Reply:
    """PUT approved: it may speak for this set and for nothing else, from now on."""
    approved = _set_in(fill_in(ApprovalForm(), call.json_object()))
    return of_value(partner_shape(hub.approval.set(_named(hub, call).id, approved)))


def set_options(hub: Hub, call: HubApiCall) -> Reply:
    """PATCH options: how strictly its objects are judged, and what its software needs."""
    form = fill_in(OptionsForm(), call.json_object())
    partner = _named(hub, call)
    wanted = options.changed(partner.options, form)
    return of_value(partner_shape(hub.administration.set_options(partner.id, wanted)))


def release_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST release: the parties that it keeps and has no more are free."""
    return of_value(partner_shape(hub.approval.release(_named(hub, call).id)))


def suspend_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST suspend: nothing in, nothing out, until resumed."""
    return of_value(partner_shape(hub.administration.suspend(_named(hub, call).id)))


def resume_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST resume."""
    return of_value(partner_shape(hub.administration.resume(_named(hub, call).id)))


def rotate_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST rotate: new tokens both ways. A body is optional."""
    form = fill_in(RotationForm(), call.json_object() if call.body else {})
    partner = _named(hub, call)
    rotated = hub.credentials_client.rotate(partner.id, compromised=form["compromised"])
    return of_value(partner_shape(rotated))


def synchronize_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST sync: a worker pulls what the partner has new. Its lists may be long: 202, at once."""
    form = fill_in(SyncForm(), call.json_object() if call.body else {})
    partner = _named(hub, call)
    hub.pulls_of_partners.start(partner.id, whole=form["whole"])
    return of_value(partner_shape(partner), status=202)


def let_partner_stand_in(hub: Hub, call: HubApiCall) -> Reply:
    """PUT stand-in: whether the hub may answer for its tokens when it cannot be asked."""
    form = fill_in(StandInForm(), call.json_object())
    partner = _named(hub, call)
    changed = hub.administration.let_stand_in(partner.id, allowed=form["allowed"])
    return of_value(partner_shape(changed))


def announce_to_all(hub: Hub, call: HubApiCall) -> Reply:
    """POST announce: all whose parties changed are told now; who could not be told, and why."""
    told = [announced(hub, partner) for partner in hub.role_announcer.changed()]
    return of_value(told)


def announced(hub: Hub, partner: Partner) -> Shape:
    """Tell one partner of the parties that it reaches; `failure` is None if it took note."""
    failure = None
    try:
        hub.role_announcer.announce(partner.id)
    except errors.HubError as wrong:
        failure = str(wrong)
    named = {"id": partner.id, "partner_id": partner_id_of(partner), "name": partner.name}
    return {**named, "failure": failure}


def announce_to_partner(hub: Hub, call: HubApiCall) -> Reply:
    """POST announce: the partner is told now of the parties that it reaches, by PUT credentials."""
    return of_value(partner_shape(hub.role_announcer.announce(_named(hub, call).id)))


def remove_partner(hub: Hub, call: HubApiCall) -> Reply:
    """DELETE: the partner is told, then cut off. What it owns stays, and its parties stay taken."""
    return of_value(partner_shape(hub.administration.remove(_named(hub, call).id)))


def _named(hub: Hub, call: HubApiCall) -> Partner:
    return hub.administration.find(call.path["partner"])


def _set_in(form: Mapping[str, Any]) -> Approved:
    roles = tuple(
        Invited(Role(each["role"]), PartyId(each["country_code"], each["party_id"]))
        for each in form["roles"]
    )
    hub_party = form["hub_party"]
    return Approved(roles, None if hub_party is None else PartyId.parse(hub_party))
