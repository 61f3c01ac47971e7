"""Slow at first, after a lane was held back."""

import pytest

from domain.delivery.ramp import ramp_per_s
from domain.partners.pace import Pace
from tests.builders import NOON, after


@pytest.mark.parametrize(
    ("seconds", "per_s"), [(0, 10), (2, 20), (10, 320), (19, 7240.77), (20, None), (-2, 20)]
)
def test_it_doubles_every_two_seconds_and_ends(seconds: float, per_s: float | None) -> None:
    found = ramp_per_s(NOON, after(seconds), ramp_s=20)

    assert found == (None if per_s is None else pytest.approx(per_s, rel=1e-4))


def test_a_clock_that_was_put_back_makes_it_no_longer() -> None:
    assert ramp_per_s(NOON, after(-3600), ramp_s=20) is None


def test_without_a_ramp_or_where_no_breaker_was_open_there_is_none() -> None:
    assert ramp_per_s(NOON, NOON, ramp_s=0) is None
    assert ramp_per_s(None, NOON, ramp_s=20) is None


def test_what_a_partners_own_pace_does_not_say_is_as_usual() -> None:
    usual = Pace(per_s=50, at_once=4)

    assert Pace().over(usual) == usual
    assert Pace(per_s=5).over(usual) == Pace(5, 4)
    assert Pace(at_once=1).over(usual) == Pace(50, 1)
