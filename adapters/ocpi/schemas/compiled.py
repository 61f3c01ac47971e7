"""The fast gear: a JSON Schema derived from the fields, compiled once, that accepts what is usual.

It may refuse what is fine, for `explaining` has the last word; it must never accept what that
refuses (design D2a). Draft 4, because there 16.0 is no integer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jsonschema_rs import Draft4Validator, RegexOptions

from adapters.ocpi.schemas.field import JsonSchema, OcpiField
from adapters.ocpi.schemas.shapes import (
    ListOf,
    Nested,
    ObjectSchema,
    fields_of,
    violations,
)
from adapters.ocpi.schemas.types import FORMATS
from domain.documents import JsonValue


@dataclass(frozen=True)
class CompiledCheck:
    """Accepts documents as `adapters.ocpi.json.parse` gives them. Safe to share by threads."""

    field: OcpiField
    validator: Draft4Validator

    @classmethod
    def of(cls, field: OcpiField) -> "CompiledCheck":
        return cls(
            field,
            Draft4Validator(
                json_schema(field),
                formats=FORMATS,
                validate_formats=True,
                pattern_options=RegexOptions(),
            ),
        )

    def accepts(self, document: JsonValue) -> bool:
        """Whether the document is certainly fine; False means no more than: look closer."""
        try:
            if not self.validator.is_valid(document):
                return False
        except ValueError:  # a lone surrogate, a Number, a list that is no list: not usual
            return False
        return next(violations(self.field, document), None) is None


def json_schema(field: OcpiField) -> JsonSchema:
    """The field as a self-contained JSON Schema, with a definition for each class below it."""
    definitions = {schema.__name__: _definition(schema) for schema in set(classes_below(field))}
    return (
        {**field.json_schema(), "definitions": definitions} if definitions else field.json_schema()
    )


def classes_below(field: OcpiField) -> Iterator[type[ObjectSchema]]:
    """Every class that the field is made of, as often as it is used."""
    if isinstance(field, ListOf):
        yield from classes_below(field.entry)
    elif isinstance(field, Nested):
        yield field.schema
        for child in fields_of(field.schema).values():
            yield from classes_below(child)


def _definition(schema: type[ObjectSchema]) -> JsonSchema:
    fields = fields_of(schema)
    required = [name for name, field in fields.items() if field.required]
    return {
        "type": "object",
        "properties": {name: _nullable(field) for name, field in fields.items()},
        **({"required": required} if required else {}),
    }


def _nullable(field: OcpiField) -> JsonSchema:
    schema = field.json_schema()
    if not field.allow_none:
        return schema
    return {"anyOf": [{"type": "null"}, schema]}
