"""The hub as the one who calls: registering at a partner, turning its tokens, saying goodbye.

Requirements 2.5 and 2.2.4. The token that the partner is to call the hub with is let in before it
is sent, because the partner calls back while the hub's request is still open.
"""

import contextlib
from dataclasses import dataclass, replace
from datetime import timedelta

from application.directories import Directories
from application.handshake import SPOKEN, Handshake
from application.hub_party import HubParty
from application.welcoming import Welcoming
from domain import errors, registration
from domain.documents import Document, as_document
from domain.partner import GRACE_FOR_A_LOST_ANSWER, Partner, PartnerState
from domain.ports import (
    Clock,
    Ids,
    PartnerStore,
    Schemas,
    Secrets,
    WireAnswer,
)
from domain.registration import Credentials


@dataclass(frozen=True)
class Connecting:
    """Starts and renews connections from the hub's side, at an operator's word."""

    hub: HubParty
    partners: PartnerStore
    directories: Directories
    handshake: Handshake
    schemas: Schemas
    secrets: Secrets
    welcoming: Welcoming
    ids: Ids
    clock: Clock

    def connect(self, *, name: str, url: str, token: str) -> Partner:
        """Register at the partner whose versions URL and token A are given.

        On failure nothing of it is left, and the call can be repeated.

        :raises PartnerUnusable, UnsupportedVersion, NoMatchingEndpoints, RegistrationRefused,
            PartyTaken: saying why.
        """
        offered = self.handshake.offered(url, token)
        chosen = registration.choose_version(offered, SPOKEN)
        endpoints = self.handshake.endpoints(chosen, token)
        credentials_url = registration.credentials_url(endpoints)
        ours = self.secrets.new_token()
        started = Partner(
            id=self.ids.new(),
            name=name,
            state=PartnerState.INVITED,
            created_at=self.clock.now(),
            versions_url=url,
            version=chosen.version,
            endpoints=endpoints,
        ).with_pending(self.secrets.fingerprint(ours))
        saved = self.partners.save(started)
        try:
            theirs = self._exchange("POST", credentials_url, token, self._own(saved, ours))
            return self._agreed_or_undone(saved, theirs, ours, credentials_url)
        except errors.HubError:
            latest = self.partners.get(saved.id)
            self.partners.save(latest.unregistered(PartnerState.UNREGISTERED))
            raise

    def rotate(self, partner_id: str, *, compromised: bool = False) -> Partner:
        """New tokens both ways, by PUT at the partner (2.2.4); roles and endpoints as they are now.

        `compromised` ends the old token at once instead of after a grace. If the answer is lost,
        old and new are both let in until one of them is used, and this can be repeated.

        :raises NotRegistered: if there is no connection.
        :raises RegistrationRefused, PartnerUnusable: saying why; what was agreed before holds.
        """
        partner = self.partners.get(partner_id)
        if not partner.is_registered or partner.outbound_token is None:
            raise errors.NotRegistered("the partner is not registered")
        ours = self.secrets.new_token()
        waiting = self.partners.save(partner.with_pending(self.secrets.fingerprint(ours)))
        token = self.secrets.unseal(partner.outbound_token, partner_id=partner.id)
        url = registration.credentials_url(partner.endpoints)
        theirs = self._exchange("PUT", url, token, self._own(waiting, ours))
        grace = timedelta(0) if compromised else GRACE_FOR_A_LOST_ANSWER
        return self._agreed(self.partners.get(partner_id), theirs, ours, grace=grace)

    def refresh(self, partner: Partner) -> Partner:
        """Read the partner's versions and endpoints again, with the tokens as they are.

        :raises PartnerUnusable, UnsupportedVersion: if they cannot be read.
        """
        token = self.outbound_token(partner)
        offered = self.handshake.offered(str(partner.versions_url), token)
        chosen = registration.choose_version(offered, (str(partner.version),))
        endpoints = self.handshake.endpoints(chosen, token)
        if endpoints == partner.endpoints:
            return partner
        return self.partners.save(replace(partner, endpoints=endpoints))

    def say_goodbye(self, partner: Partner) -> bool:
        """DELETE at the partner's credentials endpoint, if the hub can; whether it took note."""
        try:
            url = registration.credentials_url(partner.endpoints)
            answer = self.handshake.send("DELETE", url, self.outbound_token(partner), None)
        except errors.HubError:
            return False
        return answer.code is not None and 1000 <= answer.code < 2000

    def outbound_token(self, partner: Partner) -> str:
        """The token to call this partner with.

        :raises NotRegistered: if the hub has none.
        """
        if partner.outbound_token is None:
            raise errors.NotRegistered("the hub has no token for this partner")
        return self.secrets.unseal(partner.outbound_token, partner_id=partner.id)

    def _exchange(self, method: str, url: str, token: str, own: Document) -> Credentials:
        try:
            answer = self.handshake.send(method, url, token, own)
        except errors.OutboundFailed as failure:
            raise errors.PartnerUnusable(f"{method} credentials: {failure}") from failure
        if answer.status not in (200, 201) or answer.code != 1000:
            raise errors.RegistrationRefused(_refusal(method, answer))
        try:
            self.schemas.check("credentials", answer.data)
        except errors.InvalidDocument as invalid:
            raise errors.PartnerUnusable(f"its credentials are not valid: {invalid}") from invalid
        return Credentials.of(as_document(answer.data))

    def _agreed_or_undone(
        self, partner: Partner, theirs: Credentials, ours: str, credentials_url: str
    ) -> Partner:
        """Accept what the partner answered; what cannot be accepted is unregistered there again."""
        try:
            return self._agreed(partner, theirs, ours, grace=timedelta(0))
        except errors.HubError:
            with contextlib.suppress(errors.OutboundFailed):
                self.handshake.send("DELETE", credentials_url, theirs.token, None)
            raise

    def _agreed(
        self, partner: Partner, theirs: Credentials, ours: str, *, grace: timedelta
    ) -> Partner:
        directory = self.directories.read()
        registration.check_parties(theirs, of=partner, directory=directory)
        endpoints = self.handshake.look_up(
            url=theirs.url, token=theirs.token, version=str(partner.version), roles=theirs.roles
        )
        now = self.clock.now()
        latest = self.partners.get(partner.id)
        told = directory.reachable_roles(by=replace(latest, roles=theirs.roles))
        self.partners.told(partner.id, registration.summary(told))
        current = latest.with_current(self.secrets.fingerprint(ours), now=now, grace=grace)
        saved = self.partners.save(
            replace(
                current.with_roles(theirs.roles),
                state=PartnerState.REGISTERED,
                hub_party=theirs.hub_party,
                outbound_token=self.secrets.seal(theirs.token, partner_id=partner.id),
                versions_url=theirs.url,
                endpoints=endpoints,
                registered_at=latest.registered_at or now,
            )
        )
        self.welcoming.welcome(saved)
        return saved

    def _own(self, partner: Partner, token: str) -> Document:
        return registration.hub_credentials(
            token=token,
            versions_url=self.hub.versions_url,
            hub=self.hub.party,
            hub_name=self.hub.name,
            reachable=self.directories.read().reachable_roles(by=partner),
        )


def _refusal(method: str, answer: WireAnswer) -> str:
    if answer.status == 405 and method == "POST":
        return "POST credentials was answered 405: the partner believes that the hub is registered"
    said = f"HTTP {answer.status}, status_code {answer.code}"
    return f"{method} credentials was answered {said}: {answer.message[:200]}"
