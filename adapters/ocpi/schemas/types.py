"""The types that OCPI's field tables are written in, as strict marshmallow fields.

Nothing is converted: a document is kept word for word (design D1). OCPI 2.3.0, types.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from adapters.ocpi.json import is_multiple, is_ordinary
from adapters.ocpi.schemas import patterns
from adapters.ocpi.schemas.field import JsonSchema, OcpiField


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


FORMATS: dict[str, Callable[[str], bool]] = {"time-zone": lambda name: name in _time_zones()}
"""What a pattern cannot say, by the name that the compiled check knows it by."""


class Text(OcpiField):
    """A JSON string; `length` counts characters, `pattern` must match all of it."""

    expected = "a string without control characters or line breaks"
    pattern = patterns.PRINTABLE
    shortest = 0
    longest: int | None = None

    def __init__(self, length: int | None = None, *, optional: bool = False) -> None:
        super().__init__(optional=optional)
        self.length, self.longest = length, length or self.longest

    def fault(self, value: Any) -> str | None:
        if not isinstance(value, str):
            return "not a string"
        if len(value) < self.shortest:
            return f"not {self.shortest} characters" if value else "empty"
        if self.longest is not None and len(value) > self.longest:
            return f"longer than {self.longest}"
        if not re.fullmatch(self.pattern, value) or patterns.LONE_SURROGATE.search(value):
            return f"not {self.expected}"
        return None

    def json_schema(self) -> JsonSchema:
        schema: JsonSchema = {"type": "string", "pattern": f"^(?:{self.pattern})$"}
        if self.shortest:
            schema["minLength"] = self.shortest
        if self.longest is not None:
            schema["maxLength"] = self.longest
        return schema


class String(Text):
    """OCPI's string."""


class CiString(Text):
    """Printable ASCII, compared without regard to case."""

    expected = "printable ASCII"
    pattern = patterns.PRINTABLE_ASCII


class Identifier(CiString):
    """A CiString that names something, and so is not empty."""

    shortest = 1


class Code(CiString):
    """A country code or party id: exactly `length` characters, as in the routing headers."""

    def __init__(self, length: int, *, optional: bool = False) -> None:
        super().__init__(length, optional=optional)
        self.shortest = length


class IsoCode(String):
    """A country (alpha-3), currency or language of exactly `length` letters."""

    expected = "an ISO code of letters"
    pattern = patterns.LETTERS

    def __init__(self, length: int, *, optional: bool = False) -> None:
        super().__init__(length, optional=optional)
        self.shortest = length


class CredentialsToken(Text):
    """T-AUTH-5."""

    expected = "of the characters U+0021 to U+007E"
    pattern = patterns.VISIBLE_ASCII
    shortest = 1


class Url(Text):
    """http or https, at most 255 characters."""

    expected = "an http or https URL"
    pattern = patterns.URL

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__(255, optional=optional)


class TimeZone(Text):
    """A name of the IANA time zone database (L-6)."""

    expected = "an IANA time zone such as Europe/Amsterdam"

    def fault(self, value: Any) -> str | None:
        reason = super().fault(value)
        return reason or (None if FORMATS["time-zone"](value) else f"not {self.expected}")

    def json_schema(self) -> JsonSchema:
        return {**super().json_schema(), "format": "time-zone"}


class _Written(Text):
    """A string of one notation: its pattern bounds its length."""

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
    expected = "a time such as 08:30"
    pattern = patterns.TIME


class Latitude(_Written):
    """The pattern counts, not the length (E3); what lies off the globe cannot be searched for."""

    expected = "a latitude with 5 to 7 decimals such as 51.047599"
    pattern = patterns.LATITUDE


class Longitude(_Written):
    expected = "a longitude with 5 to 7 decimals such as 3.729944"
    pattern = patterns.LONGITUDE


class OpenEnum(Text):
    """`values` are the known ones; any other one of 1 to 255 characters is accepted (T-EXT-2)."""

    shortest = 1
    longest = 255

    def __init__(self, values: Sequence[str], *, optional: bool = False) -> None:
        super().__init__(optional=optional)
        self.values = values


class ClosedEnum(OcpiField):
    """One of `values`, in exactly that spelling."""

    def __init__(self, values: Sequence[str], *, optional: bool = False) -> None:
        super().__init__(optional=optional)
        self.values = values

    def fault(self, value: Any) -> str | None:
        if isinstance(value, str) and value in self.values:
            return None
        return f"not one of {', '.join(self.values)}"

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "enum": list(self.values)}


class Boolean(OcpiField):
    def fault(self, value: Any) -> str | None:
        return None if isinstance(value, bool) else "not true or false"

    def json_schema(self) -> JsonSchema:
        return {"type": "boolean"}


class Int(OcpiField):
    """A JSON integer of 64 bit between `least` and `most`; 16.0 is none."""

    def __init__(
        self, *, least: int = -(2**63), most: int = 2**63 - 1, optional: bool = False
    ) -> None:
        super().__init__(optional=optional)
        self.least, self.most = least, most

    def fault(self, value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return "not an integer of 64 bit"
        if not self.least <= value <= self.most:
            return f"not between {self.least} and {self.most}"
        return None

    def json_schema(self) -> JsonSchema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Number(OcpiField):
    """A JSON number of at most 60 digits, between `least` and `most` where they are given."""

    def __init__(
        self,
        *,
        least: int = -(10**61),
        most: int = 10**61,
        step: Decimal | None = None,
        optional: bool = False,
    ) -> None:
        super().__init__(optional=optional)
        self.least, self.most, self.step = least, most, step

    def fault(self, value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return "not a number"
        if not is_ordinary(value):
            return "not a number of at most 60 digits with an exponent within 60"
        if not self.least <= value <= self.most:
            return f"not between {self.least} and {self.most}"
        if self.step is not None and not is_multiple(value, self.step):
            return f"not a multiple of {self.step}"
        return None

    def json_schema(self) -> JsonSchema:
        schema: JsonSchema = {"type": "number", "minimum": self.least, "maximum": self.most}
        return schema if self.step is None else {**schema, "multipleOf": self.step}
