"""The hub as the one who is registered at: the credentials module as server.

OCPI 2.3.0, credentials. The calls back to the partner are
made while its request is open, and nothing is written before all of them went well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from application.partners.admission import Admission
from application.partners.changing import change_partner
from application.partners.client_info import ClientInfoAnnouncer
from application.partners.directories import Directories
from application.partners.handshake import Handshake, connecting
from application.partners.handshake_turns import HandshakeTurns
from application.partners.hub_party import HubParty
from application.partners.recovery import Recovery
from domain import errors
from domain.documents import Document
from domain.partners import admission, doors, registration
from domain.partners.partner import GRACE_FOR_A_LOST_ANSWER, InboundToken, Partner, PartnerState
from domain.partners.party import Endpoint
from domain.partners.registration import Credentials
from domain.ports import (
    Clock,
    DeliveryQueue,
    Lanes,
    PartnerNotes,
    PartnerStore,
    Schemas,
    Secrets,
    Wake,
)
from domain.validation import Mode

_SEEN_EVERY_S = 30.0
_NOTED_EVERY_S = 2.0


@dataclass(frozen=True)
class Caller:
    """An authenticated platform and the token that it came with, in clear for GET credentials."""

    partner: Partner
    token: InboundToken
    clear: str

    def __repr__(self) -> str:
        return f"Caller({self.partner.id!r})"


@dataclass(frozen=True)
class CredentialsServer:
    """Lets platforms in, keeps their tokens turning, and lets them go.

    `heard` has when this process noted a call of each partner last: the directory may not show it
    yet.
    """

    hub: HubParty
    partners: PartnerStore
    partner_notes: PartnerNotes
    directories: Directories
    admission: Admission
    queue: DeliveryQueue
    lanes: Lanes
    handshake: Handshake
    one_at_a_time: HandshakeTurns
    schemas: Schemas
    secrets: Secrets
    client_info: ClientInfoAnnouncer
    recovery: Recovery
    wake: Wake
    clock: Clock
    heard: dict[str, datetime] = field(default_factory=dict, repr=False)

    def authenticate(self, token: str, *, functional: bool, is_raw: bool = False) -> Caller:
        """Who calls with this token; an invitation opens versions and credentials only.

        `is_raw`: it came without base64, which only the partners may do whose option says so.

        The first use of a new token ends the one before it.

        :raises UnknownCaller: if the hub never gave it out (T-AUTH-2, T-AUTH-3).
        :raises TokenRefused: if it opens nothing here and now; it says why.
        :raises AwaitsApproval: (403) if the operator has not approved the platform yet.
        """
        now = self.clock.now()
        caller = self._holder_of(token, now, functional=functional, is_raw=is_raw)
        partner = caller.partner
        if functional and partner.state is PartnerState.TO_APPROVE:
            raise errors.AwaitsApproval("the connection awaits approval by the hub's operator")
        proven = partner.after_use_of(caller.token, functional=functional)
        if proven is not partner:
            partner = self._save_or_reread(proven)
            caller = replace(caller, partner=partner)
        if partner.is_registered:
            self._note_call(partner, now)
        return caller

    def knows(self, token: str) -> bool:
        """Whether this process has read of the token: the store is asked once a second at most."""
        return self.directories.recent().caller(self.secrets.fingerprint(token)) is not None

    def credentials(self, caller: Caller) -> Document:
        """The hub's credentials as they are for this caller right now."""
        return self._own_credentials(caller.partner, caller.clear)

    def register(self, caller: Caller, document: Document, *, version: str) -> Document:
        """POST credentials: the handshake. The answer carries the caller's new token.

        :raises AlreadyRegistered: (405) on a registered connection.
        :raises HandshakeUnderWay: (429) while another handshake of the platform is under way.
        :raises InvalidDocument, PartyTaken, PartnerUnusable, UnsupportedVersion,
            NoMatchingEndpoints: nothing is changed, and the invitation stays good.
        """
        if caller.partner.is_connected:
            raise errors.AlreadyRegistered("already registered: use PUT")
        return self._agree_with(caller, document, version=version)

    def renew(self, caller: Caller, document: Document, *, version: str) -> Document:
        """PUT credentials: everything anew, the old token on for a while.

        :raises NotRegistered: (405) before registration.
        """
        if not caller.partner.is_connected:
            raise errors.NotRegistered("not registered: use POST")
        return self._agree_with(caller, document, version=version)

    def unregister(self, caller: Caller) -> None:
        """DELETE credentials: no call either way any more; what is stored stays.

        :raises NotRegistered: (405) before registration.
        """
        if not caller.partner.is_connected:
            raise errors.NotRegistered("not registered")
        change_partner(self.partners, caller.partner.id, _unregistered)
        self.queue.forget(caller.partner.id)
        self.client_info.reconcile()

    def _agree_with(self, caller: Caller, document: Document, *, version: str) -> Document:
        self.schemas.check("credentials", document, Mode.REMARK)
        theirs = Credentials.of(document)
        self.admission.admit(theirs, of=caller.partner)
        with self.one_at_a_time.take(caller.partner.id):
            token = caller.partner.options.spelt(theirs.token)
            endpoints = self.handshake.look_up(
                theirs, token=token, version=version, errand=connecting(caller.partner.id)
            )
            return self._admit_and_save(caller.partner, theirs, endpoints, version=version)

    def _admit_and_save(
        self,
        partner: Partner,
        theirs: Credentials,
        endpoints: Sequence[Endpoint],
        *,
        version: str,
    ) -> Document:
        """Judged again, since looking up took time; any change of the partner: `RecordChanged`."""
        now = self.clock.now()
        token = self.secrets.new_token()
        judged = self.admission.admit(theirs, of=partner)
        current = partner.with_current(
            self.secrets.fingerprint(token), now=now, grace=GRACE_FOR_A_LOST_ANSWER
        )
        agreed = replace(
            admission.admitted(current, judged),
            outbound_token=self.secrets.seal(theirs.token, partner_id=partner.id),
            versions_url=theirs.url,
            version=version,
            endpoints=tuple(endpoints),
            registered_at=partner.registered_at or now,
        )
        saved = self.partners.save(agreed)
        if saved.is_registered:
            self.recovery.admit(saved)
        return self._own_credentials(saved, token)

    def _holder_of(self, token: str, now: datetime, *, functional: bool, is_raw: bool) -> Caller:
        fingerprint = self.secrets.fingerprint(token)
        partner = self.directories.known().caller(fingerprint) or self._newly_let_in(fingerprint)
        if partner is None or (is_raw and not partner.options.raw_in):
            raise errors.UnknownCaller("the credentials token is not known")
        held = partner.token(fingerprint, now=now)
        if held is None or not doors.opens(partner, held, functional=functional):
            raise errors.TokenRefused(doors.why_closed(partner, fingerprint, now=now))
        return Caller(partner, held, token)

    def _newly_let_in(self, fingerprint: str) -> Partner | None:
        """What is not in the directory may be new to this process: the store knows."""
        return self.partners.by_token(fingerprint) or self.partners.by_spent(fingerprint)

    def _own_credentials(self, partner: Partner, token: str) -> Document:
        reachable = self.directories.known().reachable_roles(by=partner)
        if (told := registration.summary(reachable)) != partner.told:
            self.partner_notes.told(partner.id, told)
        return registration.hub_credentials(
            token=token,
            versions_url=self.hub.versions_url,
            hub=self.hub.party,
            hub_name=self.hub.name,
            reachable=reachable,
        )

    def _save_or_reread(self, partner: Partner) -> Partner:
        try:
            return self.partners.save(partner)
        except errors.RecordChanged:
            return self.partners.get(partner.id)

    def _note_call(self, partner: Partner, now: datetime) -> None:
        """A call from the partner: it is there, and what it has missed may be tried at once."""
        if not partner.reachable:
            self.recovery.welcome(partner)
            return
        quiet_s = _NOTED_EVERY_S if partner.ailing else _SEEN_EVERY_S
        heard = max(filter(None, (partner.last_seen, self.heard.get(partner.id))), default=None)
        if heard is not None and (now - heard).total_seconds() < quiet_s:
            return
        self.partner_notes.seen(partner.id, now=now)
        self.heard[partner.id] = now
        if partner.ailing:
            self.lanes.half_open(partner.id, now=now)
            self.wake.pump()


def _unregistered(partner: Partner) -> Partner:
    return partner.unregistered(PartnerState.UNREGISTERED)
