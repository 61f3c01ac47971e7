"""JSON without surprises: what is doubtful is refused, and every number leaves with its own digits.

All that a partner sends, or answers, comes in through `parse` (T-HTTP-2).
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring
from typing import NoReturn, Self

from domain.cdrs.clearing import exact
from domain.documents import JsonValue
from domain.errors import MalformedJson

MAX_DEPTH = 32
"""Levels of arrays and objects within each other (mongod itself stops at 180)."""

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


def parse(raw: bytes) -> JsonValue:
    """The JSON value in `raw`: dict, list, str, int (64 bit), Decimal, bool or None.

    :raises MalformedJson: unless it is UTF-8 and JSON, with no key twice in an object, no NaN or
        Infinity, and no more than 32 levels.
    """
    try:
        value: JsonValue = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedJson("not UTF-8") from error
    except RecursionError as error:
        raise MalformedJson(_TOO_DEEP) from error
    except json.JSONDecodeError as error:
        where = f" at line {error.lineno}, column {error.colno}" if raw.strip() else ": empty"
        raise MalformedJson(f"not JSON{where}") from error
    if not _is_shallow(value):
        raise MalformedJson(_TOO_DEEP)
    return value


def dump(value: JsonValue) -> bytes:
    """Compact JSON; numbers with the digits that they were parsed from.

    :raises TypeError: for what has no exact JSON: floats, keys that are no strings, bytes, dates.
    :raises ValueError: for a Decimal that is not finite.
    """
    pieces: list[str] = []
    _write(value, pieces)
    # The only characters without UTF-8 are lone surrogates, and a backslash escape is their JSON.
    return "".join(pieces).encode("utf-8", "backslashreplace")


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


_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


def _value(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("-Infinity" if text.startswith("-") else "Infinity")


def _fraction(text: str) -> Decimal:
    """A plain Decimal only where that says it all; `1E+5` and `1e5` alike keep their text."""
    if len(text) > _LONGEST_ORDINARY or "e" in text or "E" in text:
        return NumberAsWritten(text)
    plain = Decimal(text)
    return plain if str(plain) == text else NumberAsWritten(text)


def _integer(text: str) -> int | Decimal:
    if len(text) > _LONGEST_ORDINARY or text == "-0":
        return NumberAsWritten(text)
    value = int(text)
    return value if value in _INT64 else NumberAsWritten(text)


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJson("a key stands twice in one object")
    return members


def _constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_fraction,
    parse_int=_integer,
    parse_constant=_constant,
)


def _is_shallow(value: JsonValue) -> bool:
    """Level by level: the parser's own limit lets some hundred levels pass."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return True
    return False


def _write(value: JsonValue, pieces: list[str]) -> None:
    match value:
        case str():
            pieces.append(encode_basestring(value))
        case True | False | None:
            pieces.append(_LITERALS[value])
        case int():
            pieces.append(int.__repr__(value))
        case Decimal():
            pieces.append(_digits(value))
        case Mapping():
            _write_object(value, pieces)
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            _write_array(value, pieces)
        case _:
            raise TypeError(f"no exact JSON for {type(value).__name__}")


_LITERALS = {True: "true", False: "false", None: "null"}


def _digits(number: Decimal) -> str:
    if not isinstance(number, NumberAsWritten) and not number.is_finite():
        raise ValueError(f"no JSON for {number}")
    return str(number)


def _write_object(members: Mapping[str, JsonValue], pieces: list[str]) -> None:
    opening = "{"
    for key, member in members.items():
        if not isinstance(key, str):
            raise TypeError(f"a JSON key must be a string, not {type(key).__name__}")
        pieces += (opening, encode_basestring(key), ":")
        _write(member, pieces)
        opening = ","
    pieces.append("}" if members else "{}")


def _write_array(entries: Sequence[JsonValue], pieces: list[str]) -> None:
    opening = "["
    for entry in entries:
        pieces.append(opening)
        _write(entry, pieces)
        opening = ","
    pieces.append("]" if entries else "[]")
