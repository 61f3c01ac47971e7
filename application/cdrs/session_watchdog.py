"""The session watchdog: which sessions have gone quiet, and which were never billed.

The hub says so and does nothing: it closes no session and makes up no CDR (D-21).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.objects.stored import ObjectKey, Stored
from domain.ports import CdrAccounts, CdrBills, Clock, SessionWatch

QUIET_AFTER = timedelta(hours=24)
UNBILLED_AFTER = timedelta(hours=24)
_AT_ONCE = 200


@dataclass(frozen=True)
class SessionWatchdog:
    """The watchdogs; reading is all they do, but for noting which sessions are billed."""

    sessions: SessionWatch
    bills: CdrBills
    accounts: CdrAccounts
    clock: Clock

    def quiet(self, *, limit: int = 100) -> tuple[Stored, ...]:
        """Sessions that are not over and of which nothing was heard for 24 hours, oldest first."""
        return self.sessions.quiet(before=self.clock.now() - QUIET_AFTER, limit=limit)

    def unbilled(self, *, limit: int = 100) -> tuple[Stored, ...]:
        """Sessions COMPLETED for 24 hours that no CDR names, oldest first."""
        before = self.clock.now() - UNBILLED_AFTER
        while True:
            found = self.sessions.over(before=before, limit=max(limit, _AT_ONCE))
            billed = self._billed([stored.key for stored in found])
            missing = tuple(stored for stored in found if stored.key not in billed)
            if not billed or len(missing) >= limit:
                return missing[:limit]
            self.sessions.note_billed(sorted(billed, key=str))

    def _billed(self, sessions: Sequence[ObjectKey]) -> frozenset[ObjectKey]:
        """Those that a CDR in custody names; one that was declined bills nothing (H-CDR-3)."""
        bills = self.bills.naming(sessions)
        counted = self.accounts.counted(list(bills))
        return frozenset(key for ref, key in bills.items() if ref in counted)
