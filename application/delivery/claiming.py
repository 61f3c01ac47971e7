"""Claiming what is due in a pump's lanes: in one go, and lane by lane where something is amiss."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from application.delivery.draining import LEASE_S, LeasedLane, Resting
from application.delivery.recording import in_a_line
from application.delivery.send_limits import SendLimits
from domain import errors
from domain.delivery.deliveries import Delivery
from domain.delivery.lanes import Breaker
from domain.ports import Clock, LaneBatches, LaneLeases

RENEW_S = 4.0
_BATCH = 50


@dataclass(frozen=True)
class LaneClaims:
    """Renews leases, and claims by them."""

    leases: LaneLeases
    batches: LaneBatches
    resting: Resting
    clock: Clock

    def renew(self, draining: LeasedLane) -> bool:
        """Renew the lease if it is time to; whether the lane is held still."""
        begun = time.monotonic()
        if draining.lost or begun - draining.renewed <= RENEW_S:
            return not draining.lost
        try:
            self.leases.renew(draining.lease, seconds=LEASE_S)
        except errors.LaneLost:
            draining.lost = True
            return False
        except errors.StoreUnavailable:
            draining.lost = True
            raise
        draining.renewed = begun
        return True

    def claim(self, held: Sequence[LeasedLane], limits: SendLimits) -> list[Delivery]:
        """Claim for the lanes that have nothing to send and may send; the lost ones are noted.

        What was claimed: it is in their backlogs.
        """
        wanting: dict[int, list[LeasedLane]] = {}
        for draining in held:
            if draining.may_look() and limits.of(draining):
                limit = _BATCH if draining.health.breaker is Breaker.CLOSED else 1
                wanting.setdefault(limit, []).append(draining)
        for limit, lanes in wanting.items():
            self._claim_due(lanes, limit)
        return [each for lanes in wanting.values() for lane in lanes for each in lane.backlog]

    def _claim_due(self, lanes: Sequence[LeasedLane], limit: int) -> None:
        leases = {each.lease.lane: each.lease for each in lanes}
        try:
            claimed = self.batches.claim_all(leases, now=self.clock.now(), limit=limit)
        except errors.StoreUnavailable:
            for each in lanes:
                each.lost = True  # it may have claimed: only another lease can claim that again
            raise
        except Exception:  # noqa: BLE001 - each is tried by itself, and says what is amiss
            for each in lanes:
                self._claim_alone(each, limit)
            return
        for each in lanes:
            each.lost = each.lease.lane in claimed.lost
            each.claimed(claimed.deliveries.get(each.lease.lane, ()), limit)

    def _claim_alone(self, draining: LeasedLane, limit: int) -> None:
        try:
            claimed = self.leases.claim(draining.lease, now=self.clock.now(), limit=limit)
        except errors.LaneLost:
            draining.lost = True
        except errors.StoreUnavailable:
            draining.lost = True
            raise
        except Exception as failure:  # noqa: BLE001 - what cannot be read holds up its own lane
            self.resting.begin(draining, in_a_line(failure))
        else:
            draining.claimed(claimed, limit)
