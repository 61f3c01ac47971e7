"""When a refusal is the CPO's to hear (D-9), and when it says that the receiver has it already."""

import pytest

from domain.delivery.answers import Attempt, Verdict, is_definite_refusal, judge, says_it_has_it
from tests.builders import NOON


def answered(http: int | None, ocpi: int | None, reason: str = "") -> Attempt:
    return Attempt(NOON, Verdict.REFUSED, reason, http=http, ocpi=ocpi)


@pytest.mark.parametrize(
    ("http", "ocpi", "is_definite"),
    [
        (200, 2000, True),
        (200, 2001, True),
        (200, 2999, True),
        (299, 2001, True),
        (400, 2001, True),
        (499, 2001, True),
        (200, 3000, False),
        (200, 3999, False),
        (500, 3000, False),
        (500, 2001, False),
        (399, 2001, False),
        (199, 2001, False),
        (200, 1999, False),
        (200, 4000, False),
        (200, None, False),
        (None, 2001, False),
        (None, None, False),
        (401, 2001, False),
        (403, 2001, False),
        (408, 2001, False),
        (425, 2001, False),
        (429, 2001, False),
        (503, 3000, False),
    ],
)
def test_a_refusal_is_definite_in_an_envelope_of_2xxx(
    http: int | None, ocpi: int | None, is_definite: bool
) -> None:
    assert is_definite_refusal(answered(http, ocpi)) is is_definite


@pytest.mark.parametrize(
    ("http", "reason", "has_it"),
    [
        (409, "", True),
        (200, "Duplicate CDR", True),
        (200, "duplicated id of the CDR", True),
        (200, "CDR was sent ALREADY", True),
        (200, "CDR with id 'CDR-77' already exists", True),
        (200, "This Charge Detail Record already exists", True),
        (200, "this CDR exists already", True),
        (200, "cdr-77 is a duplicate", True),
        (200, "CDR-77 already known", True),
        (400, "We already have this CDR", True),
        (400, "already received CDR-77", True),
        (400, "this id exists", False),
        (200, "No token exists with this uid", False),
        (200, "no CDR accepted: token already exists", False),
        (200, "CDR refers to a session that is already billed", False),
        (200, "CDR refused. Already in contact with support", False),
        (200, "CDR is not already known", False),
        (200, "A token with this uid already exists, CDR refused", False),
        (200, "OTHER-CDR-77 already exists", False),
        (200, "duplicate charging period", False),
        (200, "unknown tariff", False),
        (408, "", False),
        (None, "", False),
    ],
)
def test_a_duplicate_is_known_by_its_status_or_its_words(
    http: int | None, reason: str, has_it: bool
) -> None:
    assert says_it_has_it(answered(http, 2001, reason), "CDR-77") is has_it


def test_an_id_that_may_be_any_word_names_no_cdr() -> None:
    refusal = answered(200, 2001, "the already existing token is the problem")

    assert not says_it_has_it(refusal, "the")


@pytest.mark.parametrize(("http", "has_it"), [(400, False), (409, True), (422, False)])
def test_what_speaks_no_ocpi_knows_a_duplicate_by_its_status_alone(http: int, has_it: bool) -> None:
    assert says_it_has_it(answered(http, None, "this CDR already exists"), "CDR-77") is has_it


@pytest.mark.parametrize(
    ("http", "ocpi", "verdict"),
    [
        (200, 2000, Verdict.REFUSED),
        (300, 1000, Verdict.SICK),
        (199, 1000, Verdict.SICK),
        (399, 2001, Verdict.SICK),
        (400, 2000, Verdict.REFUSED),
        (400, 1999, Verdict.SICK),
        (500, 2000, Verdict.SICK),
    ],
)
def test_an_answer_at_the_edge_means(http: int, ocpi: int, verdict: Verdict) -> None:
    assert judge(http=http, ocpi=ocpi, is_part=False) is verdict


@pytest.mark.parametrize("ocpi", [2003, 2004])
def test_a_part_whose_parent_is_lacking_is_not_well_behind_a_server_error(ocpi: int) -> None:
    assert judge(http=499, ocpi=ocpi, is_part=True) is Verdict.LACKS_PARENT
    assert judge(http=500, ocpi=ocpi, is_part=True) is Verdict.SICK


def test_an_attempt_without_a_request_says_nothing() -> None:
    assert {verdict for verdict in Verdict if verdict.says_nothing} == {
        Verdict.FAULT,
        Verdict.HELD,
        Verdict.NOT_OFFERED,
    }
