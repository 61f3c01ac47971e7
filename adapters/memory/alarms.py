"""Alarms in memory, and a bell that says what was rung."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from domain.errors import RecordChanged
from domain.operators.alarm_kinds import THE_HUB, AlarmKind
from domain.operators.alarms import Alarm, Rung


@dataclass(frozen=True)
class MemoryAlarms:
    held: dict[str, Alarm] = field(default_factory=dict)
    looks: list[datetime] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock, repr=False)

    def get(self, alarm_id: str) -> Alarm | None:
        return self.held.get(alarm_id)

    def save(self, alarm: Alarm) -> Alarm:
        with self.lock:
            held = self.held.get(alarm.id)
            if (held.revision if held is not None else 0) != alarm.revision:
                raise RecordChanged(alarm.id)
            saved = replace(alarm, revision=alarm.revision + 1)
            self.held[alarm.id] = saved
            return saved

    def listed(
        self, *, is_open: bool | None = None, kind: AlarmKind | None = None, limit: int
    ) -> tuple[Alarm, ...]:
        found = [
            each
            for each in self.held.values()
            if is_open in (None, each.is_open) and kind in (None, each.kind)
        ]
        return tuple(sorted(found, key=lambda each: (each.seen_at, each.id), reverse=True)[:limit])

    def counts(self) -> Mapping[AlarmKind, int]:
        return Counter(each.kind for each in self.held.values() if each.is_open)

    def untold(self, *, limit: int) -> tuple[Alarm, ...]:
        return tuple(each for each in self.held.values() if each.untold)[:limit]

    def looked(self, at: datetime) -> None:
        self.looks[:] = [at]

    def last_look(self) -> datetime | None:
        return next(iter(self.looks), None)


@dataclass(frozen=True)
class MemoryBell:
    rung: list[Rung] = field(default_factory=list)

    def ring(self, kind: AlarmKind, whom: str = THE_HUB, said: str = "") -> None:
        self.rung.append(Rung(kind, whom, said))

    def close(self) -> None:
        """All is raised."""
