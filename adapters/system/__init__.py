"""The clock, the ids and the chance of the machine: the only place that asks for them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import SystemRandom
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import win_tz

from adapters.system.armed import ArmedFailPoints
from adapters.system.bell import ThreadBell
from adapters.system.failpoints import NoFailPoints
from adapters.system.uuids import new_uuid

__all__ = [
    "ArmedFailPoints",
    "NoFailPoints",
    "RandomSpread",
    "SystemClock",
    "SystemIds",
    "SystemZones",
    "ThreadBell",
]

_RANDOM = SystemRandom()


@dataclass(frozen=True)
class SystemClock:
    def now(self) -> datetime:
        """This moment, aware that it is in UTC; it can go back when the machine's clock is set."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class SystemIds:
    def new(self) -> str:
        """A random UUID (version 4), 36 characters."""
        return new_uuid()


@dataclass(frozen=True)
class RandomSpread:
    def spread(self) -> float:
        """From 0 up to but not including 1."""
        return _RANDOM.random()


@dataclass(frozen=True)
class SystemZones:
    def named(self, name: str) -> ZoneInfo:
        return ZoneInfo(win_tz.get(name, name))
