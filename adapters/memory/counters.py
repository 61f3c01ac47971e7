"""Counters that a test can look at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

Series = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class MemoryCounters:
    counted: Counter[Series] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock, repr=False)

    def count(self, name: str, **labels: str) -> None:
        with self.lock:
            self.counted[name, tuple(sorted(labels.items()))] += 1

    def totals(self) -> Mapping[Series, int]:
        """How often each was counted: `("deliveries", (("verdict", "sick"),))` to 3."""
        with self.lock:
            return dict(self.counted)
