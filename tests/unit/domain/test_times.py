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
