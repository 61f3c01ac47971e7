"""Whose turn it is to tell a reader of an object: one at a time, the pump or the relay of a push.

The turn is a lock that Redis may forget. Two may have told the reader at once then, and the older
state may have come last: so what the object is now is told once more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from application.objects.publishing import Publisher
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from domain.ports import Locks

NO_WHOLE_REVISION = 0
"""What goes out is a change: it says by itself nothing of what the reader has then."""


@dataclass
class ReaderTurn:
    """`sent`: the revision that goes out, None while nothing does."""

    sent: int | None = None


@dataclass(frozen=True)
class ReaderTurns:
    """Turns at a reader and an object."""

    locks: Locks
    publisher: Publisher

    @contextmanager
    def take(self, reader: PartyId, key: ObjectKey, *, seconds: float) -> Iterator[ReaderTurn]:
        """Wait for the turn; after `seconds` at most it is over, and the next one's.

        :raises StoreUnavailable: at its end, if the object cannot be told again: nothing says then
            that the reader has it.
        """
        turn = ReaderTurn()
        try:
            with self.locks.hold(f"{reader}|{key}", seconds=seconds) as held:
                yield turn
        finally:
            if turn.sent is not None and not held.was_kept:
                self.publisher.tell_anew(key, after=turn.sent)
