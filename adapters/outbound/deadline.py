"""One moment that a whole call must end by.

The timeouts of sockets count from the last byte, so a peer that drips bytes never runs into one.
"""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    """`at` is in seconds of the monotonic clock."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(time.monotonic() + seconds)

    @property
    def has_passed(self) -> bool:
        return time.monotonic() >= self.at

    def left(self) -> float:
        """Seconds until then, more than 0: fit for `settimeout` before each read and write.

        :raises TimeoutError: if the moment has passed.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left

    def or_within(self, seconds: float) -> "Deadline":
        """The sooner of this moment and `seconds` from now."""
        return min(self, Deadline.after(seconds), key=lambda deadline: deadline.at)
