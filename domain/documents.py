"""JSON values as the domain reads them: what a partner wrote, never edited in place.

Numbers that are not integers are Decimals; the adapter that parses them keeps their spelling.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

JsonValue = Mapping[str, "JsonValue"] | Sequence["JsonValue"] | str | int | bool | Decimal | None
Document = Mapping[str, JsonValue]
_PARSED = frozenset({dict})
"""What a parser makes of an object: known by its type alone, sooner than by asking for Mapping."""


def as_document(value: JsonValue) -> Document:
    """The value as a JSON object.

    :raises TypeError: if it is none; the schemas have looked at it before the domain does.
    """
    if type(value) is not dict and not isinstance(value, Mapping):
        raise TypeError(f"expected a JSON object, not {type(value).__name__}")
    return value


def as_int(value: JsonValue) -> int:
    """The integer that a number is, `16.0` too; what is behind the point is cut off."""
    if type(value) is int:
        return value
    return int(Decimal(str(value)))


def as_documents(value: JsonValue) -> tuple[Document, ...]:
    """A list of JSON objects; absent and null are the empty list (cardinality `*`)."""
    if value is None:
        return ()
    if type(value) is list and _PARSED.issuperset(map(type, value)):
        return cast(tuple[Document, ...], tuple(value))
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(f"expected a JSON array, not {type(value).__name__}")
    return tuple(as_document(entry) for entry in value)


def ci(value: JsonValue) -> str:
    """A CiString's comparison key: upper case (OCPI 2.3.0, types, CiString)."""
    return str(value).upper()


def same_json(one: JsonValue, other: JsonValue) -> bool:
    """Whether both are the same JSON: numbers by value, fields in any order."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            same_json(value, other[name]) for name, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return one == other


def same(one: JsonValue, other: JsonValue) -> bool:
    """Equal as JSON: numbers by value, null and an empty list as if the field were not there."""
    if _is_nothing(one) or _is_nothing(other):
        return _is_nothing(one) and _is_nothing(other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(one.get(name), other.get(name)) for name in {*one, *other})
    if isinstance(one, str | bool) or isinstance(other, str | bool):
        return type(one) is type(other) and one == other
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def _is_nothing(value: JsonValue) -> bool:
    return value is None or (
        isinstance(value, Sequence) and not isinstance(value, str) and not value
    )
