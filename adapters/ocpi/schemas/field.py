"""What all fields have in common: they say the same thing twice.

`fault` says it in words, for whoever sent the value, and `json_schema` for the compiled check.
"""

from typing import Any

from marshmallow import fields

JsonSchema = dict[str, Any]


class OcpiField(fields.Field[Any]):
    """A field of cardinality `1`, or, if `optional`, of `?`: absent and null are the same."""

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__(required=not optional, allow_none=optional)

    def fault(self, value: Any) -> str | None:
        """What was expected instead of `value`, or None."""
        raise NotImplementedError

    def json_schema(self) -> JsonSchema:
        """The same as JSON Schema, null aside; it may accept less than `fault` does, never more."""
        raise NotImplementedError
