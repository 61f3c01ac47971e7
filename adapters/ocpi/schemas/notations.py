"""The texts that follow one notation: time zones, moments, dates, times of day, coordinates.

OCPI 2.3.0, types.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from tzlocal.windows_tz import win_tz

from adapters.ocpi.schemas import patterns
from adapters.ocpi.schemas.field import JsonSchema
from adapters.ocpi.schemas.types import Text


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


FORMATS: dict[str, Callable[[str], bool]] = {"time-zone": lambda name: name in _time_zones()}
"""What a pattern cannot say, by the name that the compiled check knows it by."""


class TimeZone(Text):
    """A name of the IANA time zone database (L-6)."""

    expected = "an IANA time zone such as Europe/Amsterdam"
    cosmetic = "a name of Windows that CLDR maps to one"
    vital = True

    def is_cosmetic(self, value: Any) -> bool:
        return value in win_tz if isinstance(value, str) else False

    def fault(self, value: Any) -> str | None:
        reason = super().fault(value)
        return reason or (None if FORMATS["time-zone"](value) else f"not {self.expected}")

    def json_schema(self) -> JsonSchema:
        return {**super().json_schema(), "format": "time-zone"}


class _Written(Text):
    """A string of one notation: its pattern bounds its length."""

    vital = True

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__(optional=optional)


class OcpiDateTime(_Written):
    """A moment of the calendar in UTC, at most 25 characters."""

    expected = "a UTC timestamp such as 2026-01-31T12:00:00Z"
    pattern = patterns.DATE_TIME


class CdrDateTime(OcpiDateTime):
    """As OcpiDateTime, or the literal that stands for an unknown time in a CDR (E5)."""

    pattern = f"{patterns.DATE_TIME}|1970-1-1T00:00:00Z"


class LocalDate(_Written):
    expected = "a date such as 2026-01-31"
    pattern = patterns.DATE


class LocalTime(_Written):
    """The end of a day may be written 24:00; it sorts behind every time, which is what is meant."""

    expected = "a time such as 08:30"
    pattern = patterns.TIME
    cosmetic = "24:00"

    def is_cosmetic(self, value: Any) -> bool:
        return bool(value == "24:00")


class OpeningTime(LocalTime):
    """A time that people read and the hub does not."""

    cosmetic = "its spelling, such as 8:00, 08:00:00 or 24:00"
    vital = False

    def is_cosmetic(self, value: Any) -> bool:
        return isinstance(value, str) and bool(re.fullmatch(patterns.LOOSE_TIME, value))


class _Degrees(_Written):
    """The pattern counts, not the length (E3); what lies off the globe cannot be searched for."""

    cosmetic = "the number of its decimals"
    furthest = 180

    def is_cosmetic(self, value: Any) -> bool:
        if not isinstance(value, str) or not re.fullmatch(patterns.DEGREES, value):
            return False
        return abs(Decimal(value)) <= self.furthest


class Latitude(_Degrees):
    expected = "a latitude with 5 to 7 decimals such as 51.047599"
    pattern = patterns.LATITUDE
    furthest = 90


class Longitude(_Degrees):
    expected = "a longitude with 5 to 7 decimals such as 3.729944"
    pattern = patterns.LONGITUDE
