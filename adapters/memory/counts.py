"""Shared counts of one process; a test may take them away, or have them lost."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class MemoryCounts:
    """`is_away`: nothing is told, and nothing added. No number is ever gone by itself."""

    counted: Counter[str] = field(default_factory=Counter)
    is_away: bool = False
    lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, counts: Mapping[str, int], *, seconds: float) -> Mapping[str, int] | None:
        if self.is_away:
            return None
        with self.lock:
            self.counted.update(counts)
            return {name: self.counted[name] for name in counts}

    def read(self, names: Collection[str]) -> Mapping[str, int] | None:
        if self.is_away:
            return None
        return {name: self.counted[name] for name in names if name in self.counted}
