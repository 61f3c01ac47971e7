"""What all fields have in common: they say the same thing twice, and what a fault is worth.

`fault` says it in words, for the platform that sent the value, and `json_schema` for the compiled
check.
"""

from typing import Any, ClassVar

from marshmallow import fields

from domain.validation import Weight

JsonSchema = dict[str, Any]


class OcpiField(fields.Field[Any]):
    """A field of cardinality `1`, or, if `optional`, of `?`: absent and null are the same.

    `cosmetic` says in words which of its faults mislead no reader's code (none: all do). `vital`:
    the others are about identity, money or time, and no object is taken with one of them.
    """

    cosmetic: ClassVar[str] = ""
    vital: ClassVar[bool] = False

    def __init__(self, *, optional: bool = False) -> None:
        super().__init__(required=not optional, allow_none=optional)

    def fault(self, value: Any) -> str | None:
        """What was expected instead of `value`, or None."""
        raise NotImplementedError

    def json_schema(self) -> JsonSchema:
        """The same as JSON Schema, null aside; it may accept less than `fault` does, never more."""
        raise NotImplementedError

    def weight(self, value: Any) -> Weight:
        """What the fault of `value` does to a reader; `value` has one."""
        if self.cosmetic and self.is_cosmetic(value):
            return Weight.COSMETIC
        return self.heaviest

    @property
    def heaviest(self) -> Weight:
        """What its absence is worth, and each fault that is not cosmetic."""
        return Weight.VITAL if self.vital else Weight.STRUCTURAL

    def is_cosmetic(self, value: Any) -> bool:
        """Whether the fault of `value` is one of those that `cosmetic` names."""
        return False
