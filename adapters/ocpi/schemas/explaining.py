"""What is wrong with a document: its wrong fields by their paths, found one after the other.

A caller that wants twenty of them pays for twenty. What is fine in a long list is passed over by
the compiled check, some entries at a time, so that one wrong field among many costs next to
nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from adapters.ocpi.schemas.compiled import CompiledCheck
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.shapes import (
    ListOf,
    Nested,
    ObjectSchema,
    fields_of,
    vital_names,
)
from adapters.ocpi.schemas.walking import joined
from domain.errors import Problem
from domain.validation import Weight

_AT_ONCE = 32


def problems(
    field: OcpiField, value: Any, path: str = "", *, is_vital: bool = False
) -> Iterator[Problem]:
    """Every wrong field of `value`, in the order of the field tables; none if it is fine.

    `is_vital`: the object that has the field says that the hub reads it.
    """
    absent = Weight.VITAL if is_vital else field.heaviest
    if value is None:
        if not field.allow_none:
            yield Problem(path, "required, not null", absent)
    elif isinstance(field, Nested):
        yield from _of_object(field.schema, value, path, absent)
    elif isinstance(field, ListOf):
        yield from _of_list(field, value, path, is_vital=is_vital)
    elif reason := field.fault(value):
        weight = field.weight(value)
        yield Problem(path, reason, weight if weight is Weight.COSMETIC else max(weight, absent))


def _of_object(
    schema: type[ObjectSchema], value: Any, path: str, weight: Weight
) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(path, "not an object", weight)
        return
    vital = vital_names(schema)
    for name, field in fields_of(schema).items():
        if name in value:
            yield from problems(field, value[name], joined(path, name), is_vital=name in vital)
        elif field.required:
            absent = Weight.VITAL if name in vital else Weight.STRUCTURAL
            yield Problem(joined(path, name), "required", absent)
    for rule in schema.rules:
        for broken in rule(value):
            yield replace(broken, path=joined(path, broken.path))


def _of_list(field: ListOf, value: Any, path: str, *, is_vital: bool) -> Iterator[Problem]:
    """How many entries there are comes first: too many are not looked at."""
    weight = Weight.VITAL if is_vital else Weight.STRUCTURAL
    if isinstance(value, str) or not isinstance(value, Sequence):
        yield Problem(path, "not an array", weight)
    elif len(value) < field.at_least:
        yield Problem(path, "empty, at least one expected", weight)
    elif len(value) > field.most:
        said = f"{len(value):,} entries, at most {field.most:,} are accepted"
        yield Problem(path, said, Weight.VITAL)
    else:
        for index, entry in _doubtful(field.entry, value):
            yield from problems(field.entry, entry, f"{path}[{index}]", is_vital=is_vital)
        for broken in field.repetitions(value):
            yield replace(broken, path=joined(path, broken.path))


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
