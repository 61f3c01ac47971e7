"""What people write for a moment: a day, or a time as OCPI has it."""

from datetime import UTC, datetime

import pytest

from domain.times import parse_moment


def test_a_day_is_meant_from_its_first_second() -> None:
    assert parse_moment("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)


def test_a_time_is_taken_as_ocpi_writes_it() -> None:
    assert parse_moment("2026-01-31T12:00:00Z") == datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "January", "2026-13-01", "2026-01-31 12:00", "31.01.2026"])
def test_everything_else_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_moment(text)
