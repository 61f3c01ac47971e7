"""How many legs there were in a minute or an hour, how they ended, and how long they took.

Kept far longer than the legs: of them charts are drawn, and past 95th percentiles read.
"""

from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from domain.journal.legs import Direction, Leg

BOUNDS_MS = (5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0)
"""Legs are counted by the first of these that they did not exceed; the last count is of longer."""
NO_MODULE = frozenset(("", "none", "credentials", "versions", "details", "hub_api", "alarms"))
"""What legs are of that are of no module that parties use with each other."""
CUSTOM = "custom"
"""What all other modules count as: a caller names them as it likes, and figures are kept long."""


class Span(StrEnum):
    """What one figure is of."""

    MINUTE = "minute"
    HOUR = "hour"

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return timedelta(hours=1) if self is Span.HOUR else timedelta(minutes=1)

    def begin(self, at: datetime) -> datetime:
        """When the one began that this moment is in."""
        whole = at.replace(second=0, microsecond=0)
        return whole.replace(minute=0) if self is Span.HOUR else whole


class Slot(NamedTuple):
    """What legs are counted together by; `begin` is when their minute or hour began."""

    begin: datetime
    direction: Direction
    partner_id: str
    module: str
    outcome: str

    @classmethod
    def of(cls, leg: Leg, span: Span, modules: Container[str]) -> "Slot":
        """Where this leg counts; `modules` are those of OCPI."""
        is_named = leg.module in modules or leg.module in NO_MODULE
        module = leg.module if is_named else CUSTOM
        return cls(span.begin(leg.at), leg.direction, leg.partner_id, module, leg.outcome)


@dataclass(frozen=True)
class Figure:
    """`counts`: legs by `BOUNDS_MS`, one more than there are bounds; `total_ms` of all of them."""

    slot: Slot
    counts: tuple[int, ...]
    total_ms: float

    @classmethod
    def of(cls, slot: Slot, elapsed_ms: Sequence[float]) -> "Figure":
        """Of legs that took so long."""
        counts = [0] * (len(BOUNDS_MS) + 1)
        for each in elapsed_ms:
            counts[place_of(each)] += 1
        return cls(slot, tuple(counts), sum(elapsed_ms))

    @property
    def count(self) -> int:
        """How many legs."""
        return sum(self.counts)

    @property
    def mean_ms(self) -> float:
        """How long one took in the mean."""
        return self.total_ms / self.count

    def within_ms(self, share: float) -> float | None:
        """What this share of the legs took at most, as far as the bounds tell; None: longer."""
        wanted = share * self.count
        below = accumulate(self.counts)
        place = next(number for number, reached in enumerate(below) if reached >= wanted)
        return BOUNDS_MS[place] if place < len(BOUNDS_MS) else None


class FigureQuery(NamedTuple):
    """Which figures are looked for: all that is not None has to fit. `until` is exclusive."""

    span: Span
    since: datetime
    until: datetime
    partner_id: str | None = None
    module: str | None = None
    direction: Direction | None = None
    outcome: str | None = None

    def includes(self, slot: Slot) -> bool:
        """Whether the slot is one of these."""
        return (
            self.span.begin(self.since) <= slot.begin < self.until
            and self.partner_id in (None, slot.partner_id)
            and self.module in (None, slot.module)
            and self.direction in (None, slot.direction)
            and (self.outcome is None or slot.outcome.startswith(self.outcome))
        )


def place_of(elapsed_ms: float) -> int:
    """Where in `counts` a leg counts that took so long."""
    return bisect_left(BOUNDS_MS, elapsed_ms)


def figures_of(legs: Iterable[Leg], span: Span, modules: Container[str]) -> tuple[Figure, ...]:
    """What these legs come to, in the order of time."""
    took: dict[Slot, list[float]] = {}
    for leg in legs:
        took.setdefault(Slot.of(leg, span, modules), []).append(leg.elapsed_ms)
    return tuple(Figure.of(slot, took[slot]) for slot in sorted(took))
