"""Objects within objects, lists of them, and the rules that hold between the fields of one.

A rule is written once and runs in both gears: `explaining` applies it to what is doubtful, and
`walking` to an object that the compiled check has let through.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from marshmallow import INCLUDE, Schema

from adapters.ocpi.schemas.field import JsonSchema, OcpiField
from domain.documents import Document
from domain.errors import Problem
from domain.validation import Weight

Look = Callable[[Document], Iterator[Problem]]
"""Looks at one object, whose fields may be absent or of the wrong type; paths start there."""


@dataclass(frozen=True)
class Rule:
    """What holds between the fields of one object; `words` say it, `weight` what a breach does."""

    look: Look
    words: str
    weight: Weight

    def __call__(self, document: Document) -> Iterator[Problem]:
        return (Problem(each.path, each.reason, self.weight) for each in self.look(document))


def rule(words: str, weight: Weight) -> Callable[[Look], Rule]:
    """Make a rule of a function that yields where it is broken."""
    return lambda look: Rule(look, words, weight)


class ObjectSchema(Schema):
    """One class of OCPI. Fields that it does not name are accepted and kept (T-EXT-1).

    `vital` names the fields that the hub itself reads, or that are about money, where their type
    does not say so.
    """

    rules: ClassVar[tuple[Rule, ...]] = ()
    vital: ClassVar[str] = ""

    class Meta:
        unknown = INCLUDE


class Nested(OcpiField):
    """An object of another class; it is always whole."""

    def __init__(self, schema: type[ObjectSchema], *, optional: bool = False) -> None:
        super().__init__(optional=optional)
        self.schema = schema

    def json_schema(self) -> JsonSchema:
        return {"$ref": f"#/definitions/{self.schema.__name__}"}


class OneByOne(OcpiField):
    """An entry of a list that is looked at by itself, later: a flawed one sinks no others."""

    def __init__(self, schema: type[ObjectSchema]) -> None:
        super().__init__(optional=True)
        self.schema = schema

    def fault(self, value: Any) -> str | None:
        return None

    def json_schema(self) -> JsonSchema:
        return {}


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
                reason = f"same as [{first[name.upper()]}]"
                yield Problem(f"[{index}].{self.key}", reason, Weight.VITAL)


@cache
def fields_of(schema: type[ObjectSchema]) -> dict[str, OcpiField]:
    """The fields that a class names, by name. Every one of them is an OcpiField."""
    return {
        name: field
        for name, field in _loader(schema).fields.items()
        if isinstance(field, OcpiField)
    }


@cache
def vital_names(schema: type[ObjectSchema]) -> frozenset[str]:
    """The fields of a class whose structural faults are vital."""
    by_type = (name for name, field in fields_of(schema).items() if field.vital)
    return frozenset((*schema.vital.split(), *by_type))


@cache
def _loader(schema: type[ObjectSchema]) -> ObjectSchema:
    return schema()
