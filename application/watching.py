"""Operators' view of deliveries, and the sweep that finds whatever was left behind.

The sweep needs no Redis: with every worker and every wake-up gone it alone empties the backlog
(reliability 1.4).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from application.heralding import Heralding
from application.heralding_commands import HeraldingCommands
from application.owing import Owing
from application.publishing import Publishing
from application.pumping import Pumping
from domain.answers import Attempt
from domain.deliveries import Delivery, DeliveryClass, DeliveryState, LaneId, aged_before
from domain.lanes import LaneHealth
from domain.ports import CdrLedger, Clock, DeliveryQueue, Wake

LEFT_BEHIND_S = 2.0
PUMP_INLINE_AFTER_S = 10.0
_SEARCHED = 10_000


@dataclass(frozen=True)
class Watching:
    """Lists what is owed, and lets operators have it tried again."""

    deliveries: DeliveryQueue
    ledger: CdrLedger
    wake: Wake
    clock: Clock

    def owed(
        self, *, partner_id: str | None = None, state: str | None = None, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Deliveries that are not done, oldest first; with `state`, all that are in it.

        Those parked by age count as parked, though they are tried all the same.
        """
        found = self.deliveries.owed(partner_id=partner_id, state=state, limit=limit)
        if state != DeliveryState.PARKED:
            return found
        aged = self.ledger.listed(
            (DeliveryState.DUE,),
            lane=None if partner_id is None else LaneId(partner_id, DeliveryClass.CDR),
            before=aged_before(self.clock.now()),
            limit=limit,
        )
        return tuple(sorted((*found, *aged), key=lambda each: each.since))[:limit]

    def find(self, name: str) -> Delivery | None:
        """The delivery of this id or short id, if it is still owed."""
        return self.deliveries.get(name) or self.deliveries.by_short_id(name.lower())

    def lanes(self) -> Mapping[LaneId, LaneHealth]:
        """How well each lane is."""
        return self.deliveries.health()

    def retry(self, delivery_id: str) -> bool:
        """Have it tried now, refused or not; False if nothing of this id is owed."""
        known = self.deliveries.retry(delivery_id, now=self.clock.now())
        if known:
            self.wake.pump()
        return known

    def attempts(self, delivery: Delivery) -> tuple[Attempt, ...]:
        """Every attempt of a CDR's delivery; of others the last one."""
        if delivery.handover is not None:
            return self.ledger.attempts(delivery.id)
        return () if delivery.last is None else (delivery.last,)

    def park(self, delivery_id: str) -> bool:
        """Hold back a CDR that is due, until somebody retries it; False if it is not due."""
        return self.ledger.park(delivery_id, now=self.clock.now())

    def retry_all(self, partner_id: str) -> int:
        """Have all that this partner is owed tried now, held back or refused; how many it is."""
        owed = self.deliveries.owed(partner_id=partner_id, limit=_SEARCHED)
        now = self.clock.now()
        self.deliveries.half_open(partner_id, now=now)
        known = sum(self.deliveries.retry(delivery.id, now=now) for delivery in owed)
        self.wake.pump()
        return known


@dataclass(frozen=True)
class Sweeping:
    """One round finds lost wake-ups; lanes that nobody serves are pumped by the sweeper itself."""

    publishing: Publishing
    owing: Owing
    heralding: Heralding
    heralding_commands: HeraldingCommands
    pumping: Pumping
    deliveries: DeliveryQueue
    wake: Wake
    clock: Clock

    def sweep(self, *, idle_s: float, stop: Callable[[], bool] = lambda: False) -> bool:
        """Publish what is left behind and wake the pump; whether lanes are waiting for one.

        `idle_s`: for how long lanes have been waiting so far. From ten seconds on nobody else seems
        to be there, and they are pumped here. Lanes in hand since then are gone on with.
        """
        self.publishing.sweep(older_than_s=LEFT_BEHIND_S)
        self.owing.sweep()
        self.heralding.sweep()
        self.heralding_commands.sweep()
        in_hand = bool(self.pumping.lanes)
        if not in_hand and not self.deliveries.lanes_due(now=self.clock.now()):
            return False
        self.wake.pump()
        if in_hand or idle_s >= PUMP_INLINE_AFTER_S:
            self.pumping.run(seconds=20.0, stop=stop)
        return True
