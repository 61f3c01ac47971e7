"""Moments as people write them: a day, or an OCPI DateTime."""

import pytest

from domain.times import parse_moment
from tests.builders import NOON


@pytest.mark.parametrize(
    ("text", "hour"), [("2026-01-01", 0), ("2026-01-01T12:00:00Z", 12), ("2026-01-01T12:00:00", 12)]
)
def test_a_day_is_meant_from_its_first_second(text: str, hour: int) -> None:
    assert parse_moment(text) == NOON.replace(hour=hour)


@pytest.mark.parametrize(
    "text", ["", "today", "2026-13-01", "2026-01-01T25:00:00Z", "2026-01-31 12:00", "31.01.2026"]
)
def test_anything_else_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_moment(text)


@pytest.mark.parametrize("text", ["0001-01-01", "1969-12-31T23:59:59Z", "9000-01-01", "9999-12-31"])
def test_a_year_that_leaves_no_room_to_count_from_is_none_that_is_meant(text: str) -> None:
    with pytest.raises(ValueError, match="no year"):
        parse_moment(text)
    assert parse_moment("1970-01-01").year == 1970
    assert parse_moment("8999-12-31").year == 8999
