"""Objects within objects, lists of them, and the rules that hold between the fields of one.

A rule is written once and runs in both gears: `explaining` applies it to what is doubtful, and
`violations` walks an object that the compiled check has let through.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from marshmallow import INCLUDE, Schema

from adapters.ocpi.schemas.field import JsonSchema, OcpiField
from domain.documents import Document
from domain.errors import Problem

Rule = Callable[[Document], Iterator[Problem]]
"""Looks at one object, whose fields may be absent or of the wrong type; paths start there."""


class ObjectSchema(Schema):
    """One class of OCPI. Fields that it does not name are accepted and kept (T-EXT-1)."""

    rules: ClassVar[tuple[Rule, ...]] = ()

    class Meta:
        unknown = INCLUDE


class Nested(OcpiField):
    """An object of another class; it is always whole."""

    def __init__(self, schema: type[ObjectSchema], *, optional: bool = False) -> None:
        super().__init__(optional=optional)
        self.schema = schema

    def json_schema(self) -> JsonSchema:
        return {"$ref": f"#/definitions/{self.schema.__name__}"}


class ListOf(OcpiField):
    """Cardinality `*`, or `+` with `at_least=1`. No two entries share the field `key`.

    `most`: a list of more entries is refused before any of them is looked at.

    A PATCH of the object that the list is in upserts entries that have a `key` (T-PATCH-2).
    """

    def __init__(
        self, entry: OcpiField, *, at_least: int = 0, most: int = 1000, key: str | None = None
    ) -> None:
        super().__init__(optional=at_least == 0)
        self.entry, self.at_least, self.most, self.key = entry, at_least, most, key

    def json_schema(self) -> JsonSchema:
        schema: JsonSchema = {
            "type": "array",
            "maxItems": self.most,
            "items": self.entry.json_schema(),
        }
        return {**schema, "minItems": self.at_least} if self.at_least else schema

    def repetitions(self, entries: Sequence[Any]) -> Iterator[Problem]:
        """Entries whose key another one before has; keys are CiStrings."""
        if self.key is None:
            return
        first: dict[str, int] = {}
        for index, entry in enumerate(entries):
            name = entry.get(self.key) if isinstance(entry, Mapping) else None
            if isinstance(name, str) and first.setdefault(name.upper(), index) != index:
                yield Problem(f"[{index}].{self.key}", f"same as [{first[name.upper()]}]")


@cache
def fields_of(schema: type[ObjectSchema]) -> dict[str, OcpiField]:
    """The fields that a class names, by name. Every one of them is an OcpiField."""
    return {
        name: field
        for name, field in _loader(schema).fields.items()
        if isinstance(field, OcpiField)
    }


def violations(field: OcpiField, value: Any) -> Iterator[Problem]:
    """The rules that `value` breaks, given that every field by itself is as it should be."""
    if isinstance(field, ListOf):
        yield from field.repetitions(value)
        if _has_rules(field.entry):
            for entry in value:
                yield from violations(field.entry, entry)
    elif isinstance(field, Nested):
        for rule in field.schema.rules:
            yield from rule(value)
        for name, child in _ruled_fields(field.schema).items():
            if (part := value.get(name)) is not None:
                yield from violations(child, part)


@cache
def _loader(schema: type[ObjectSchema]) -> ObjectSchema:
    return schema()


@cache
def _ruled_fields(schema: type[ObjectSchema]) -> dict[str, OcpiField]:
    return {name: field for name, field in fields_of(schema).items() if _has_rules(field)}


def _has_rules(field: OcpiField) -> bool:
    if isinstance(field, ListOf):
        return field.key is not None or _has_rules(field.entry)
    return isinstance(field, Nested) and bool(field.schema.rules or _ruled_fields(field.schema))
