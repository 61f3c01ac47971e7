"""One handshake at a time with each platform, and few at once with all of them.

A handshake calls the other side from the thread of a request, and the other side may be mute.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from application.bulkhead import Bulkhead
from domain import errors
from domain.ports import Locks

LONGEST_S = 75.0
"""Four calls of 10 s and one of 30 s, and a little more."""

_ALL = "handshakes"


@dataclass(frozen=True)
class HandshakeTurns:
    """A second handshake is told to come later; it never waits for the first."""

    locks: Locks
    bulkhead: Bulkhead

    @contextmanager
    def take(self, partner_id: str) -> Iterator[None]:
        """Be the one handshake with this partner, in all processes.

        :raises HandshakeUnderWay: if there is one, or this process has enough under way.
        """
        with ExitStack() as held:
            turn = self.locks.try_hold(f"handshake of {partner_id}", seconds=LONGEST_S)
            if not held.enter_context(turn):
                raise errors.HandshakeUnderWay("another handshake is under way: try again")
            try:
                held.enter_context(self.bulkhead.enter(_ALL))
            except errors.ReceiverAway as full:
                raise errors.HandshakeUnderWay("too many handshakes are under way") from full
            yield
