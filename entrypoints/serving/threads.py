"""The threads that answer requests: what the loop hands over, they work on, one at a time each.

A pool of futures does the same, at a third of what a small request costs in all.
"""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

_Work = TypeVar("_Work")


class Threads(Generic[_Work]):
    """At most `most` threads, each started when all others are at work. For one loop's thread.

    `do` is called in them, and must not raise. The process lives until they are done.
    """

    def __init__(self, most: int, do: Callable[[_Work], None]) -> None:
        self._most, self._do = most, do
        self._started, self._at_work = 0, 0
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()

    def give(self, work: _Work) -> None:
        """Have it done by the next thread that is free."""
        self._at_work += 1
        if self._at_work > self._started < self._most:
            self._started += 1
            Thread(target=self._run, name=f"request-{self._started}").start()
        self._queue.put(work)

    def took_back(self) -> None:
        """One is done, and the loop knows."""
        self._at_work -= 1

    def shutdown(self, wait: bool = False) -> None:
        """Let each end when it has done what is there already."""
        for _ in range(self._started):
            self._queue.put(None)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            self._do(work)
