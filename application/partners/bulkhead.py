"""One partner that hangs must not take a process's threads from other partners' requests.

Only so many requests at once may wait for any one partner; one more is told at once that the
partner is away. Counted per process: it protects that process's threads.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from domain import errors


@dataclass(frozen=True)
class Bulkhead:
    """At most `most` at once for any one partner."""

    most: int
    waiting: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def enter(self, partner_id: str) -> Iterator[None]:
        """Be one of those that wait for this partner.

        :raises ReceiverAway: if enough do already.
        """
        with self.lock:
            if self.waiting[partner_id] >= self.most:
                raise errors.ReceiverAway("too many requests wait for this receiver already")
            self.waiting[partner_id] += 1
        try:
            yield
        finally:
            with self.lock:
                self.waiting[partner_id] -= 1
                if not self.waiting[partner_id]:
                    del self.waiting[partner_id]
