"""The fast gear: a JSON Schema derived from the fields, compiled once, that accepts what is usual.

It may refuse what is fine, for `explaining` has the last word; it must never accept what that
refuses. Where a value is at fault it asks the field whether that is cosmetic, so that
one pass tells a clean document, one with remarks, and one to look at closer. Draft 4, because
there 16.0 is no integer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import local
from typing import Any

from jsonschema_rs import Draft4Validator, RegexOptions

from adapters.ocpi.schemas.field import JsonSchema, OcpiField
from adapters.ocpi.schemas.notations import FORMATS
from adapters.ocpi.schemas.shapes import (
    ListOf,
    Nested,
    ObjectSchema,
    fields_of,
)
from adapters.ocpi.schemas.walking import NONE, Noted, walked
from domain.documents import JsonValue
from domain.validation import Weight

_MOST_NOTED = 10_000
_REMARK = "remark"


@dataclass(frozen=True)
class CompiledCheck:
    """Looks at documents as `exact_json.parse` gives them. Safe to share by threads."""

    field: OcpiField
    validator: Draft4Validator
    notes: "_Notes"

    @classmethod
    def of(cls, field: OcpiField) -> "CompiledCheck":
        notes = _Notes()
        schema = _Writing(notes).whole(field)
        return cls(
            field,
            Draft4Validator(
                schema,
                formats=FORMATS,
                validate_formats=True,
                pattern_options=RegexOptions(),
                keywords={_REMARK: notes.keyword()},
            ),
            notes,
        )

    def accepts(self, document: JsonValue) -> bool:
        """Whether the document is certainly fine; False means no more than: look closer."""
        return self.noted(document) == NONE and not walked(self.field, document, most=1)

    def noted(self, document: JsonValue) -> Noted | None:
        """Where field by field nothing is worse than cosmetic: the fields that are. Else None.

        None means no more than: look closer. The rules between fields are not looked at.
        """
        noted = self.notes.begin()
        try:
            is_sound = self.validator.is_valid(document)
        except ValueError:  # a lone surrogate, a Number, a list that is no list: not usual
            return None
        return frozenset(noted) if is_sound else None


class _Notes:
    """What the compiled check calls where a value is not as it should be: is it cosmetic?

    Each thread has its own notes: the check runs to its end within one call.
    """

    def __init__(self) -> None:
        self.fields: list[OcpiField] = []
        self._here = local()

    def begin(self) -> list[OcpiField]:
        self._here.noted = noted = list[OcpiField]()
        return noted

    def number(self, field: OcpiField) -> int:
        """By what the compiled check names the field."""
        self.fields.append(field)
        return len(self.fields) - 1

    def keyword(self) -> type[Any]:
        """What the compiled check makes of each mention of a field."""
        notes = self

        class Remark:
            def __init__(self, parent: JsonSchema, number: int, path: list[Any]) -> None:
                self.number = number

            def validate(self, value: Any) -> None:
                notes.take(self.number, value)

        return Remark

    def take(self, number: int, value: Any) -> None:
        """:raises ValueError: if the fault of the value is more than cosmetic, or one too many."""
        field, noted = self.fields[number], self._here.noted
        if len(noted) >= _MOST_NOTED or field.weight(value) is not Weight.COSMETIC:
            raise ValueError
        noted.append(field)


@dataclass(frozen=True)
class _Writing:
    """Writes the JSON Schema of a field; what can be a remark asks `notes` last, if there are."""

    notes: _Notes | None = None

    def whole(self, field: OcpiField) -> JsonSchema:
        """A self-contained schema, with a definition for each class below the field."""
        classes = dict.fromkeys(classes_below(field))
        definitions = {schema.__name__: self._definition(schema) for schema in classes}
        written = self._schema_of(field)
        return {**written, "definitions": definitions} if definitions else written

    def _definition(self, schema: type[ObjectSchema]) -> JsonSchema:
        fields = fields_of(schema)
        required = [name for name, field in fields.items() if field.required]
        return {
            "type": "object",
            "properties": {name: self._nullable(field) for name, field in fields.items()},
            **({"required": required} if required else {}),
        }

    def _nullable(self, field: OcpiField) -> JsonSchema:
        written = self._schema_of(field)
        if not field.allow_none:
            return written
        choices = written["anyOf"] if list(written) == ["anyOf"] else [written]
        return {"anyOf": [{"type": "null"}, *choices]}

    def _schema_of(self, field: OcpiField) -> JsonSchema:
        written = field.json_schema()
        if isinstance(field, ListOf):
            return {**written, "items": self._schema_of(field.entry)}
        if self.notes is None or not field.cosmetic:
            return written
        return {"anyOf": [written, {_REMARK: self.notes.number(field)}]}


def json_schema(field: OcpiField) -> JsonSchema:
    """The field as a self-contained JSON Schema that knows no remarks."""
    return _Writing().whole(field)


def classes_below(field: OcpiField) -> Iterator[type[ObjectSchema]]:
    """Every class that the field is made of, as often as it is used."""
    if isinstance(field, ListOf):
        yield from classes_below(field.entry)
    elif isinstance(field, Nested):
        yield field.schema
        for child in fields_of(field.schema).values():
            yield from classes_below(child)
