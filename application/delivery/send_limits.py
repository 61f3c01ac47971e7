"""How many sends each lane may begin now: what hangs holds up what is like it, and nothing else."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from application.delivery.draining import LeasedLane
from application.delivery.pacing import SendPaces
from application.delivery.webhook_turns import WebhookTurns
from domain.delivery.deliveries import LaneId
from domain.ports import Clock

POOL = 32
_HANGING_SHARE = 4


@dataclass
class SendLimits:
    """Counted when a turn of the pump begins, and kept up as sends begin."""

    in_hand: Mapping[LaneId, LeasedLane]
    webhook_turns: WebhookTurns
    paces: SendPaces
    clock: Clock
    free: int = field(init=False)
    hanging: dict[bool, int] = field(init=False)
    """Sends that hang, or are likely to: their lane's last one failed. By whether to webhooks,
    which hold back nothing that goes out over OCPI."""

    def __post_init__(self) -> None:
        now = time.monotonic()
        self.free = POOL - sum(len(each.under_way) for each in self.in_hand.values())
        self.hanging = {True: 0, False: 0}
        for lane, each in self.in_hand.items():
            if each.under_way and (each.health.failures_in_a_row or each.hangs(now)):
                self.hanging[lane.is_webhook] += len(each.under_way)

    def of(self, draining: LeasedLane) -> int:
        """How many more sends this lane may begin."""
        lane = draining.lease.lane
        threads = draining.health.threads(self.clock.now())
        if draining.hangs(time.monotonic()) or not draining.answers:
            threads = min(threads, 1)
        if self.hanging[lane.is_webhook] >= POOL // _HANGING_SHARE:
            threads = 0 if draining.health.failures_in_a_row else threads
        paced = self.paces.allowed(lane, draining.health)
        draining.may_send = min(paced.at_once, paced.now + len(draining.under_way))
        draining.waits = not paced.now
        threads, free = min(threads, draining.may_send), self.free
        if lane.is_webhook:
            sends = {each: len(other.under_way) for each, other in self.in_hand.items()}
            free = min(free, self.webhook_turns.free(lane, sends))
        return max(0, min(threads - len(draining.under_way), free))

    def begun(self, draining: LeasedLane) -> None:
        """Note that one more send of this lane is under way."""
        self.free -= 1
        self.paces.begun(draining.lease.lane)
        if draining.health.failures_in_a_row:
            self.hanging[draining.lease.lane.is_webhook] += 1
