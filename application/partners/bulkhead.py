"""One partner that hangs must not take a process's threads from other partners' requests.

Only so many requests at once may ask any one partner. One more waits a little for a turn, as long
as the partner answers quickly: it has many requests, but it is well. Where the partner is slow, one
more is told at once that it is away. Counted per process: it protects that process's threads.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from domain import errors

_WAIT_FOR_EACH = 2
"""Requests that wait, for each turn: with those whose turn it is, three quarters of the threads."""


@dataclass(frozen=True)
class Patience:
    """A partner that takes longer for a turn is slow, and so long a request waits for its turn."""

    seconds: float = 1.0
    now: Callable[[], float] = time.monotonic


@dataclass(eq=False)
class _Turn:
    """One request's, from when it is given to it."""

    begun: float = 0.0
    given: Event = field(default_factory=Event)


@dataclass
class _Asked:
    """Who asks one partner: the oldest turn first, then those that wait for one."""

    turns: list[_Turn] = field(default_factory=list)
    queue: deque[_Turn] = field(default_factory=deque)
    was_slow: bool = False


@dataclass(frozen=True)
class Bulkhead:
    """At most `most` at once ask any one partner; twice as many wait, for all partners together."""

    most: int
    patience: Patience = field(default_factory=Patience)
    asked: dict[str, _Asked] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def enter(self, partner_id: str, *, waits: bool = False) -> Iterator[None]:
        """Be one of those that ask this partner; with `waits` after a little while, if need be.

        :raises ReceiverAway: if enough do already.
        """
        turn = self._take(partner_id, waits=waits)
        try:
            yield
        finally:
            self._pass_on(partner_id, turn)

    def _take(self, partner_id: str, *, waits: bool) -> _Turn:
        turn = _Turn()
        with self.lock:
            asked = self.asked.setdefault(partner_id, _Asked())
            if len(asked.turns) < self.most:
                self._give(asked, turn)
                return turn
            if not (waits and self._is_quick(asked) and self._has_room()):
                raise _full()
            asked.queue.append(turn)
        turn.given.wait(self.patience.seconds)
        with self.lock:
            if not turn.given.is_set():
                asked.queue.remove(turn)
                raise _full()
        return turn

    def _give(self, asked: _Asked, turn: _Turn) -> None:
        turn.begun = self.patience.now()
        asked.turns.append(turn)
        turn.given.set()

    def _pass_on(self, partner_id: str, turn: _Turn) -> None:
        with self.lock:
            asked = self.asked[partner_id]
            asked.turns.remove(turn)
            asked.was_slow = self._is_old(turn)
            if asked.queue:
                self._give(asked, asked.queue.popleft())
            if not (asked.turns or asked.was_slow):
                del self.asked[partner_id]

    def _is_quick(self, asked: _Asked) -> bool:
        """Whether the last turn that ended was quick, and none that goes on is old."""
        return not (asked.was_slow or self._is_old(asked.turns[0]))

    def _is_old(self, turn: _Turn) -> bool:
        return self.patience.now() - turn.begun > self.patience.seconds

    def _has_room(self) -> bool:
        """However many partners begin to hang at the same moment, some threads do not wait."""
        waiting = sum(len(each.queue) for each in self.asked.values())
        return waiting < _WAIT_FOR_EACH * self.most


def _full() -> errors.ReceiverAway:
    return errors.ReceiverAway("too many requests wait for this receiver already")
