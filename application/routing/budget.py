"""How much of the time that a requester waits is the receiver's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain import errors


@dataclass(frozen=True)
class Budget:
    """How long a receiver may take, in seconds: in all, and to be connected to.

    `until` is when it has to have been asked and to have answered at the latest. `still_ours` is
    asked right before bytes leave: whether this may go out at all by now.
    """

    deadline_s: float
    connect_s: float = 3.0
    until: datetime | None = None
    still_ours: Callable[[], bool] = lambda: True

    def left_s(self, now: datetime, *, since: datetime) -> float:
        """What is left of it where the request came at `since`.

        :raises TooLate: if nothing is.
        """
        left = self.deadline_s - (now - since).total_seconds()
        if self.until is not None:
            left = min(left, (self.until - now).total_seconds())
        if left <= 0:
            raise errors.TooLate("the deadline has passed")
        return left
