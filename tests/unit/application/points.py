"""Fail points at which a test does something, or at which the process dies."""

from collections.abc import Callable
from dataclasses import dataclass, field


class Died(BaseException):
    """The process is gone: no code catches this."""


def die() -> None:
    raise Died


@dataclass
class At:
    """Does this at the point of this name, once."""

    name: str
    does: Callable[[], object] = die
    reached: list[str] = field(default_factory=list)

    def reach(self, name: str) -> None:
        if name == self.name and name not in self.reached:
            self.reached.append(name)
            self.does()
