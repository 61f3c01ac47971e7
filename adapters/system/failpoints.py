"""The fail points of a process in operation: none."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoFailPoints:
    def reach(self, name: str) -> None:
        """Goes on."""
