"""One handshake at a time with each platform, and few at once with all of them.

A handshake calls the other side from the thread of a request, and the other side may be mute.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from application.partners.bulkhead import Bulkhead
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
    def take(self, partner_id: str, *, in_care: bool = False) -> Iterator[None]:
        """Be the one handshake with this partner, in all processes.

        Those of requests are few at once. The care pool bounds its own: partners that hang there
        take no turn from a request, nor from a partner that waits for care.

        :raises HandshakeUnderWay: if there is one, or this process has enough under way.
        """
        with ExitStack() as held:
            turn = self.locks.try_hold(f"handshake of {partner_id}", seconds=LONGEST_S)
            if not held.enter_context(turn):
                raise errors.HandshakeUnderWay("another handshake is under way: try again")
            if not in_care:
                self._be_one_of_few(held)
            yield

    def _be_one_of_few(self, held: ExitStack) -> None:
        try:
            held.enter_context(self.bulkhead.enter(_ALL))
        except errors.ReceiverAway as full:
            raise errors.HandshakeUnderWay("too many handshakes are under way") from full
