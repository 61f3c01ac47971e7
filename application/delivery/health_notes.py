"""What a pump writes of a lane's health, and what follows from it."""

from dataclasses import dataclass

from application.delivery.draining import LeasedLane
from domain.delivery.lanes import Breaker, LaneHealth
from domain.ports import Clock, LaneLeases, Lanes, PartnerNotes


@dataclass(frozen=True)
class HealthNotes:
    """The lane's own record, the partner that ails or is well again, and when the rest is due."""

    lanes: Lanes
    leases: LaneLeases
    partner_notes: PartnerNotes
    clock: Clock

    def note(self, draining: LeasedLane, health: LaneHealth) -> None:
        """Write the lane's health where it changed, and what follows for what waits in the lane.

        :raises errors.LaneLost: if the lease was lost.
        """
        before, draining.health = draining.health, health
        if health == before or (health.is_well and before.is_well):
            return
        lane = draining.lease.lane
        self.leases.note_health(draining.lease, health)
        if not lane.is_webhook:
            self.partner_notes.set_ailing(lane.target, ailing=not health.is_well)
            if before.is_well or health.opened_after(before):
                self.partner_notes.suspect(lane.target)
        if health.breaker is Breaker.OPEN and health.probe_at is not None:
            draining.backlog.clear()
            self.lanes.release(lane, now=health.probe_at)
        elif health.is_well:
            self.lanes.release(lane, now=self.clock.now())
