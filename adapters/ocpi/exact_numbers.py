"""Numbers as JSON writes them: an int or a Decimal where it says it all, else with its text."""

from decimal import Decimal, InvalidOperation
from typing import Self

from domain.cdrs.clearing import exact

_LONGEST_ORDINARY = 20
_MOST_DIGITS = _FURTHEST = 60
_FEW_ENOUGH: int = 10**_MOST_DIGITS
_INT64 = range(-(2**63), 2**63)


class NumberAsWritten(Decimal):
    """A number that Decimal would spell otherwise, or that is too large to reckon with.

    `text` holds the digits as they came: `1e5`, `0.0000001`, an integer beyond 64 bit. The value is
    infinite where Decimal has no room for the exponent. All other numbers are plain ints and
    Decimals, which need no text of their own.
    """

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        number = super().__new__(cls, _value(text))
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text


def _value(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("-Infinity" if text.startswith("-") else "Infinity")


def fraction(text: str) -> Decimal:
    """A plain Decimal only where that says it all; `1E+5` and `1e5` alike keep their text."""
    if len(text) > _LONGEST_ORDINARY or "e" in text or "E" in text:
        return NumberAsWritten(text)
    plain = Decimal(text)
    return plain if str(plain) == text else NumberAsWritten(text)


def integer(text: str) -> int | Decimal:
    """A plain int up to 64 bit; `-0` and longer ones keep their text."""
    if len(text) > _LONGEST_ORDINARY or text == "-0":
        return NumberAsWritten(text)
    value = int(text)
    return value if value in _INT64 else NumberAsWritten(text)


def is_ordinary(number: int | Decimal) -> bool:
    """Whether the number may stand in a known field: 60 digits, an exponent within 60.

    What binary floats and decimals of 128 bit really write is ordinary, 1.7763568394002505E-15 too;
    what would take long to reckon with is not.
    """
    if isinstance(number, int):
        return -_FEW_ENOUGH < number < _FEW_ENOUGH
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or len(digits) > _MOST_DIGITS:
        return False
    return abs(exponent if number.is_zero() else number.adjusted()) <= _FURTHEST


def is_multiple(number: int | Decimal, step: Decimal) -> bool:
    """Whether an ordinary number is so many steps, to the last digit."""
    with exact():
        return Decimal(number) % step == 0
