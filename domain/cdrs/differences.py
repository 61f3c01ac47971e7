"""Where two documents say different things: what operators look at when two bills have one id."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from domain.documents import JsonValue, same


@dataclass(frozen=True)
class Difference:
    """One field, by its path, and what either document has there; None where it has nothing."""

    path: str
    one: JsonValue
    other: JsonValue


def differences(one: JsonValue, other: JsonValue, path: str = "") -> Iterator[Difference]:
    """The smallest parts that differ as JSON, in the order of their names; numbers by value."""
    if same(one, other):
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in sorted({*one, *other}):
            step = f"{path}.{name}" if path else name
            yield from differences(one.get(name), other.get(name), step)
        return
    if _is_list(one) and _is_list(other) and len(one) == len(other):
        for place, (each, its) in enumerate(zip(one, other, strict=True)):
            yield from differences(each, its, f"{path}[{place}]")
        return
    yield Difference(path, one, other)


def _is_list(value: JsonValue) -> TypeGuard[Sequence[JsonValue]]:
    return isinstance(value, Sequence) and not isinstance(value, str)
