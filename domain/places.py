"""Where chargers stand: points on the map, and boxes around them, in degrees of WGS 84."""

import math
from dataclasses import dataclass
from typing import Self

_EDGES = ("west", "south", "east", "north")
_MOST = (180.0, 90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Place:
    """A point."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Box:
    """A bounding box, its edges included; `west` greater than `east` crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, *edges: float) -> Self:
        """The box of west, south, east, north.

        :raises ValueError: saying what is wrong.
        """
        if len(edges) != len(_EDGES):
            raise ValueError(f"not {','.join(_EDGES)}")
        for edge, most in zip(edges, _MOST, strict=True):
            if not -most <= edge <= most:
                raise ValueError(f"not a number from {-most:g} to {most:g}")
        box = cls(*edges)
        if box.south > box.north:
            raise ValueError("south is north of north (west,south,east,north)")
        return box

    @classmethod
    def parse(cls, text: str) -> Self:
        """The box of `5.8,47.2,15.1,55.1`.

        :raises ValueError: saying what is wrong.
        """
        return cls.of(*map(_number, text.split(",")))

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north

    def holds(self, place: Place) -> bool:
        """Whether the point is in it."""
        if not self.south <= place.latitude <= self.north:
            return False
        if self.west > self.east:
            return place.longitude >= self.west or place.longitude <= self.east
        return self.west <= place.longitude <= self.east


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
