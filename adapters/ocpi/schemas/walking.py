"""What a sound document is still to be asked: the rules between its fields, and where remarks are.

The compiled check has looked at every field and knows which fields have a cosmetic fault, but not
where. One walk finds them and applies the rules; it goes only where there is one of both.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, Rule, fields_of
from domain.errors import Problem
from domain.validation import Weight

Noted = frozenset[OcpiField]
NONE: Noted = frozenset()


@dataclass(frozen=True, slots=True)
class WalkStep:
    """What is to be done with one value: a field to look at, a list or an object to go through.

    `is_of_keys`: of a list, that no two entries share their key, and nothing else.
    """

    fault: Callable[[Any], str | None] | None = None
    listed: ListOf | None = None
    entry: "WalkStep | None" = None
    fields: tuple[tuple[str, "WalkStep"], ...] = ()
    rules: tuple[Rule, ...] = ()
    is_of_keys: bool = False


class Place(NamedTuple):
    """Where a value is: the place of what it is in, and its name or number there."""

    above: "Place | None"
    name: str | int


def walked(
    field: OcpiField, value: Any, *, noted: Noted = NONE, most: int = 10_000
) -> list[Problem]:
    """The remarks and broken rules of a sound document, `most` of them at most."""
    found: list[Problem] = []
    step = _plan(field, noted)
    if step is not None:
        _walk(step, value, None, found, most)
    return found


@lru_cache(maxsize=512)
def _plan(field: OcpiField, noted: Noted) -> WalkStep | None:
    """What is to be done with the values of a field; None: nothing."""
    if field in noted:
        return WalkStep(fault=field.fault)
    if isinstance(field, ListOf):
        entry = _plan(field.entry, noted)
        if entry is None and field.key is None:
            return None
        return WalkStep(listed=field, entry=entry, is_of_keys=entry is None)
    if isinstance(field, Nested):
        fields = tuple(_fields(field.schema, noted))
        rules = field.schema.rules
        return WalkStep(fields=fields, rules=rules) if fields or rules else None
    return None


def _fields(schema: type[ObjectSchema], noted: Noted) -> Iterator[tuple[str, WalkStep]]:
    for name, field in fields_of(schema).items():
        step = _plan(field, noted)
        if step is not None:
            yield name, step


def _walk(step: WalkStep, value: Any, place: Place | None, found: list[Problem], most: int) -> None:
    if len(found) >= most:
        return
    if step.listed is not None:
        _through_list(step, step.listed, value, place, found, most)
    elif step.fault is None:
        for name, child in step.fields:
            part = value.get(name)
            if part is not None and not (child.is_of_keys and len(part) < 2):
                _walk(child, part, Place(place, name), found, most)
        for rule in step.rules:
            for broken in rule.look(value):
                found.append(Problem(_path(place, broken.path), broken.reason, rule.weight))
    elif reason := step.fault(value):
        found.append(Problem(_path(place), reason, Weight.COSMETIC))


def _through_list(
    step: WalkStep, listed: ListOf, value: Any, place: Place | None, found: list[Problem], most: int
) -> None:
    if step.entry is not None:
        for index, entry in enumerate(value):
            _walk(step.entry, entry, Place(place, index), found, most)
    if listed.key is not None and len(value) > 1:
        for broken in listed.repetitions(value):
            found.append(replace(broken, path=_path(place, broken.path)))


def _path(place: Place | None, below: str = "") -> str:
    """`evses[3].status`, from the outermost object on."""
    path = below
    while place is not None:
        name = f"[{place.name}]" if isinstance(place.name, int) else place.name
        path = joined(name, path)
        place = place.above
    return path


def joined(path: str, name: str) -> str:
    """The path of what is called `name` below `path`."""
    if not path or not name or name.startswith("["):
        return path + name
    return f"{path}.{name}"
