"""A lane in a pump's hands: what is claimed, what is under way, whether it is still ours."""

import time
from concurrent.futures import Future
from dataclasses import dataclass, field

from application.sending import SEND_DEADLINE_S
from domain.answers import Attempt
from domain.deliveries import Delivery
from domain.lanes import LaneHealth, Lease

LEASE_S = 20.0
UNANSWERED_S = 1.0
SAFE_S = LEASE_S - SEND_DEADLINE_S - 2.0
"""So long after a renewal an attempt may begin: it ends before the lease does."""
_LOOK_S = 0.05


@dataclass
class Draining:
    """A lane that this pump leases, what it has claimed from it and what is under way."""

    lease: Lease
    health: LaneHealth
    renewed: float
    looked: float = 0.0
    served: float = 0.0
    backlog: list[Delivery] = field(default_factory=list)
    under_way: dict[Future[Attempt | None], tuple[Delivery, float]] = field(default_factory=dict)
    answers: int = 0
    lost: bool = False

    def hangs(self, now: float) -> bool:
        """Whether a send of it has been unanswered for a second."""
        return any(now - begun > UNANSWERED_S for _, begun in self.under_way.values())

    def may_look(self) -> bool:
        """Whether it is time to ask for more: at once if idle, else not at every single turn."""
        return not self.under_way or time.monotonic() - self.looked >= _LOOK_S

    def is_ours(self) -> bool:
        """Whether the lease is surely held; asked before bytes leave."""
        return not self.lost and time.monotonic() - self.renewed < SAFE_S
