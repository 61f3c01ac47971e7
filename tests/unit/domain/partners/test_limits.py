"""Requests a minute: which minute it is, when it ends, and what is let in."""

from domain.partners.limits import (
    ALWAYS,
    OF_PARTNERS,
    USUAL,
    LimitClass,
    RequestLimits,
    left_of_minute,
    minute_of,
)


def test_a_minute_is_one_of_the_clock() -> None:
    assert minute_of(119.9) == 1
    assert minute_of(120.0) == 2


def test_a_caller_that_waits_as_long_as_it_is_told_is_in_the_next_minute() -> None:
    assert [left_of_minute(each) for each in (60.0, 60.5, 119.0, 119.999)] == [60, 60, 1, 1]


def test_what_has_no_limit_is_let_in_always() -> None:
    limits = RequestLimits({LimitClass.LISTS: 5})

    assert limits.of(LimitClass.LISTS) == 5
    assert limits.of(LimitClass.CDRS) == 0


def test_each_class_of_a_partner_has_a_limit_and_most_can_be_set() -> None:
    assert set(OF_PARTNERS) == {*USUAL, *ALWAYS}
    assert {LimitClass.ACTS, LimitClass.RELAYED} == set(ALWAYS)
    assert LimitClass.FAILED not in OF_PARTNERS
