"""What sessions' watchdogs look for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.objects.stored import ObjectKey, Stored


class SessionWatch(Protocol):
    """Sessions by their status and by when the hub last heard of them."""

    def quiet(self, *, before: datetime, limit: int) -> tuple[Stored, ...]:
        """Sessions that are not over and were last heard of before, oldest first."""
        ...

    def over(self, *, before: datetime, limit: int) -> tuple[Stored, ...]:
        """COMPLETED sessions last heard of before, and not known to be billed; oldest first."""
        ...

    def note_billed(self, keys: Sequence[ObjectKey]) -> None:
        """Leave these out of `over` from now on, until they change."""
        ...
