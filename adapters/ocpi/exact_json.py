"""JSON without surprises: what is doubtful is refused, and every number leaves with its own digits.

All that a partner sends, or answers, comes in through `parse` (T-HTTP-2). Python's own parser and
encoder in C do the work; what they do not promise is checked beside them, in passes over the whole.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from types import NoneType
from typing import Any, NoReturn

from adapters.ocpi.exact_numbers import NumberAsWritten, fraction, integer
from domain.documents import JsonValue
from domain.errors import MalformedJson

MAX_DEPTH = 32
"""Levels of arrays and objects within each other (mongod itself stops at 180)."""


def parse(raw: bytes) -> JsonValue:
    """The JSON value in `raw`: dict, list, str, int (64 bit), Decimal, bool or None.

    :raises MalformedJson: unless it is UTF-8 and JSON, with no key twice in an object, no NaN or
        Infinity, and no more than 32 levels.
    """
    try:
        text = raw.decode("utf-8")
        value: JsonValue = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise MalformedJson("not UTF-8") from error
    except RecursionError as error:
        raise MalformedJson(_TOO_DEEP) from error
    except json.JSONDecodeError as error:
        where = f" at line {error.lineno}, column {error.colno}" if raw.strip() else ": empty"
        raise MalformedJson(f"not JSON{where}") from error
    if _members(value) < _most_members(raw):
        _EVERY_KEY.decode(text)
    return value


def dump(value: JsonValue) -> bytes:
    """Compact JSON; numbers with the digits that they were parsed from.

    :raises TypeError: for what has no exact JSON: floats, keys that are no strings, bytes, dates.
    :raises ValueError: for a Decimal that is not finite.
    """
    text = _ENCODER.encode(value) if _is_plain(value) else _written(value)
    # The only characters without UTF-8 are lone surrogates, and a backslash escape is their JSON.
    return text.encode("utf-8", "backslashreplace")


_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


class _Integers(dict[str, int]):
    """The integers that are common, each made once; others are made as they come."""

    def __missing__(self, text: str) -> int | Decimal:
        return integer(text)


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJson("a key stands twice in one object")
    return members


def _constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is not JSON")


_parse_int = _Integers({str(number): number for number in range(1000)}).__getitem__
_DECODER = json.JSONDecoder(parse_float=fraction, parse_int=_parse_int, parse_constant=_constant)
"""Of a key that stands twice in an object it keeps the last."""
_EVERY_KEY = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=fraction,
    parse_int=_parse_int,
    parse_constant=_constant,
)
"""Slower: it refuses an object with a key that stands twice."""
_BLANKS = b" \t\r\n"


def _members(value: JsonValue) -> int:
    """The members of all objects in a value that was parsed.

    :raises MalformedJson: beyond 32 levels: the parser's own limit lets some hundred pass.
    """
    members = 0
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        members += sum([len(node) for node in level if type(node) is dict])
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return members
    raise MalformedJson(_TOO_DEEP)


def _most_members(raw: bytes) -> int:
    """As many as were written, or more: a colon behind a quote may stand in a text, too."""
    return raw.translate(None, _BLANKS).count(b'":')


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_LEAVES = frozenset({str, int, bool, NoneType})
_NODES = frozenset({dict, list, tuple})
_KEYS = frozenset({str})


def _is_plain(value: JsonValue) -> bool:
    """Whether the encoder in C may write it: it knows no Decimal, and takes what is no JSON."""
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) not in _LEAVES
        ]
        if not level:
            return True
        if not _NODES.issuperset(map(type, level)):
            return False
        if not all(_KEYS.issuperset(map(type, node)) for node in level if type(node) is dict):
            return False
    return False


def _written(value: JsonValue) -> str:
    pieces: list[str] = []
    _write(value, pieces)
    return "".join(pieces)


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
