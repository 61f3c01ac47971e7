"""The bell for alarms: what rings is noted in memory, and a thread raises it, once a minute each.

The thread is there only while something waits. A process that is killed loses the counts of its
last minute; what rang first is raised at once.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Thread

from domain import errors
from domain.operators.alarm_kinds import THE_HUB, AlarmKind
from domain.operators.alarms import WRITTEN_EVERY, Rung

MOST_RUNG = 1_000
"""Alarms of one process: what rings beyond that in a minute is not raised."""
_AGAIN_S = 5.0
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class ThreadBell:
    """`note` raises an alarm, or counts it up by so many times; it may wait for a store.

    `every_s` is for how long an alarm is not written again by this process.
    """

    note: Callable[[Rung, int], object]
    every_s: float = WRITTEN_EVERY.total_seconds()
    _waiting: dict[tuple[AlarmKind, str], tuple[str, int]] = field(default_factory=dict)
    _not_before: dict[tuple[AlarmKind, str], float] = field(default_factory=dict)
    _changed: Condition = field(default_factory=Condition)
    _thread: Thread | None = None
    _is_over: bool = False

    def ring(self, kind: AlarmKind, whom: str = THE_HUB, said: str = "") -> None:
        """Note it, and have a thread raise it."""
        name = (kind, whom)
        with self._changed:
            if self._is_one_too_many(name):
                return
            _, times = self._waiting.get(name, ("", 0))
            self._waiting[name] = (said, times + 1)
            if self._thread is None and not self._is_over:
                self._thread = Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """End the thread; what waits is not raised by this process any more."""
        with self._changed:
            self._is_over = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while due := self._due():
            for rung, times in due:
                if self._is_over:
                    break
                try:
                    self.note(rung, times)
                except errors.HubError as failure:
                    _log.warning("alarms wait to be raised: %s", failure)
                    self._later()
                    break
                except Exception:  # noqa: BLE001 - one alarm that cannot be raised keeps no others
                    _log.exception("an alarm cannot be raised: %s", rung.kind)
                self._is_raised(rung, times)

    def _due(self) -> list[tuple[Rung, int]]:
        """Waits until something is due; nothing: there is no more to do."""
        with self._changed:
            while self._waiting and not self._is_over:
                now = self._forget_what_is_over()
                due = [name for name in self._waiting if name not in self._not_before]
                if due:
                    waiting = self._waiting
                    return [(Rung(*name, waiting[name][0]), waiting[name][1]) for name in due]
                self._changed.wait(min(self._not_before.values()) - now)
            self._thread = None
            return []

    def _is_one_too_many(self, name: tuple[AlarmKind, str]) -> bool:
        """Whether it is new in this minute, and as many as may be have rung in it."""
        if name in self._waiting or name in self._not_before:
            return False
        if len(self._waiting.keys() | self._not_before.keys()) < MOST_RUNG:
            return False
        self._forget_what_is_over()
        return len(self._waiting.keys() | self._not_before.keys()) >= MOST_RUNG

    def _forget_what_is_over(self) -> float:
        now = time.monotonic()
        self._not_before = {name: at for name, at in self._not_before.items() if at > now}
        return now

    def _is_raised(self, rung: Rung, times: int) -> None:
        """What rang meanwhile stays for the next time."""
        name = (rung.kind, rung.whom)
        with self._changed:
            self._not_before[name] = time.monotonic() + self.every_s
            said, rang = self._waiting.pop(name)
            if rang > times:
                self._waiting[name] = (said, rang - times)

    def _later(self) -> None:
        with self._changed:
            at = time.monotonic() + _AGAIN_S
            self._not_before |= dict.fromkeys(self._waiting, at)
