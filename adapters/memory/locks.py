"""Locks between the threads of one process."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from domain.ports import Hold


@dataclass(frozen=True)
class MemoryLocks:
    held: defaultdict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))

    @contextmanager
    def hold(self, name: str, *, seconds: float) -> Iterator[Hold]:
        """A caller that has waited `seconds` goes on without it."""
        lock, held = self.held[name], Hold()
        ours = lock.acquire(timeout=seconds)
        try:
            yield held
        finally:
            held.was_kept = ours and self.held.get(name) is lock
            if ours:
                lock.release()

    @contextmanager
    def try_hold(self, name: str, *, seconds: float) -> Iterator[bool]:
        """For as long as it takes: nothing here outlives its process."""
        lock = self.held[name]
        ours = lock.acquire(blocking=False)
        try:
            yield ours
        finally:
            if ours:
                lock.release()
