"""Which check of the field tables has which weight, as partners read it: one line a class.

It is read off the schemas, so that it cannot say anything else than what is done.
"""

from collections.abc import Iterator

from adapters.ocpi.schemas.compiled import classes_below
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.shapes import ListOf, ObjectSchema, fields_of, vital_names
from domain.validation import Weight

_HEAD = (
    "| class | a remark | refused, unless checks are off | always refused |",
    "|---|---|---|---|",
)


def weights() -> str:
    """The table, as Markdown."""
    classes = dict.fromkeys(each for kind in KINDS.values() for each in classes_below(kind))
    ordered = sorted(classes, key=lambda schema: schema.__name__)
    return "\n".join((*_HEAD, *(_line(schema) for schema in ordered)))


def _line(schema: type[ObjectSchema]) -> str:
    vital = vital_names(schema)
    others = [name for name in fields_of(schema) if name not in vital]
    always = [name for name in fields_of(schema) if name in vital]
    columns = (
        "; ".join((*_cosmetic(schema), *_rules(schema, Weight.COSMETIC))),
        "; ".join((*_fields(others), *_rules(schema, Weight.STRUCTURAL))),
        "; ".join((*_fields(always), *_rules(schema, Weight.VITAL))),
    )
    return f"| {schema.__name__} | {' | '.join(columns)} |"


def _cosmetic(schema: type[ObjectSchema]) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for name, field in fields_of(schema).items():
        if words := _innermost(field).cosmetic:
            found.setdefault(words, []).append(name)
    return (f"{next(_fields(names))}: {words}" for words, names in found.items())


def _innermost(field: OcpiField) -> OcpiField:
    return field.entry if isinstance(field, ListOf) else field


def _fields(names: list[str]) -> Iterator[str]:
    if names:
        yield ", ".join(f"`{name}`" for name in names)


def _rules(schema: type[ObjectSchema], weight: Weight) -> Iterator[str]:
    return (rule.words for rule in schema.rules if rule.weight is weight)
