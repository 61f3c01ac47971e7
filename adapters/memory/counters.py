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
        told = ((each.rstrip("_"), text) for each, text in labels.items())
        with self.lock:
            self.counted[name, tuple(sorted(told))] += 1

    def time(self, name: str, seconds: float, **labels: str) -> None:
        self.count(name, **labels)

    def mark(self, name: str) -> None:
        self.count(name)

    def totals(self) -> Mapping[Series, int]:
        """How often each was counted: `("deliveries", (("verdict", "sick"),))` to 3."""
        with self.lock:
            return dict(self.counted)
