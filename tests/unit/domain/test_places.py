"""Boxes on the map: what they hold, and which four numbers are none."""

import pytest

from domain.places import Box, Place

GERMANY = Box(5.8, 47.2, 15.1, 55.1)
FIJI = Box(176.0, -20.0, -178.0, -15.0)
"""It crosses the antimeridian."""


@pytest.mark.parametrize(
    ("box", "latitude", "longitude", "is_in"),
    [
        (GERMANY, 52.5, 13.4, True),
        (GERMANY, 47.2, 5.8, True),
        (GERMANY, 55.1, 15.1, True),
        (GERMANY, 55.2, 13.4, False),
        (GERMANY, 47.1, 13.4, False),
        (GERMANY, 52.5, 5.7, False),
        (GERMANY, 52.5, 15.2, False),
        (FIJI, -17.0, 178.0, True),
        (FIJI, -17.0, -179.0, True),
        (FIJI, -17.0, 180.0, True),
        (FIJI, -17.0, -180.0, True),
        (FIJI, -17.0, 0.0, False),
        (FIJI, -17.0, 175.9, False),
        (FIJI, -17.0, -177.9, False),
        (FIJI, -21.0, 178.0, False),
    ],
)
def test_a_box_holds_what_is_between_its_edges(
    box: Box, latitude: float, longitude: float, is_in: bool
) -> None:
    assert box.holds(Place(latitude, longitude)) is is_in


def test_a_box_is_read_west_first() -> None:
    assert Box.parse("5.8,47.2, 15.1,55.1") == GERMANY == Box.of(*GERMANY.edges)
    assert Box.parse("176,-20,-178,-15") == FIJI


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("5.8,47.2,15.1", "not west,south,east,north"),
        ("", "not west,south,east,north"),
        ("5.8,47.2,east,55.1", "not a number from -180 to 180"),
        ("5.8,47.2,nan,55.1", "not a number from -180 to 180"),
        ("5.8,47.2,180.1,55.1", "not a number from -180 to 180"),
        ("5.8,-90.1,15.1,55.1", "not a number from -90 to 90"),
        ("5.8,55.1,15.1,47.2", r"south is north of north \(west,south,east,north\)"),
    ],
)
def test_what_is_no_box_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        Box.parse(text)
