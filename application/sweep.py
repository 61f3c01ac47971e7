"""The sweep: it finds what a lost wake-up, or a process that died, has left behind.

It needs no Redis. With every worker and every wake-up gone the sweep alone empties the backlog.
"""

from collections.abc import Callable
from dataclasses import dataclass

from application.cdrs.events import CdrEvents
from application.cdrs.obligations import CdrObligations
from application.delivery.pump import Pump
from application.objects.publishing import Publisher
from application.webhooks.command_events import CommandEvents
from domain.ports import Clock, Lanes, Wake

LEFT_BEHIND_S = 2.0
PUMP_INLINE_AFTER_S = 10.0


@dataclass(frozen=True)
class Sweep:
    """One round finds lost wake-ups; the sweeper itself pumps lanes that no worker serves."""

    publisher: Publisher
    cdr_obligations: CdrObligations
    cdr_events: CdrEvents
    command_events: CommandEvents
    pump: Pump
    lanes: Lanes
    wake: Wake
    clock: Clock

    def sweep(self, *, idle_s: float, stop: Callable[[], bool] = lambda: False) -> bool:
        """Publish what is left behind and wake the pump; whether lanes are waiting for one.

        `idle_s`: for how long lanes have been waiting so far. From ten seconds on no worker seems
        to be there, and they are pumped here. Lanes in hand since then are gone on with.
        """
        self.publisher.sweep(older_than_s=LEFT_BEHIND_S)
        self.cdr_obligations.sweep()
        self.cdr_events.sweep()
        self.command_events.sweep()
        in_hand = bool(self.pump.in_hand)
        if not in_hand and not self.lanes.lanes_due(now=self.clock.now()):
            return False
        self.wake.pump()
        if in_hand or idle_s >= PUMP_INLINE_AFTER_S:
            self.pump.run(seconds=20.0, stop=stop)
        return True
