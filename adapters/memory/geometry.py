"""Distances on a sphere, with the radius that MongoDB reckons with."""

from math import asin, cos, radians, sin, sqrt

_EARTH_RADIUS_M = 6_378_100.0

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def distance_m(here: Point, there: Point) -> float:
    """The great-circle distance, by the haversine formula."""
    lat1, lon1, lat2, lon2 = map(radians, (*here, *there))
    half_chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_RADIUS_M * asin(min(1.0, sqrt(half_chord)))
