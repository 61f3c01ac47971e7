"""What the hub's operators do with partners: invite, look, suspend, resume, remove.

Each step can be repeated; what partners own is never touched by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from application.partners.admission import Admission
from application.partners.changing import change_partner
from application.partners.client_info import ClientInfoAnnouncer
from application.partners.credentials_client import CredentialsClient
from application.partners.hub_party import HubParty
from application.partners.suspension import CatchesUp, Suspension
from domain import errors
from domain.deciding_again import until_written
from domain.partners.admission import without_roles
from domain.partners.agreements import Agreement, Fee
from domain.partners.approval import Approved, Invited
from domain.partners.options import PLAIN, ConnectionOptions
from domain.partners.partner import INVITATION_LIFE, InboundToken, Partner, PartnerState, TokenUse
from domain.partners.party import PartyId
from domain.ports import (
    AgreementStore,
    Clock,
    DeliveryQueue,
    Ids,
    PartnerNotes,
    PartnerStore,
    Secrets,
)


@dataclass(frozen=True)
class Invitation:
    """What an operator hands to a partner, by a safe way: `token` is OCPI's token A, in clear."""

    partner: Partner
    token: str
    versions_url: str

    def __repr__(self) -> str:
        return f"Invitation({self.partner.id!r})"


@dataclass(frozen=True)
class PartnerAdministration:
    """The operators' side of partners."""

    hub: HubParty
    partners: PartnerStore
    partner_notes: PartnerNotes
    admission: Admission
    queue: DeliveryQueue
    credentials_client: CredentialsClient
    agreements: AgreementStore
    client_info: ClientInfoAnnouncer
    suspension: Suspension
    catch_up: CatchesUp
    secrets: Secrets
    ids: Ids
    clock: Clock

    def invite(
        self,
        *,
        name: str,
        roles: Sequence[Invited],
        hub_party: PartyId | None = None,
        life: timedelta = INVITATION_LIFE,
        announce: bool = False,
        options: ConnectionOptions = PLAIN,
    ) -> Invitation:
        """An invitation good for this set, once, until it expires; its parties are taken at once.

        `announce`: others are told of the parties at once, as PLANNED (HCI-3).

        :raises InvalidParameter: for a set that names no role, or a party no header could name.
        :raises PartyTaken: if a role is the hub's own or kept by another platform.
        """
        if not roles:
            raise errors.InvalidParameter("an invitation names the roles that it is good for")
        new = Partner(
            id=self.ids.new(),
            name=name,
            state=PartnerState.INVITED,
            created_at=self.clock.now(),
            is_announced=announce,
            options=options,
        )
        return self._invited(new, Approved(tuple(roles), hub_party), life)

    def invite_again(self, partner_id: str, *, life: timedelta = INVITATION_LIFE) -> Invitation:
        """A new token A for the same set; what was agreed with the partner before is over.

        :raises WrongState: if the partner was never approved.
        :raises PartyTaken: if a part of its set was released and is another platform's now.
        """
        invitation = until_written(
            lambda: self._invited_again(partner_id, life), "the partner changes"
        )
        self.queue.forget(partner_id)
        return invitation

    def _invited_again(self, partner_id: str, life: timedelta) -> Invitation:
        """Its former invitation, where that has expired, is freed by another write on the way."""
        partner = self.partners.get(partner_id)
        if partner.approved.is_empty:
            raise errors.WrongState("the partner has no approved roles: set them first")
        over = without_roles(partner.unregistered(PartnerState.INVITED))
        return self._invited(over, partner.approved, life)

    def _invited(self, partner: Partner, approved: Approved, life: timedelta) -> Invitation:
        token = self.secrets.new_token()
        until = self.clock.now() + life
        held = InboundToken(self.secrets.fingerprint(token), TokenUse.INVITATION, until)
        invited = replace(self.admission.approve(partner, approved), tokens=(held,))
        saved = self.partners.save(invited)
        self.client_info.reconcile()
        return Invitation(saved, token, self.hub.versions_url)

    def suspend(self, partner_id: str) -> Partner:
        """Let nothing in from the partner and send it nothing, until it is resumed."""
        suspended = change_partner(self.partners, partner_id, self.suspension.suspended)
        self.queue.forget(partner_id)
        self.client_info.reconcile()
        return suspended

    def resume(self, partner_id: str) -> Partner:
        """Undo `suspend`; its tokens are as they were, and it is brought into step.

        :raises NotRegistered: if it is not suspended.
        """
        resumed = change_partner(self.partners, partner_id, self.suspension.resumed)
        self.client_info.reconcile()
        self.catch_up.begin(resumed)
        return resumed

    def remove(self, partner_id: str) -> Partner:
        """End the connection: tell the partner by DELETE, then cut it off. Safe to repeat.

        Its parties stay taken until they are released.
        """
        partner = self.partners.get(partner_id)
        if partner.is_connected:
            self.credentials_client.say_goodbye(partner)
        removed = change_partner(self.partners, partner_id, _unregistered)
        self.queue.forget(partner_id)
        self.client_info.reconcile()
        return removed

    def set_options(self, partner_id: str, options: ConnectionOptions) -> Partner:
        """What its operator knows of its software; holds from its next request on."""
        return change_partner(
            self.partners, partner_id, lambda held: replace(held, options=options)
        )

    def let_stand_in(self, partner_id: str, *, allowed: bool) -> Partner:
        """Whether the hub may answer for the partner's tokens when it cannot (H-TK-3)."""
        return change_partner(
            self.partners, partner_id, lambda partner: replace(partner, stand_in=allowed)
        )

    def agree(self, one: PartyId, other: PartyId) -> Agreement:
        """Let the two parties see each other, from now on, and tell them. Safe to repeat.

        :raises InvalidParameter: if they are the same party.
        """
        if one == other:
            raise errors.InvalidParameter("an agreement is between two parties")
        made = Agreement(one, other, self.clock.now())
        if not self.agreements.add(made):
            return next((each for each in self.agreed() if each.id == made.id), made)
        self.client_info.introduce(one, other)
        for partner in self.partners.all():
            if {one, other} & set(partner.parties):
                self.partner_notes.joined(partner.id, at=made.made_at)
        return made

    def disagree(self, agreement_id: str) -> bool:
        """End an agreement, at once; False if there is none."""
        return self.agreements.remove(agreement_id)

    def price(self, agreement_id: str, fee: Fee) -> Agreement:
        """The hub's share of the two parties' CDRs in this currency, from now on (D-21).

        CDRs in custody keep the fee that they were accepted under. Safe to repeat.

        :raises InvalidParameter: for a fee that is no share: below nothing, or above all.
        :raises UnknownObject: if there is no agreement of this id.
        """
        if not fee.is_sound:
            raise errors.InvalidParameter("a fee is 0 or more, and at most 100 percent")
        made = self.agreements.get(agreement_id)
        priced = None if made is None else made.with_fee(fee)
        if priced is None or not self.agreements.price(priced):
            raise errors.UnknownObject(f"there is no agreement {agreement_id}")
        return priced

    def agreed(self) -> tuple[Agreement, ...]:
        """Every agreement, oldest first."""
        return self.agreements.all()

    def all_partners(self) -> tuple[Partner, ...]:
        """Every partner there is or was, oldest first."""
        return self.partners.all()

    def find(self, name: str) -> Partner:
        """The partner of this id, name or party (`DE-ABC`); an invited party counts if alone.

        :raises UnknownPartner: if none is. :raises AmbiguousPartner: if several are.
        """
        partners = self.partners.all()
        found = [partner for partner in partners if _is_called(partner, name)]
        found = found or [partner for partner in partners if _is_invited_as(partner, name)]
        live = [partner for partner in found if partner.state is not PartnerState.UNREGISTERED]
        chosen = live or found
        if not chosen:
            raise errors.UnknownPartner(f"no partner is called {name!r}")
        if len(chosen) > 1:
            fitting = ", ".join(f"{each.id} ({each.name})" for each in chosen)
            raise errors.AmbiguousPartner(
                f"several partners are called {name!r}: {fitting}: name one by its id"
            )
        return chosen[0]


def _unregistered(partner: Partner) -> Partner:
    if partner.state is PartnerState.UNREGISTERED:
        return partner
    return partner.unregistered(PartnerState.UNREGISTERED)


def _is_called(partner: Partner, name: str) -> bool:
    return name in (partner.id, partner.name) or _as_party(name) in map(str, partner.parties)


def _is_invited_as(partner: Partner, name: str) -> bool:
    return _as_party(name) in set(map(str, partner.approved.parties))


def _as_party(name: str) -> str:
    return name.upper().replace("-", "/")
