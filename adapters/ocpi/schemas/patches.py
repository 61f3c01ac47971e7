"""What the body of a PATCH has to look like, derived from the object that it changes.

Fields may be missing, save `last_updated` (T-PATCH-1); those present are as in the whole object. A
nested object or list is whole, but for lists with a key, whose entries are patches of their own
(T-PATCH-2).
"""

import copy
from functools import cache
from typing import cast

from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema, fields_of


def patch_of(field: OcpiField) -> Nested:
    """The PATCH of an object.

    :raises TypeError: if the kind is no object.
    """
    if not isinstance(field, Nested):
        raise TypeError("only objects are patched")
    return Nested(_patch(field.schema, "last_updated"))


@cache
def _patch(schema: type[ObjectSchema], required: str) -> type[ObjectSchema]:
    fields = {
        name: _patched(field, required=name == required)
        for name, field in fields_of(schema).items()
    }
    patch = schema.from_dict({**fields}, name=f"{schema.__name__}PatchBy_{required}")
    return cast(type[ObjectSchema], patch)


def _patched(field: OcpiField, *, required: bool) -> OcpiField:
    patched = copy.copy(field)
    patched.required = required
    if isinstance(patched, ListOf) and patched.key and isinstance(patched.entry, Nested):
        patched.entry = Nested(_patch(patched.entry.schema, patched.key))
    return patched
