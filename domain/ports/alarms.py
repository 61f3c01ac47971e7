"""Alarms: the store of them, and the bell that any use case may ring."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from domain.operators.alarm_kinds import THE_HUB, AlarmKind
from domain.operators.alarms import Alarm


class Bell(Protocol):
    """Raises an alarm a little later. Never raises an error, and waits for no store."""

    def ring(self, kind: AlarmKind, whom: str = THE_HUB, said: str = "") -> None:
        """Something of this kind is the matter with `whom`; `said` has no secret in it."""
        ...

    def close(self) -> None:
        """Raise no more; what waits to be counted is lost."""
        ...


class Alarms(Protocol):
    """One record for each kind and whom. Cleared ones are kept for 90 days."""

    def get(self, alarm_id: str) -> Alarm | None:
        """The alarm of this id, open or over."""
        ...

    def save(self, alarm: Alarm) -> Alarm:
        """Write it if its revision is still the stored one (0: it is new), with the next one.

        :raises errors.RecordChanged: if another process wrote it meanwhile.
        """
        ...

    def listed(
        self, *, is_open: bool | None = None, kind: AlarmKind | None = None, limit: int
    ) -> tuple[Alarm, ...]:
        """Those that fit, seen last first."""
        ...

    def counts(self) -> Mapping[AlarmKind, int]:
        """How many are open of each kind that has any."""
        ...

    def untold(self, *, limit: int) -> tuple[Alarm, ...]:
        """Those with events that no subscriber has a delivery of."""
        ...

    def looked(self, at: datetime) -> None:
        """Note that a sweeper has looked. Safe to repeat."""
        ...

    def last_look(self) -> datetime | None:
        """When a sweeper has looked last; None: never."""
        ...


class StoreClock(Protocol):
    def now(self) -> datetime:
        """The moment by the store's own clock."""
        ...
