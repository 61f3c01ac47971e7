"""OCPI's numbers, as strict as they are exact (OCPI 2.3.0, types)."""

from decimal import Decimal
from typing import Any

from adapters.ocpi.exact_numbers import is_multiple, is_ordinary
from adapters.ocpi.schemas.field import JsonSchema, OcpiField


class Int(OcpiField):
    """A JSON integer of 64 bit between `least` and `most`; 16.0 is none, and understood."""

    cosmetic = "written as 16.0"

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

    def is_cosmetic(self, value: Any) -> bool:
        if not isinstance(value, Decimal) or not is_ordinary(value):
            return False
        return is_multiple(value, Decimal(1)) and self.least <= value <= self.most


class Number(OcpiField):
    """A JSON number of at most 60 digits, between `least` and `most` where they are given."""

    vital = True
    step: Decimal | None = None

    def __init__(
        self, *, least: int = -(10**61), most: int = 10**61, optional: bool = False
    ) -> None:
        super().__init__(optional=optional)
        self.least, self.most = least, most

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


class Measure(Number):
    """A number that is neither money nor time, and that the hub does not read."""

    vital = False


class Tenths(Measure):
    """One with at most one fraction digit (CP-4)."""

    cosmetic = "the number of its decimals"
    step = Decimal("0.1")

    def is_cosmetic(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return False
        return is_ordinary(value) and self.least <= value <= self.most
