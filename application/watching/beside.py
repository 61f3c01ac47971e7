"""What a process looks at for itself: its clock, and whether a sweeper looks at all the rest."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.webhooks.alarm_events import AlarmEvents
from domain.operators.alarm_kinds import AlarmKind
from domain.ports import Alarms, Bell, Clock, StoreClock
from domain.times import format_time

SKEWED_FROM_S = 2.0
EVERY = timedelta(seconds=10)
STANDS_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class LookBeside:
    """`machine` is what this one is called. `noted` has when it looked first, and last."""

    alarms: Alarms
    alarm_events: AlarmEvents
    store_clock: StoreClock
    bell: Bell
    clock: Clock
    machine: str
    noted: dict[str, datetime] = field(default_factory=dict)

    def at_the_clock(self) -> float:
        """By how many seconds this machine's clock differs from the store's, at least."""
        before, there, after = self.clock.now(), self.store_clock.now(), self.clock.now()
        behind, ahead = (there - after).total_seconds(), (before - there).total_seconds()
        off_s = max(behind, ahead, 0.0)
        if off_s >= SKEWED_FROM_S:
            self.bell.ring(AlarmKind.CLOCK_SKEW, self.machine, f"{off_s:.1f} seconds")
        return off_s

    def at_the_sweeper(self) -> None:
        """Whether one has looked within a minute; where none has, operators are told by this one.

        Asked more often than every ten seconds it does nothing.
        """
        now = self.clock.now()
        if timedelta(0) <= now - self.noted.get("last", now - EVERY) < EVERY:
            return
        begun = min(self.noted.get("first", now), now)
        self.noted.update(first=begun, last=now)
        self.at_the_clock()
        last = self.alarms.last_look()
        if now - max(last or begun, begun) < STANDS_AFTER:
            return
        said = "never" if last is None else f"last at {format_time(last)}"
        self.bell.ring(AlarmKind.SWEEPER_STANDS, said=said)
        self.alarm_events.sweep()
