"""What a receiver's answer means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery.answers import Verdict, judge, may_have_it


@pytest.mark.parametrize(
    ("http", "ocpi", "is_part", "verdict"),
    [
        (200, 1000, False, Verdict.ACCEPTED),
        (201, 1999, True, Verdict.ACCEPTED),
        (200, 2001, False, Verdict.REFUSED),
        (299, 2999, True, Verdict.REFUSED),
        (200, 2003, False, Verdict.REFUSED),
        (200, 2003, True, Verdict.LACKS_PARENT),
        (200, 2004, True, Verdict.LACKS_PARENT),
        (404, None, True, Verdict.LACKS_PARENT),
        (404, 2003, True, Verdict.LACKS_PARENT),
        (503, 2003, True, Verdict.SLOW_DOWN),
        (404, 2003, False, Verdict.MOVED),
        (404, None, False, Verdict.MOVED),
        (405, None, True, Verdict.MOVED),
        (401, None, True, Verdict.TOKEN_DEAD),
        (403, 1000, False, Verdict.TOKEN_DEAD),
        (408, None, False, Verdict.SLOW_DOWN),
        (425, None, False, Verdict.SLOW_DOWN),
        (429, 1000, False, Verdict.SLOW_DOWN),
        (503, None, False, Verdict.SLOW_DOWN),
        (400, 2001, False, Verdict.REFUSED),
        (499, 2999, False, Verdict.REFUSED),
        (400, 1000, False, Verdict.SICK),
        (400, 3000, False, Verdict.SICK),
        (400, None, False, Verdict.REFUSED),
        (422, None, True, Verdict.REFUSED),
        (406, None, False, Verdict.REFUSED),
        (499, None, False, Verdict.REFUSED),
        (302, None, False, Verdict.SICK),
        (200, None, False, Verdict.SICK),
        (200, 3000, False, Verdict.SICK),
        (200, 999, False, Verdict.SICK),
        (302, 1000, False, Verdict.SICK),
        (500, 1000, False, Verdict.SICK),
        (500, 2001, True, Verdict.SICK),
        (500, 2003, True, Verdict.SICK),
    ],
)
def test_an_answer_means(http: int, ocpi: int | None, is_part: bool, verdict: Verdict) -> None:
    assert judge(http=http, ocpi=ocpi, is_part=is_part) is verdict


@given(st.integers(100, 599), st.none() | st.integers(0, 9999), st.booleans())
def test_nothing_is_accepted_but_a_2xx_with_a_1xxx(
    http: int, ocpi: int | None, is_part: bool
) -> None:
    accepted = judge(http=http, ocpi=ocpi, is_part=is_part) is Verdict.ACCEPTED

    assert accepted == (http // 100 == 2 and ocpi is not None and ocpi // 1000 == 1)


@pytest.mark.parametrize(
    ("http", "ocpi", "verdict"),
    [
        (404, 2000, Verdict.ACCEPTED),
        (404, 2999, Verdict.ACCEPTED),
        (404, 1000, Verdict.MOVED),
        (404, 3000, Verdict.MOVED),
        (404, None, Verdict.MOVED),
        (405, 2000, Verdict.MOVED),
        (200, 2003, Verdict.REFUSED),
        (200, 1000, Verdict.ACCEPTED),
    ],
)
def test_who_lacks_what_is_to_be_deleted_is_done(
    http: int, ocpi: int | None, verdict: Verdict
) -> None:
    assert judge(http=http, ocpi=ocpi, is_part=False, is_delete=True) is verdict


def test_an_endpoint_is_well_if_it_gave_any_answer_of_its_own() -> None:
    assert {verdict for verdict in Verdict if verdict.is_well} == {
        Verdict.ACCEPTED,
        Verdict.REFUSED,
        Verdict.LACKS_PARENT,
        Verdict.MOVED,
    }


@pytest.mark.parametrize(
    ("http", "verdict", "unsure"),
    [
        (200, Verdict.SICK, True),
        (500, Verdict.SICK, True),
        (299, Verdict.SICK, True),
        (300, Verdict.SICK, False),
        (399, Verdict.SICK, False),
        (400, Verdict.SICK, True),
        (200, Verdict.ACCEPTED, False),
        (422, Verdict.REFUSED, False),
    ],
)
def test_who_may_have_it_all_the_same(http: int, verdict: Verdict, unsure: bool) -> None:
    assert may_have_it(http=http, verdict=verdict) is unsure
