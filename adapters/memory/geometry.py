"""Distances on a sphere, with the radius that MongoDB reckons with, and boxes on a map."""

from math import asin, cos, radians, sin, sqrt

from domain.objects.search import Box

_EARTH_RADIUS_M = 6_378_100.0

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def distance_m(here: Point, there: Point) -> float:
    """The great-circle distance, by the haversine formula."""
    lat1, lon1, lat2, lon2 = map(radians, (*here, *there))
    half_chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_RADIUS_M * asin(min(1.0, sqrt(half_chord)))


def is_inside(latitude: float, longitude: float, box: Box) -> bool:
    """Whether the point is in the box, its edges included; it may cross the antimeridian."""
    if not box.south <= latitude <= box.north:
        return False
    if box.west > box.east:
        return longitude >= box.west or longitude <= box.east
    return box.west <= longitude <= box.east
