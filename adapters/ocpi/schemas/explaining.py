"""Why a document is refused: its wrong fields by their paths, found one after the other.

Whoever wants twenty of them pays for twenty. What is fine in a long list is passed over by the
compiled check, some entries at a time, so that one wrong field among many costs next to nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from adapters.ocpi.schemas.compiled import CompiledCheck
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, fields_of
from domain.errors import Problem

_AT_ONCE = 32


def problems(field: OcpiField, value: Any, path: str = "") -> Iterator[Problem]:
    """Every wrong field of `value`, in the order of the field tables; none if it is fine."""
    if value is None:
        if not field.allow_none:
            yield Problem(path, "required, not null")
    elif isinstance(field, Nested):
        yield from _of_object(field.schema, value, path)
    elif isinstance(field, ListOf):
        yield from _of_list(field, value, path)
    elif reason := field.fault(value):
        yield Problem(path, reason)


def _of_object(schema: type[ObjectSchema], value: Any, path: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(path, "not an object")
        return
    for name, field in fields_of(schema).items():
        if name in value:
            yield from problems(field, value[name], _joined(path, name))
        elif field.required:
            yield Problem(_joined(path, name), "required")
    for rule in schema.rules:
        for broken in rule(value):
            yield Problem(_joined(path, broken.path), broken.reason)


def _of_list(field: ListOf, value: Any, path: str) -> Iterator[Problem]:
    """How many entries there are comes first: too many are not looked at."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        yield Problem(path, "not an array")
    elif len(value) < field.at_least:
        yield Problem(path, "empty, at least one expected")
    elif len(value) > field.most:
        yield Problem(path, f"{len(value):,} entries, at most {field.most:,} are accepted")
    else:
        for index, entry in _doubtful(field.entry, value):
            yield from problems(field.entry, entry, f"{path}[{index}]")
        for broken in field.repetitions(value):
            yield Problem(_joined(path, broken.path), broken.reason)


def _doubtful(entry: OcpiField, value: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """The entries that have to be looked at one by one."""
    if len(value) <= _AT_ONCE:
        yield from enumerate(value)
        return
    for start in range(0, len(value), _AT_ONCE):
        some = value[start : start + _AT_ONCE]
        if not _check_of_some(entry).accepts(some):
            yield from enumerate(some, start)


@cache
def _check_of_some(entry: OcpiField) -> CompiledCheck:
    return CompiledCheck.of(ListOf(entry))


def _joined(path: str, name: str) -> str:
    if not path or not name or name.startswith("["):
        return path + name
    return f"{path}.{name}"
