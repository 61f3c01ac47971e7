"""How much is owed, and for how long: what operators are to be woken for."""

from dataclasses import dataclass
from datetime import datetime

from domain.delivery.deliveries import LaneId


@dataclass(frozen=True)
class LaneBacklog:
    """A lane that owes something: `since` when the oldest of it, and how many it is.

    `is_held`: its breaker is not closed.
    """

    lane: LaneId
    since: datetime
    due: int
    is_held: bool
