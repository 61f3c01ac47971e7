"""What gunicorn's threaded worker does for every request, done for less.

Its loop tells the arbiter at each turn that the process is alive, and hands requests over as
futures: both cost a small request more than its answer does.
"""

import time
from abc import abstractmethod
from signal import SIGTERM
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from entrypoints.serving.connection import Connection
from entrypoints.serving.stopping import TOLD_TO_STOP
from entrypoints.serving.threads import Threads
from entrypoints.settings import Settings

_SAY_EVERY_S = 0.5


class HandingWorker(ThreadWorker):  # type: ignore[misc]
    """Hands whole requests over to threads; `finish_request` is called in the loop afterwards."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._next_word = 0.0
        self._drain_s = Settings.from_environment().drain_s
        self._stops_at = float("inf")

    @abstractmethod
    def handle(self, connection: Connection) -> bool:
        """Answer in a thread; whether the connection is kept.

        :raises OSError: if it is gone.
        """

    def get_thread_pool(self) -> Threads[Connection]:
        """The threads that answer."""
        return Threads(self.cfg.threads, self._work)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: not ready from now on; a moment later, or when told again, take nothing more."""
        if TOLD_TO_STOP.is_set() or self._drain_s == 0:
            super().handle_exit(sig, frame)
        else:
            self._stops_at = time.monotonic() + self._drain_s
        TOLD_TO_STOP.set()

    def notify(self) -> None:
        """Say now and then that the process is alive; gunicorn's loop calls this at each turn."""
        now = time.monotonic()
        if now >= self._stops_at and self.alive:
            super().handle_exit(SIGTERM, None)
        if now >= self._next_word:
            self._next_word = now + _SAY_EVERY_S
            super().notify()
            self.say()

    def say(self) -> None:
        """Tell the other processes what this one has."""

    def hand_over(self, connection: Connection) -> None:
        """It is a thread's now."""
        connection.is_away = True
        self.tpool.give(connection)

    def take_back(self, connection: Connection) -> None:
        """It is the loop's again."""
        self.tpool.took_back()
        connection.is_away = False

    def _work(self, connection: Connection) -> None:
        """Give the connection back to the loop, also where the request failed."""
        keep = False
        try:
            keep = self.handle(connection)
        except OSError:
            self.log.debug("the client is gone before its answer")
        except BaseException:
            self.log.exception("a thread failed")
        finally:
            self.method_queue.defer(self.finish_request, connection, keep)
