"""What a real store would not take, memory does not take either: so tests on it tell the truth."""

import datetime
import enum
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from domain.errors import Unstorable

_MOST_BYTES = 16 * 1024 * 1024
_GREATEST = 2**63


def check_storable(record: object) -> None:
    """:raises Unstorable: if its text is not text, a number too great, or all of it too large."""
    if _size(record) > _MOST_BYTES:
        raise Unstorable("too large")


def _size(value: object) -> int:
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        return _size_of_text(value)
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, int) and not -_GREATEST <= value < _GREATEST:
        raise Unstorable("a number too great")
    if isinstance(value, datetime.datetime) or value is None:
        return 8
    if is_dataclass(value):
        return sum(_size(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, Mapping):
        return sum(_size(name) + _size(each) for name, each in value.items())
    if isinstance(value, (tuple, list, set, frozenset)):
        return sum(map(_size, value))
    return 8


def _size_of_text(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise Unstorable("no text") from error
