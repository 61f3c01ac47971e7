"""OCPI 2.2.1's field tables, as what they differ in from those of 2.3.0.

2.2.1 closes every enum, has a Price of its own, does not ask tariffs about taxes, and knows the
role HUB (release-2.2.1-bugfixes of 2026). What optional modules add stays: they came to both.
"""

import copy
from functools import cache
from typing import Any, cast

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.common import Price
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.numbers import Number
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, fields_of
from adapters.ocpi.schemas.tariffs import PriceLimit
from adapters.ocpi.schemas.types import ClosedEnum, OpenEnum
from domain.bridging.classes import ADDED

_LATER = frozenset(("MCS", "SAE_J3400", "EMPLOYEES", "TAXIS", "TENANTS", "EMAID"))
"""The values that 2.3.0 has added to enums."""
_AS_THEY_ARE = frozenset(("versions", "version", "version_details", "endpoint"))
"""A list of versions is of no version, and custom modules are listed on 2.2.1, too."""


class PriceOf221(ObjectSchema):
    """Net, and gross where it is known; also what limits a tariff."""

    excl_vat = Number()
    incl_vat = Number(optional=True)


def older(field: OcpiField) -> OcpiField:
    """The field as 2.2.1 has it; the same one where both have it alike."""
    if isinstance(field, OpenEnum):
        return _closed(field, [value for value in field.values if value not in _LATER])
    if isinstance(field, ClosedEnum) and tuple(field.values) == enums.ROLE:
        return _closed(field, [*enums.ROLE, "HUB"])
    if isinstance(field, ListOf):
        return _with(field, "entry", older(field.entry))
    if isinstance(field, Nested):
        return _with(field, "schema", _older(field.schema))
    return field


def _closed(field: OcpiField, values: list[str]) -> ClosedEnum:
    return ClosedEnum(values, optional=not field.required)


def _with(field: OcpiField, name: str, older_one: object) -> OcpiField:
    if older_one is getattr(field, name):
        return field
    changed = copy.copy(field)
    setattr(changed, name, older_one)
    return changed


@cache
def _older(schema: type[ObjectSchema]) -> type[ObjectSchema]:
    if schema in (Price, PriceLimit):
        return PriceOf221
    later = ADDED.get(schema.__name__, {})
    fields = fields_of(schema)
    changed = {name: older(field) for name, field in fields.items() if name not in later}
    if changed == fields:
        return schema
    body = {**changed, "rules": schema.rules, "vital": schema.vital}
    made = ObjectSchema.from_dict(cast(dict[str, Any], body), name=schema.__name__)
    return cast(type[ObjectSchema], made)


OLDER_KINDS: dict[str, OcpiField] = {
    kind: field if kind in _AS_THEY_ARE else older(field) for kind, field in KINDS.items()
}
