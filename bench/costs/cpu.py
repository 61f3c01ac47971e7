"""CPU time by process, from /proc: what a shared machine cannot blur as it blurs seconds."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
_NAMES = ("mongod", "valkey", "redis-server", "gunicorn", "sweeper", "publish", "pump", "sync")


@dataclass(frozen=True)
class Cost:
    """Milliseconds of user and system time an operation; `by`: of each program's processes."""

    ms: float
    by: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Meter:
    """`processes` gives the ids of those that count: each that lives at the end.

    `idle`, the cost of a second in which nothing comes, is taken off: else a busy machine, where
    all takes longer, would make all dearer.
    """

    processes: Callable[[], set[int]]
    idle: Cost = Cost(0.0)

    def cost(self, work: Callable[[], int]) -> Cost:
        """What an operation of `work` costs; it does some, and returns how many."""
        before, begun = self._read(), time.monotonic()
        operations = work()
        seconds = time.monotonic() - begun
        used: dict[str, float] = {}
        for pid, spent in self._read().items():
            name = name_of(pid)
            used[name] = used.get(name, 0.0) + spent - before.get(pid, 0.0)
        for name, spent in self.idle.by.items():
            used[name] = max(0.0, used.get(name, 0.0) - spent * seconds)
        by = {name: spent / operations for name, spent in used.items() if spent}
        return Cost(sum(by.values()), by)

    def _read(self) -> dict[int, float]:
        return {pid: spent for pid in self.processes() if (spent := _spent(pid)) is not None}


def median(costs: Sequence[Cost]) -> Cost:
    """The one in the middle, the cheaper of two."""
    return sorted(costs, key=lambda cost: cost.ms)[(len(costs) - 1) // 2]


def _spent(pid: int) -> float | None:
    """utime and stime of the process; None where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) * _TICK_MS


def name_of(pid: int) -> str:
    """The program that this process runs."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return "gone"
    return next((name for name in _NAMES if name in command), "up")
