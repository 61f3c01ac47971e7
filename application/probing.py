"""Whether partners are there: asked when nothing was heard for a while, or a call to them failed.

Two failed probes make a partner OFFLINE; any authenticated call of its own, or a probe that goes
well, makes it CONNECTED again (HCI-5). Breakers of lanes are another matter (reliability 1.2).
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.announcing import Announcing
from application.connecting import Connecting
from application.handshake import Handshake
from application.welcoming import Welcoming
from domain import errors
from domain.partner import Partner
from domain.ports import Clock, PartnerStore

OFFLINE_AFTER = 2
_AGAIN = timedelta(seconds=3)
_WHILE_OFFLINE = timedelta(seconds=60)
_AT_ONCE = 16


@dataclass(frozen=True)
class Probing:
    """Asks for versions; `after_s` is how long a partner may be silent."""

    partners: PartnerStore
    connecting: Connecting
    handshake: Handshake
    announcing: Announcing
    welcoming: Welcoming
    clock: Clock
    after_s: float

    def sweep(self) -> int:
        """Probe whoever is due, side by side; how many. A partner that hangs holds up nobody."""
        now = self.clock.now()
        due = [partner for partner in self.partners.all() if self._is_due(partner, now)]
        self._probe_all(due)
        return len(due)

    def _probe_all(self, due: Iterable[Partner]) -> None:
        with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="probe") as pool:
            list(pool.map(self.probe, due))

    def probe(self, partner: Partner) -> bool:
        """Ask once; whether it answered as it should."""
        try:
            self.handshake.offered(
                str(partner.versions_url), self.connecting.outbound_token(partner)
            )
        except errors.HubError:
            self._failed(partner)
            return False
        if partner.reachable and not partner.probe_failures:
            now = self.clock.now()
            self.partners.probed(partner.id, failures=0, reachable=True, now=now)
        else:
            self.welcoming.welcome(partner)
        return True

    def _failed(self, partner: Partner) -> None:
        is_back = self.partners.get(partner.id).last_seen != partner.last_seen
        failures = 0 if is_back else partner.probe_failures + 1
        reachable = failures < OFFLINE_AFTER
        now = self.clock.now()
        self.partners.probed(partner.id, failures=failures, reachable=reachable, now=now)
        if partner.reachable and not reachable:
            self.announcing.reconcile()

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
        heard = max(filter(None, (partner.last_seen, probed)), default=None)
        return heard is None or (now - heard).total_seconds() >= self.after_s
