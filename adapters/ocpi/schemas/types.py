"""The types that OCPI's field tables are written in, as strict marshmallow fields.

Nothing is converted: a document is kept word for word. OCPI 2.3.0, types.
"""

import re
from collections.abc import Sequence
from typing import Any

from adapters.ocpi.schemas import patterns
from adapters.ocpi.schemas.field import JsonSchema, OcpiField
from domain.validation import Weight


class Text(OcpiField):
    """A JSON string; `length` counts characters, `pattern` must match all of it.

    NUL and half a character are vital in every text: stores and parsers break at them.
    """

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

    def weight(self, value: Any) -> Weight:
        if isinstance(value, str) and patterns.UNREADABLE.search(value):
            return Weight.VITAL
        return super().weight(value)

    def json_schema(self) -> JsonSchema:
        schema: JsonSchema = {"type": "string", "pattern": f"^(?:{self.pattern})$"}
        if self.shortest:
            schema["minLength"] = self.shortest
        if self.longest is not None:
            schema["maxLength"] = self.longest
        return schema


class String(Text):
    """OCPI's string."""

    cosmetic = "its length; control characters and line breaks"

    def is_cosmetic(self, value: Any) -> bool:
        return isinstance(value, str)


class CiString(Text):
    """Printable ASCII, compared without regard to case."""

    expected = "printable ASCII"
    pattern = patterns.PRINTABLE_ASCII
    cosmetic = "its length; characters that are not printable ASCII"

    def is_cosmetic(self, value: Any) -> bool:
        return isinstance(value, str)


class Identifier(CiString):
    """A CiString that names something, and so is not empty."""

    shortest = 1
    cosmetic = ""
    vital = True


class Code(CiString):
    """A country code or party id: exactly `length` characters, as in the routing headers."""

    cosmetic = ""
    vital = True

    def __init__(self, length: int, *, optional: bool = False) -> None:
        super().__init__(length, optional=optional)
        self.shortest = length


class IsoCode(Text):
    """A country (alpha-3), currency or language of exactly `length` letters."""

    expected = "an ISO code of letters"
    pattern = patterns.LETTERS

    def __init__(self, length: int, *, optional: bool = False) -> None:
        super().__init__(length, optional=optional)
        self.shortest = length


class Language(IsoCode):
    """A language of two letters; `de-DE` and `ger` are understood."""

    cosmetic = "its form, such as de-DE"

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__(2, optional=optional)

    def is_cosmetic(self, value: Any) -> bool:
        return isinstance(value, str)


class CredentialsToken(Text):
    """T-AUTH-5."""

    vital = True

    expected = "of the characters U+0021 to U+007E"
    pattern = patterns.VISIBLE_ASCII
    shortest = 1


class Url(Text):
    """http or https, at most 255 characters: for people to look at.

    A scheme that runs something where it is opened misleads a reader's code.
    """

    expected = "an http or https URL"
    pattern = patterns.URL
    cosmetic = "its scheme, characters and length; not javascript:, data: and their like"

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__(255, optional=optional)

    def is_cosmetic(self, value: Any) -> bool:
        return isinstance(value, str) and not patterns.runs_something(value)


class CallableUrl(Url):
    """One that the hub, or the receiver of a command, calls."""

    cosmetic = ""
    vital = True


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
