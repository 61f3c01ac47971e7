"""Which of the web processes takes the next connection: the one that holds the fewest.

All of them listen at one socket, and the one that runs at that moment would take connection after
connection. A client keeps its connection, so whole platforms would share one process while the
other has none. So a process leaves a new one for a little while to those that hold fewer.
"""

import mmap
import struct
import time
from collections.abc import Callable

STEP_BACK_S = 0.02
"""So long a connection is left to another process. It is taken then: the other may be busy."""
_ALIVE_S = 3.0
"""A process says what it holds once a second: one that has not for so long does not count."""
_ENTRY = struct.Struct("=id")
_MOST_PROCESSES = 512


class Counts:
    """How many connections each process holds, in memory that all of them share.

    It is made before they are, and each writes its own entry alone: a count that is read half
    written is wrong for one connection.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._shared = mmap.mmap(-1, _MOST_PROCESSES * _ENTRY.size)

    def say(self, process: int, connections: int) -> None:
        """Note what the process holds; each has a number of its own."""
        _ENTRY.pack_into(self._shared, self._place(process), connections, self._now())

    def fewest_of_others(self, process: int) -> int | None:
        """What the one of the other living processes holds that holds the fewest."""
        since, own = self._now() - _ALIVE_S, self._place(process)
        entries = _ENTRY.iter_unpack(self._shared[:])
        held = (
            connections
            for number, (connections, said_at) in enumerate(entries)
            if said_at > since and number * _ENTRY.size != own
        )
        return min(held, default=None)

    def _place(self, process: int) -> int:
        return process % _MOST_PROCESSES * _ENTRY.size


class Balance:
    """Whether one process takes a new connection now."""

    def __init__(
        self, counts: Counts, process: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._counts, self._process, self._now = counts, process, now
        self._resumes, self._takes_until = 0.0, 0.0

    def say(self, connections: int) -> None:
        """Tell the others how many it holds; look again once that is no more than theirs."""
        self._counts.say(self._process, connections)
        if self.looks_away_s and not self._holds_more(connections):
            self._resumes = 0.0

    def leaves_to_others(self, connections: int) -> bool:
        """Whether this process, which holds so many, looks away from new ones for a while.

        It takes one that is still there after that.
        """
        now = self._now()
        if now < self._takes_until:
            self._takes_until = now
            return False
        if not self._holds_more(connections):
            return False
        self._resumes = now + STEP_BACK_S
        self._takes_until = self._resumes + STEP_BACK_S
        return True

    def _holds_more(self, connections: int) -> bool:
        fewest = self._counts.fewest_of_others(self._process)
        return fewest is not None and connections > fewest

    @property
    def looks_away_s(self) -> float:
        """Seconds until this process looks at new connections again; 0: it does."""
        return max(0.0, self._resumes - self._now())
