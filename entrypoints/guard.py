"""The outermost guard of everything that runs in the background: threads, futures, jobs.

One turn that fails is logged, counted and over; the next one comes. Where there can be no next
one, the process ends, so that its supervisor sees it and starts it again.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from domain import errors
from domain.operators.alarm_kinds import AlarmKind
from domain.ports import Bell, Counters

CANNOT_GO_ON = 70
"""The exit status of a process that ends itself."""
_log = logging.getLogger(__name__)


def end_process(code: int) -> None:
    """End this process now. What it has in hand is leased or in the store, and found there."""
    logging.shutdown()
    os._exit(code)


@dataclass(frozen=True)
class Guard:
    """`end` ends the process."""

    counters: Counters
    bell: Bell
    end: Callable[[int], None] = end_process

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """One turn of `name`. What the hub foresees is one line, all else has its traceback."""
        try:
            yield
        except errors.HubError as failure:
            _log.warning("%s: %s", name, failure)
        except MemoryError:
            _log.critical("%s: out of memory: this process ends", name)
            self.end(CANNOT_GO_ON)
        except Exception:  # noqa: BLE001 - the outermost guard: no turn ends a thread
            _log.exception("%s failed", name)
            self.counters.count("background_failures", task=name)
            self.bell.ring(AlarmKind.TURN_FAILS, name)

    def run(self, name: str, task: Callable[..., object], *arguments: object) -> None:
        """One turn that calls `task`: for the threads of a pool."""
        with self.turn(name):
            task(*arguments)

    def thread(self, name: str, loop: Callable[[], None], *, stop: Event) -> Thread:
        """Start a thread that runs until `stop` is set. If it ends before, so does the process."""
        thread = Thread(target=self._keep, args=(name, loop, stop), daemon=True, name=name)
        thread.start()
        return thread

    def _keep(self, name: str, loop: Callable[[], None], stop: Event) -> None:
        try:
            loop()
        except BaseException:  # noqa: BLE001 - the outermost frame of a thread
            _log.exception("the thread %s cannot go on", name)
        if not stop.is_set():
            _log.critical("the thread %s has ended: this process ends", name)
            self.end(CANNOT_GO_ON)
