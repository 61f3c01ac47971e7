"""A lane in a pump's hands: what is claimed, what is under way, whether it is still ours."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import NamedTuple

from application.delivery.outgoing import SEND_DEADLINE_S
from domain.delivery.answers import Attempt
from domain.delivery.deliveries import Delivery, LaneId
from domain.delivery.lanes import THREADS, Breaker, LaneHealth, Lease

LEASE_S = 20.0
UNANSWERED_S = 1.0
SAFE_S = LEASE_S - SEND_DEADLINE_S - 2.0
"""How long after a renewal an attempt may begin, so that it ends before the lease does."""
_LOOK_S = 0.05
REST_S = 60.0
_log = logging.getLogger(__name__)


class UnderWay(NamedTuple):
    """What is sent, and since when by this process's own clock."""

    delivery: Delivery
    begun: float


@dataclass
class LeasedLane:
    """A lane that this pump leases, what it has claimed from it and what is under way."""

    lease: Lease
    health: LaneHealth
    renewed: float
    since: float
    looked: float = 0.0
    served: float = 0.0
    backlog: list[Delivery] = field(default_factory=list)
    under_way: dict[Future[Attempt | None], UnderWay] = field(default_factory=dict)
    answers: int = 0
    may_send: int = THREADS
    waits: bool = False
    lost: bool = False
    gives_way: bool = False

    def claimed(self, deliveries: Sequence[Delivery], limit: int) -> None:
        """Take these in hand; where it was as many as may be, there may be more at once."""
        self.backlog.extend(deliveries)
        self.looked = 0.0 if len(deliveries) == limit else time.monotonic()

    def sent(self, future: Future[Attempt | None], delivery: Delivery) -> None:
        """Note that a send of it is under way."""
        self.served = time.monotonic()
        self.under_way[future] = UnderWay(delivery, self.served)

    def hangs(self, now: float) -> bool:
        """Whether a send of it has been unanswered for a second."""
        return any(now - each.begun > UNANSWERED_S for each in self.under_way.values())

    def may_look(self) -> bool:
        """Whether it is time to ask for more: at once if idle, else not at every single turn."""
        if self.backlog or self.gives_way:
            return False
        return not self.under_way or time.monotonic() - self.looked >= _LOOK_S

    @property
    def is_idle(self) -> bool:
        """Whether nothing of it is claimed, nothing under way, and it waits for no pace."""
        waits = self.waits and not (self.lost or self.gives_way)
        return not (self.backlog or self.under_way or waits)

    def need(self, now: float) -> int:
        """How many threads it can use by its pace: none if it hangs, or if its last send failed."""
        if self.hangs(now) or self.health.failures_in_a_row:
            return 0
        return min(self.may_send, len(self.backlog) + len(self.under_way))

    def give_way(self) -> None:
        """Begin no more sends: it is given back once those under way have ended.

        What was claimed and not begun is claimed again with the next lease.
        """
        self.backlog.clear()
        self.gives_way = True

    @property
    def unwritten_health(self) -> LaneHealth | None:
        """What the next lease goes by, unless it is written: a breaker that opens is at once."""
        return self.health if self.health.breaker is Breaker.CLOSED else None

    def is_ours(self) -> bool:
        """Whether the lease is surely held; asked before bytes leave."""
        return not self.lost and time.monotonic() - self.renewed < SAFE_S


@dataclass
class Resting:
    """Lanes that are left alone for a minute: what is in them cannot be read or written."""

    until: dict[LaneId, float] = field(default_factory=dict)

    def begin(self, draining: LeasedLane, why: str) -> None:
        """Give the lane up, so that it does not keep the others waiting."""
        _log.error("%s rests: %s", draining.lease.lane, why)
        draining.lost = True
        self.until[draining.lease.lane] = time.monotonic() + REST_S

    def without(self, lanes: Sequence[LaneId]) -> tuple[LaneId, ...]:
        """Those of the lanes that do not rest."""
        now = time.monotonic()
        self.until = {lane: until for lane, until in self.until.items() if until > now}
        return tuple(lane for lane in lanes if lane not in self.until)
