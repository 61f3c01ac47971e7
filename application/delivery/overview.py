"""What operators see of deliveries, and what they can do with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.delivery.answers import Attempt
from domain.delivery.deliveries import (
    Delivery,
    DeliveryClass,
    DeliveryState,
    LaneId,
    aged_before,
    is_of_cdr,
)
from domain.delivery.lanes import LaneHealth
from domain.ports import CdrHandovers, Clock, Deliveries, Lanes, Wake

_SEARCHED = 10_000


@dataclass(frozen=True)
class DeliveryOverview:
    """Lists what is owed, and lets operators have it tried again."""

    deliveries: Deliveries
    lanes: Lanes
    handovers: CdrHandovers
    wake: Wake
    clock: Clock

    def owed(
        self,
        *,
        partner_id: str | None = None,
        state: DeliveryState | None = None,
        limit: int = 100,
    ) -> tuple[Delivery, ...]:
        """Deliveries that are not done, oldest first; with `state`, all that are in it.

        Those parked by age count as parked, though they are tried all the same.
        """
        found = self.deliveries.owed(partner_id=partner_id, state=state, limit=limit)
        if state is not DeliveryState.PARKED:
            return found
        aged = self.handovers.listed(
            (DeliveryState.DUE,),
            lane=None if partner_id is None else LaneId(partner_id, DeliveryClass.CDR),
            before=aged_before(self.clock.now()),
            limit=limit,
        )
        return tuple(sorted((*found, *aged), key=lambda each: each.since))[:limit]

    def find(self, name: str) -> Delivery | None:
        """The delivery of this id or short id, if it is still owed."""
        return self.deliveries.get(name) or self.deliveries.by_short_id(name.lower())

    def health(self) -> Mapping[LaneId, LaneHealth]:
        """How well each lane is."""
        return self.lanes.health()

    def retry(self, delivery_id: str) -> bool:
        """Have it tried now, refused or not; False if nothing of this id is owed."""
        known = self.deliveries.retry(delivery_id, now=self.clock.now())
        if known:
            self.wake.pump()
        return known

    def attempts(self, delivery: Delivery) -> tuple[Attempt, ...]:
        """Every attempt of a CDR's delivery; of others the last one."""
        if is_of_cdr(delivery):
            return self.handovers.attempts(delivery.id)
        return () if delivery.last is None else (delivery.last,)

    def park(self, delivery_id: str) -> bool:
        """Park a CDR that is due, until an operator retries it; False if it is not due."""
        return self.handovers.park(delivery_id, now=self.clock.now())

    def retry_all(self, partner_id: str) -> int:
        """Have all that this partner is owed tried now, parked or refused; how many it is."""
        owed = self.deliveries.owed(partner_id=partner_id, limit=_SEARCHED)
        now = self.clock.now()
        self.lanes.half_open(partner_id, now=now)
        known = sum(self.deliveries.retry(delivery.id, now=now) for delivery in owed)
        self.wake.pump()
        return known
