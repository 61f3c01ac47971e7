"""Currencies and countries: real ones, so that no sum is made in a currency that does not exist.

The lists are those of ISO 4217 and ISO 3166-1. A CiString is compared in upper case; where OCPI
says string, the code is in upper case (OCPI 2.3.0, types).
"""

from string import ascii_uppercase
from typing import Any

from iso3166 import countries_by_alpha2, countries_by_alpha3
from iso4217 import Currency as Iso4217

from adapters.ocpi.schemas.field import JsonSchema
from adapters.ocpi.schemas.types import Code, IsoCode

_WITHDRAWN = frozenset({"ANG", "BGN", "CUC", "HRK", "SLL"})
"""Of late: what was charged before that is billed, and credited, in them."""
_PRIVATE = ("AA", "ZZ", *(f"Q{each}" for each in "MNOPQRSTUVWXYZ"))
_FOR_USERS = frozenset((*_PRIVATE, *(f"X{each}" for each in ascii_uppercase)))
"""ISO 3166-1 leaves these to its users: Kosovo is XK."""

CURRENCIES = frozenset(each.code for each in Iso4217) | _WITHDRAWN
COUNTRIES = frozenset(countries_by_alpha2) | _FOR_USERS
COUNTRIES_OF_3 = frozenset(countries_by_alpha3) | {
    f"{each}{letter}" for each in _FOR_USERS for letter in ascii_uppercase
}


class Currency(IsoCode):
    """A string: in upper case."""

    expected = "a currency of ISO 4217 in upper case such as EUR"
    vital = True

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__(3, optional=optional)

    def fault(self, value: Any) -> str | None:
        reason = super().fault(value)
        return reason or (None if value in CURRENCIES else f"not {self.expected}")

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "enum": sorted(CURRENCIES)}


class Country(IsoCode):
    """A string: three letters in upper case."""

    expected = "a country of ISO 3166-1 in upper case such as DEU"

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__(3, optional=optional)

    def fault(self, value: Any) -> str | None:
        reason = super().fault(value)
        return reason or (None if value in COUNTRIES_OF_3 else f"not {self.expected}")

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "enum": sorted(COUNTRIES_OF_3)}


class CountryCode(Code):
    """A CiString of two letters, in either case."""

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__(2, optional=optional)

    def fault(self, value: Any) -> str | None:
        reason = super().fault(value)
        return reason or (None if value.upper() in COUNTRIES else "not a country of ISO 3166-1")

    def json_schema(self) -> JsonSchema:
        spelt = {
            f"{a}{b}"
            for each in COUNTRIES
            for a in _either_case(each[0])
            for b in _either_case(each[1])
        }
        return {"type": "string", "enum": sorted(spelt)}


def _either_case(letter: str) -> tuple[str, str]:
    return letter, letter.lower()
