"""What this process counts of requests is shared with the others, once a second, by a thread."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread

from entrypoints.guard import Guard

EVERY_S = 1.0


@dataclass(eq=False)
class Settling:
    """`settle` shares the counts. No request waits for it."""

    settle: Callable[[], None]
    guard: Guard
    _over: Event = field(default_factory=Event)

    def begin(self) -> None:
        """Go on with it until the end."""
        Thread(target=self._run, name="limits", daemon=True).start()

    def end(self) -> None:
        """No more of it. Safe to repeat, and where it has not begun."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(EVERY_S):
            with self.guard.turn("limits"):
                self.settle()
