"""How strictly what a partner sends is judged: what a fault is worth, and what is done about it.

The field tables say of each check which weight it has; the connection says what is refused
(T-EXT-4).
"""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

DEFAULT = "default"
"""What is said where the hub's own default is to hold."""


class Weight(IntEnum):
    """What a fault does to a reader of the object.

    COSMETIC: it looks wrong, and no reader's code is misled. STRUCTURAL: a reader's code may break
    or be misled. VITAL: structural, and about identity, money or time, or of a field that the hub
    reads itself: such an object is never taken.
    """

    COSMETIC = 1
    STRUCTURAL = 2
    VITAL = 3


class Mode(StrEnum):
    """ENFORCE: every fault refuses. REMARK: cosmetic ones are noted. OFF: structural ones too."""

    ENFORCE = "enforce"
    REMARK = "remark"
    OFF = "off"

    @property
    def heaviest(self) -> int:
        """The heaviest fault that is noted alone, and the object taken; 0: none is."""
        return _NOTED[self.value]


_NOTED = {"enforce": 0, "remark": Weight.COSMETIC, "off": Weight.STRUCTURAL}


class Direction(StrEnum):
    """How an object comes: pushed or asked for directly, pulled by the hub, or posted as a CDR."""

    PUSH = "push"
    PULL = "pull"
    CDR = "cdr"


@dataclass(frozen=True)
class Validation:
    """A mode for each direction; None: as the hub's own default has it."""

    push: Mode | None = None
    pull: Mode | None = None
    cdr: Mode | None = None

    def of(self, direction: Direction) -> Mode | None:
        """What is said of this direction here."""
        said: Mode | None = getattr(self, direction.value)
        return said

    def changed(self, text: str) -> "Validation":
        """With `push=remark,pull=off`, or `remark` for each direction; `default` takes it back.

        :raises ValueError: if the text is none of that.
        """
        said: dict[str, Mode | None] = {}
        for part in text.split(","):
            name, _, mode = part.strip().rpartition("=")
            named = [Direction(name)] if name else list(Direction)
            said |= {each.value: None if mode == DEFAULT else Mode(mode) for each in named}
        return replace(self, **said)

    def mode(self, direction: Direction, default: "Validation") -> Mode:
        """What holds: what is said here, else by the default, else the strictest."""
        return self.of(direction) or default.of(direction) or Mode.ENFORCE


USUAL = Validation(push=Mode.ENFORCE, pull=Mode.REMARK, cdr=Mode.REMARK)
"""What holds where neither the hub's settings nor the connection say another thing."""
