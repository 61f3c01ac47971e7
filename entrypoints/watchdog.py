"""A bound on what nothing inside Python can end: it ends the process, and the supervisor restarts.

A loop in C holds the interpreter's lock, so neither a signal's handler nor a thread gets a turn.
The watchdog of `faulthandler` is a thread in C that needs no lock: it writes where every thread
stands, and ends the process. A thread here sets it back as long as all is well.
"""

import faulthandler
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

STUCK_S = 60.0
"""How long one thread may keep all others of the process from running."""
_EVERY_S = 1.0
_AT_LEAST_S = 0.05
_NEAR_S = 10.0


@dataclass
class Watchdog:
    """Watches one process. One at a time: `faulthandler` has one watchdog."""

    stuck_s: float = STUCK_S
    every_s: float = _EVERY_S
    _ends: dict[int, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _over: Event = field(default_factory=Event)

    def start(self) -> None:
        """Watch from now on, until the process ends."""
        self._set_back()
        Thread(target=self._watch, daemon=True, name="watchdog").start()

    def stop(self) -> None:
        """Watch no more."""
        self._over.set()
        faulthandler.cancel_dump_traceback_later()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """End the process if the block takes longer."""
        mark, ends = object(), time.monotonic() + seconds
        with self._lock:
            self._ends[id(mark)] = ends
        try:
            yield
        finally:
            with self._lock:
                del self._ends[id(mark)]
            if ends - time.monotonic() < _NEAR_S:
                self._set_back()  # the thread may come too late

    def _watch(self) -> None:
        while not self._over.wait(self.every_s):
            self._set_back()

    def _set_back(self) -> None:
        with self._lock:
            if self._over.is_set():
                return
            soonest = min(self._ends.values(), default=float("inf"))
            left = min(self.stuck_s, max(_AT_LEAST_S, soonest - time.monotonic()))
            # 2 is stderr, as it was when the process began
            faulthandler.dump_traceback_later(left, exit=True, file=2)
