"""Whether partners are there: asked when nothing was heard for a while, or a call to them failed.

Two failed probes make a partner OFFLINE; any authenticated call of its own, or a probe that goes
well, makes it CONNECTED again (HCI-5). Breakers of lanes are another matter.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from application.partners.client_info import ClientInfoAnnouncer
from application.partners.credentials_client import CredentialsClient
from application.partners.directories import Directories
from application.partners.handshake import Handshake
from application.partners.recovery import Recovery
from application.partners.side_by_side import SideBySide
from domain import errors
from domain.journal.legs import Errand, Purpose
from domain.partners.partner import Partner
from domain.ports import Clock, PartnerNotes, PartnerStore

OFFLINE_AFTER = 2
_AGAIN = timedelta(seconds=3)
_WHILE_OFFLINE = timedelta(seconds=60)


@dataclass(frozen=True)
class LivenessProbe:
    """Asks for versions; `after_s` is how long a partner may be silent."""

    partners: PartnerStore
    directories: Directories
    partner_notes: PartnerNotes
    credentials_client: CredentialsClient
    handshake: Handshake
    client_info: ClientInfoAnnouncer
    recovery: Recovery
    clock: Clock
    after_s: float
    calls: SideBySide = field(default_factory=SideBySide)

    def sweep(self) -> int:
        """Begin to probe the partners that are due, side by side; how many. Waits for none."""
        now = self.clock.now()
        begun = sum(
            self.calls.begin(partner.id, partial(self.probe, partner))
            for partner in self.directories.read().partners
            if self._is_due(partner, now)
        )
        self.calls.settle()
        return begun

    def probe(self, partner: Partner) -> bool:
        """Ask once; whether it answered as it should."""
        try:
            self.handshake.offered(
                str(partner.versions_url),
                self.credentials_client.outbound_token(partner),
                Errand(Purpose.PROBED, partner.id),
            )
        except errors.HubError:
            self._note_failure(partner)
            return False
        if partner.reachable and not partner.probe_failures:
            now = self.clock.now()
            self.partner_notes.probed(partner.id, failures=0, reachable=True, now=now)
        else:
            self.recovery.welcome(partner)
        return True

    def _note_failure(self, partner: Partner) -> None:
        is_back = self.partners.get(partner.id).last_seen != partner.last_seen
        failures = 0 if is_back else partner.probe_failures + 1
        reachable = failures < OFFLINE_AFTER
        now = self.clock.now()
        self.partner_notes.probed(partner.id, failures=failures, reachable=reachable, now=now)
        if partner.reachable and not reachable:
            self.client_info.reconcile()

    def _is_due(self, partner: Partner, now: datetime) -> bool:
        if not partner.is_registered or partner.outbound_token is None:
            return False
        probed = partner.probed_at
        if not partner.reachable:
            return probed is None or now - probed >= _WHILE_OFFLINE
        if partner.probe_failures:
            return probed is None or now - probed >= _AGAIN
        if partner.suspected:
            return True
        heard = max(filter(None, (partner.registered_at, partner.last_seen, probed)), default=None)
        return heard is None or (now - heard).total_seconds() >= self.after_s
