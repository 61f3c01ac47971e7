"""The hub as the one who calls: registering at a partner, turning its tokens, saying goodbye.

OCPI 2.3.0, credentials. The token that the partner is to call the hub with is let in before it
is sent, because the partner calls back while the hub's request is still open.
"""

import contextlib
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from application.partners.admission import Admission
from application.partners.changing import change_partner
from application.partners.directories import Directories
from application.partners.handshake import SPOKEN, Handshake, connecting
from application.partners.handshake_failures import locked_out, token_in
from application.partners.handshake_turns import HandshakeTurns
from application.partners.hub_party import HubParty
from application.partners.recovery import Recovery
from domain import errors
from domain.documents import Document
from domain.partners import admission, registration
from domain.partners.approval import NOTHING, Approved
from domain.partners.options import PLAIN, ConnectionOptions
from domain.partners.partner import GRACE_FOR_A_LOST_ANSWER, Partner, PartnerState
from domain.partners.party import Endpoint
from domain.partners.registration import Credentials
from domain.ports import Clock, Ids, PartnerNotes, PartnerStore, Secrets, WireAnswer


@dataclass(frozen=True)
class CredentialsClient:
    """Starts and renews connections from the hub's side, at an operator's word."""

    hub: HubParty
    partners: PartnerStore
    partner_notes: PartnerNotes
    directories: Directories
    admission: Admission
    handshake: Handshake
    one_at_a_time: HandshakeTurns
    secrets: Secrets
    recovery: Recovery
    ids: Ids
    clock: Clock

    def connect(
        self,
        *,
        name: str,
        url: str,
        token: str,
        approved: Approved = NOTHING,
        options: ConnectionOptions = PLAIN,
    ) -> Partner:
        """Register at the partner whose versions URL and token A are given.

        Without a set the partner is TO_APPROVE afterwards. On failure nothing of it is left here,
        the partner is told by DELETE, and the call can be repeated.

        :raises InvalidParameter, PartyTaken: before any call, if it cannot have the set.
        :raises PartnerUnusable, UnsupportedVersion, NoMatchingEndpoints, RegistrationRefused,
            PartyTaken: saying why.
        """
        new = Partner(
            id=self.ids.new(),
            name=name,
            state=PartnerState.INVITED,
            created_at=self.clock.now(),
            versions_url=url,
            options=options,
        )
        wanted = new if approved.is_empty else self.admission.approve(new, approved)
        with self.one_at_a_time.take(new.id):
            return self._register(wanted, options.spelt(token))

    def _register(self, new: Partner, token: str) -> Partner:
        errand = connecting(new.id)
        offered = self.handshake.offered(str(new.versions_url), token, errand)
        chosen = registration.choose_version(offered, SPOKEN)
        endpoints = self.handshake.endpoints(chosen, token, errand)
        url = registration.credentials_url(endpoints)
        ours = self.secrets.new_token()
        begun = replace(new, version=chosen.version, endpoints=endpoints)
        saved = self.partners.save(begun.with_pending(self.secrets.fingerprint(ours)))
        try:
            return self._post_and_agree(saved, ours, url, token)
        except errors.HubError:
            change_partner(self.partners, saved.id, _given_up)
            raise

    def _post_and_agree(self, partner: Partner, ours: str, url: str, token: str) -> Partner:
        """POST, and accept what it brings; what cannot be accepted is unregistered there again."""
        answer = self._post_credentials(partner, ours, url, token)
        try:
            theirs = self.handshake.credentials_in("POST", answer)
            return self._agree(partner, theirs, ours, grace=timedelta(0))
        except errors.HubError:
            if answer.code in (None, 1000):
                self._take_back(url, partner.options.spelt(token_in(answer)) or token)
            raise

    def _post_credentials(self, partner: Partner, ours: str, url: str, token: str) -> WireAnswer:
        """A partner whose answer is lost may have registered the hub, and take token A still."""
        try:
            credentials = self._own_credentials(partner, ours)
            return self.handshake.send("POST", url, token, credentials, connecting(partner.id))
        except errors.OutboundFailed as failure:
            if not isinstance(failure, errors.Unreachable):
                self._take_back(url, token)
            raise errors.PartnerUnusable(f"POST credentials: {failure}") from failure

    def _take_back(self, url: str, token: str) -> None:
        with contextlib.suppress(errors.OutboundFailed):
            self.handshake.send("DELETE", url, token, None)

    def rotate(
        self, partner_id: str, *, compromised: bool = False, in_care: bool = False
    ) -> Partner:
        """New tokens both ways, by PUT at the partner; roles and endpoints as they are now.

        `compromised` ends the old token before the partner is called, so also if the call fails.
        Without it, if the answer is lost, old and new are both let in until one of them is used.
        Once the partner has answered with its new token, the hub calls it with that one, even if
        the rest of the answer cannot be accepted. `in_care`: a thread of the care pool asks.
        Can be repeated.

        :raises NotRegistered: if there is no connection.
        :raises HandshakeUnderWay: while another handshake with the partner is under way.
        :raises LockedOut: if its token was compromised, and the partner did not take a new one.
        :raises RegistrationRefused, PartnerUnusable, PartyTaken: what was agreed before holds.
        """
        with self.one_at_a_time.take(partner_id, in_care=in_care):
            partner = self.partners.get(partner_id)
            if not partner.is_connected or partner.outbound_token is None:
                raise errors.NotRegistered("the partner is not registered")
            if not compromised:
                return self._rotate(partner, grace=GRACE_FOR_A_LOST_ANSWER)
            try:
                return self._rotate(partner.with_tokens(), grace=timedelta(0))
            except errors.HubError as failure:
                raise errors.LockedOut(locked_out(partner, failure)) from failure

    def _rotate(self, partner: Partner, *, grace: timedelta) -> Partner:
        ours = self.secrets.new_token()
        waiting = self.partners.save(partner.with_pending(self.secrets.fingerprint(ours)))
        token = self.outbound_token(waiting)
        url = registration.credentials_url(waiting.endpoints)
        try:
            credentials = self._own_credentials(waiting, ours)
            answer = self.handshake.send("PUT", url, token, credentials, connecting(partner.id))
        except errors.OutboundFailed as failure:
            raise errors.PartnerUnusable(f"PUT credentials: {failure}") from failure
        theirs = self.handshake.credentials_in("PUT", answer)
        try:
            return self._agree(waiting, theirs, ours, grace=grace)
        except errors.HubError:
            change_partner(
                self.partners, partner.id, partial(self._with_token_turned, token=theirs.token)
            )
            raise

    def _with_token_turned(self, partner: Partner, *, token: str) -> Partner:
        """The partner has turned its token by now, and forgets the old one."""
        if partner.outbound_token is None:
            return partner
        return replace(partner, outbound_token=self.secrets.seal(token, partner_id=partner.id))

    def refresh(self, partner: Partner) -> Partner:
        """Read the partner's versions and endpoints again, with the tokens as they are.

        :raises PartnerUnusable, UnsupportedVersion: if they cannot be read.
        """
        token, url = self.outbound_token(partner), str(partner.versions_url)
        errand, spoken = connecting(partner.id), (str(partner.version),)
        chosen = registration.choose_version(self.handshake.offered(url, token, errand), spoken)
        if (endpoints := self.handshake.endpoints(chosen, token, errand)) == partner.endpoints:
            return partner
        self.partner_notes.joined(partner.id, at=self.clock.now())
        return self.partners.save(replace(partner, endpoints=endpoints))

    def say_goodbye(self, partner: Partner) -> bool:
        """DELETE at the partner's credentials endpoint, if the hub can; whether it took note."""
        try:
            url, errand = registration.credentials_url(partner.endpoints), connecting(partner.id)
            with self.one_at_a_time.take(partner.id):
                token = self.outbound_token(partner)
                answer = self.handshake.send("DELETE", url, token, None, errand)
        except errors.HubError:
            return False
        return answer.code is not None and 1000 <= answer.code < 2000

    def outbound_token(self, partner: Partner) -> str:
        """The token to call this partner with, as the partner wants it spelt.

        :raises NotRegistered: if the hub has none.
        """
        if partner.outbound_token is None:
            raise errors.NotRegistered("the hub has no token for this partner")
        token = self.secrets.unseal(partner.outbound_token, partner_id=partner.id)
        return partner.options.spelt(token)

    def _agree(
        self, partner: Partner, theirs: Credentials, ours: str, *, grace: timedelta
    ) -> Partner:
        self.admission.admit(theirs, of=partner)
        token = partner.options.spelt(theirs.token)
        endpoints = self.handshake.look_up(
            theirs, token=token, version=str(partner.version), errand=connecting(partner.id)
        )
        fingerprint, now = self.secrets.fingerprint(ours), self.clock.now()

        def agreed(latest: Partner) -> Partner:
            if latest.state is not partner.state:
                raise errors.NotRegistered(f"the partner is {latest.state.value} meanwhile")
            settled = self._admit_agreed(latest, theirs, endpoints)
            return settled.with_current(fingerprint, now=now, grace=grace)

        saved = change_partner(self.partners, partner.id, agreed)
        told = self.directories.known().reachable_roles(by=saved)
        self.partner_notes.told(partner.id, registration.summary(told))
        if saved.is_registered:
            self.recovery.admit(saved)
        return saved

    def _admit_agreed(
        self, partner: Partner, theirs: Credentials, endpoints: tuple[Endpoint, ...]
    ) -> Partner:
        """The partner as agreed, judged as it is by now: its set may have changed meanwhile."""
        judged = self.admission.admit(theirs, of=partner)
        return replace(
            admission.admitted(partner, judged),
            outbound_token=self.secrets.seal(theirs.token, partner_id=partner.id),
            versions_url=theirs.url,
            endpoints=endpoints,
            registered_at=partner.registered_at or self.clock.now(),
        )

    def _own_credentials(self, partner: Partner, token: str) -> Document:
        return registration.hub_credentials(
            token=token,
            versions_url=self.hub.versions_url,
            hub=self.hub.party,
            hub_name=self.hub.name,
            reachable=self.directories.known().reachable_roles(by=partner),
        )


def _given_up(partner: Partner) -> Partner:
    return admission.released(partner.unregistered(PartnerState.UNREGISTERED))
