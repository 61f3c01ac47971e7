"""Conformance cases 98 and 99: CDRs that were there before, or that no party here can owe.

A CDR is posted once, never changed, and billed to the token's eMSP (H-CDR-1, H-CDR-3).
"""

from decimal import Decimal
from typing import Any

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.wire import Document, encode
from tests.conformance.charges import (
    a_cdr,
    about_cdr,
    announced,
    billed,
    cdrs,
    let_cdrs_pass,
    lists,
    of_location,
    place,
    post,
)
from tests.conformance.running import ABC, HUB, MS1, MS2, RunningHub
from tests.conformance.steps import CREATED, INVALID, OK, outcome, parties

pytestmark = pytest.mark.e2e


def _written_otherwise(item: Document) -> bytes:
    """The same JSON: other order of keys, other digits behind the number."""
    turned = dict(reversed(item.items())) | {"total_energy": Decimal("20.000")}
    return encode(turned).replace(b'":', b'" : ')


@pytest.mark.parametrize("to", [MS1, HUB, None])
def test_case_098_an_identical_cdr_is_answered_alike_and_not_sent_again(
    p1: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    item = a_cdr(p1)
    first = post(p1, item)
    p3.wait_for(about_cdr(item))

    again = [post(p1, item, to), post(p1, _written_otherwise(item), to)]

    assert [outcome(each) for each in again] == [OK] * 2
    assert {each.headers["location"] for each in again} == {first.headers["location"]}
    let_cdrs_pass(p1, p3)
    assert len(billed(p3, item)) == 1
    assert billed(p3, item)[0].body in of_location(p1, again[1]).raw


def test_case_099_another_cdr_of_an_id_is_2001_in_any_letter_case(
    p1: Platform, p3: Platform
) -> None:
    item = a_cdr(p1)
    first = post(p1, item)
    dearer = item | {"total_cost": {"before_taxes": Decimal("9.01")}}

    others = [dearer, item | {"id": item["id"].lower()}, item | {"country_code": "de"}]

    for other in others:
        answer = post(p1, other)
        assert outcome(answer) == INVALID
        assert "location" not in answer.headers
    assert of_location(p1, first).data == item
    assert [each for each in cdrs(p3) if each["id"].upper() == item["id"]] == [item]
    let_cdrs_pass(p1, p3)
    assert len(billed(p3, item)) == 1


def test_an_id_is_unique_for_its_owner_alone(p1: Platform, p2: Platform, p3: Platform) -> None:
    item = a_cdr(p1)

    assert outcome(post(p1, item)) == CREATED
    assert outcome(post(p2, a_cdr(p2, id=item["id"]))) == CREATED
    assert len([each for each in cdrs(p3) if each["id"] == item["id"]]) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"charging_periods": []}, {"total_cost": None}, {"auth_method": "GUESS"}, {"currency": 978}],
)
def test_an_invalid_cdr_is_2001_and_not_kept(p1: Platform, p3: Platform, wrong: Any) -> None:
    item = a_cdr(p1) | wrong

    answer = post(p1, item)

    assert outcome(answer) == INVALID
    assert next(iter(wrong)) in answer.message
    assert parties(answer) == (ABC, HUB)
    assert not lists(cdrs(p1), item)
    assert not billed(p3, item)


def test_whose_token_it_is_is_who_is_billed(p1: Platform, p3: Platform, p4: Platform) -> None:
    item = a_cdr(p1)

    answer = post(p1, item, to=MS2)

    assert outcome(answer) == INVALID
    assert not lists(cdrs(p1), item)
    assert not billed(p3, item) + billed(p4, item)


def test_a_cdr_of_another_owner_is_404(p1: Platform, p2: Platform, p3: Platform) -> None:
    for owner, item in ((p1, a_cdr(p2)), (p3, a_cdr(p1))):
        assert outcome(post(owner, item, to=HUB)) == (404, 2001)
        assert not lists(cdrs(p3), item)


def test_a_payer_that_is_not_here_is_refused_and_nothing_is_stored(
    hub: RunningHub, p1: Platform
) -> None:
    for payer, expected in ((("XX", "NON"), 4001), (announced(hub), 4003)):
        item = a_cdr(p1, payer)

        answers = [post(p1, item, to=to) for to in (payer, None, HUB)]

        assert {outcome(each) for each in answers} == {(200, expected)}
        assert {parties(each) for each in answers} == {(ABC, HUB)}
        assert not lists(cdrs(p1), item)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_cdr_is_never_changed_or_removed(p1: Platform, method: str) -> None:
    item = a_cdr(p1)
    answer = post(p1, item)
    ref = answer.headers["location"].rpartition("/")[2]

    for path in ((ref,), place(item)):
        assert p1.hub.push(method, "cdrs", path, item, to=MS1).status in (404, 405)
    assert p1.hub.push(method, "cdrs", (ref,), item, to=MS1).status == 405
    assert of_location(p1, answer).data == item
