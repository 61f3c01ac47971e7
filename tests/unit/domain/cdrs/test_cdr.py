"""CDRs as the hub sees them: who owes them, what they come to, what a credit must fit (CDR-1)."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.ocpi.schemas.cdrs import CDR
from adapters.ocpi.schemas.shapes import fields_of
from domain.cdrs.cdr import Cdr
from domain.cdrs.clearing import Account
from domain.cdrs.credits import _EQUAL, _ITS_OWN
from domain.cdrs.custody import Count, delivery_id_of, ref_of, ref_of_delivery
from domain.delivery.deliveries import DeliveryState
from domain.documents import same
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from tests.builders import ABC, XYZ
from tests.charging import CDR1, S1, a_cdr, a_cdr_token, a_cost, a_credit, a_filed


def test_a_cdr_is_for_the_party_whose_token_was_used() -> None:
    assert Cdr(a_cdr(cdr_token=a_cdr_token(PartyId("be", "qrs")))).reader == PartyId("BE", "QRS")


def test_a_cdr_names_its_session_if_it_has_one() -> None:
    assert Cdr(a_cdr(session_id="s1")).session == S1
    assert Cdr(a_cdr(session_id=None)).session is None


@pytest.mark.parametrize("credit", [None, False])
def test_only_a_credit_cdr_credits(credit: bool | None) -> None:
    assert Cdr(a_cdr(credit=credit)).credited is None
    assert Cdr(a_credit(of="cdr1")).credited == CDR1


def test_its_figures_have_every_digit() -> None:
    cdr = Cdr(a_cdr(total_energy=Decimal("20.12345678901"), total_cost=a_cost("1.10", "0.1", "2")))

    account = cdr.account()

    assert account == Account(
        "EUR", kwh=Decimal("20.12345678901"), net=Decimal("1.10"), taxes=Decimal("2.1")
    )


def test_integers_are_figures_too() -> None:
    account = Cdr(a_cdr(total_energy=20, total_cost={"before_taxes": 10})).account()

    assert account == Account("EUR", Decimal(20), Decimal(10), Decimal(0))


def test_the_energy_of_a_credit_counts_against_its_original() -> None:
    account = Cdr(a_credit()).account()

    assert account == Account("EUR", Decimal(-20), Decimal(-10), Decimal("-1.9"), is_credit=True)


@pytest.mark.parametrize(
    ("credit", "original", "fields"),
    [
        ({}, {}, []),
        ({"currency": "CHF"}, {}, ["currency"]),
        ({"cdr_token": a_cdr_token(ABC)}, {}, ["cdr_token"]),
        ({}, {"credit": True, "credit_reference_id": "CDR0"}, ["credit_reference_id"]),
    ],
)
def test_a_credit_fits_what_it_credits(
    credit: dict[str, Any], original: dict[str, Any], fields: list[str]
) -> None:
    problems = Cdr(a_credit(**credit)).problems_with(Cdr(a_cdr(**original)))

    assert [problem.path for problem in problems] == fields


def test_a_ref_names_one_turn_of_one_key_without_regard_to_case() -> None:
    turns = [ref_of(CDR1, 0), ref_of(ObjectKey("cdrs", ABC, "cdr1"), 0), ref_of(CDR1, 1)]

    assert turns[0] == turns[1] != turns[2]
    assert len(turns[0]) == 32
    assert ref_of_delivery(delivery_id_of(turns[0])) == turns[0]


def test_a_filed_cdr_is_whole_while_its_bytes_are_those_that_were_accepted() -> None:
    assert a_filed().is_whole
    assert not a_filed(sha256="0" * 64).is_whole
    assert a_filed().receiver == XYZ


def test_the_archive_is_delivered_pending_refused_parked_and_by_pull() -> None:
    count = Count(127, _COUNTED, parked_by_age=1, damaged=(), unowed=())

    assert (count.delivered, count.pending, count.refused) == (8 + 16, 1 + 2 - 1, 32)
    assert (count.parked, count.by_pull) == (4 + 1, 64)
    assert count.adds_up


_COUNTED = {
    DeliveryState.DUE: 1,
    DeliveryState.WAITING: 2,
    DeliveryState.PARKED: 4,
    DeliveryState.DELIVERED: 8,
    DeliveryState.UNCONFIRMED: 16,
    DeliveryState.DECLINED: 32,
    DeliveryState.BY_PULL: 64,
}


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (1, Decimal("1.00"), True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        ("1", 1, False),
        ("a", "A", False),
        (None, [], True),
        (None, {}, False),
        ([1, [2]], (1, [Decimal(2)]), True),
        ([1, 2], [2, 1], False),
        ([1], [1, None], False),
        ({"a": None, "b": 1}, {"b": 1}, True),
        ({"a": 0}, {}, False),
        ({"a": {"b": [1]}}, {"a": {"b": [Decimal("1.0")]}}, True),
        ([1], {"0": 1}, False),
        ({"0": 1}, "0", False),
        (Decimal("1E-60"), Decimal("1.0E-60"), True),
    ],
)
def test_equal_as_json_is_by_value_and_null_is_as_absent(
    one: Any, other: Any, is_same: bool
) -> None:
    assert same(one, other) is same(other, one) is is_same


def test_every_field_of_a_cdr_is_equal_in_its_credit_or_said_to_be_free() -> None:
    """The table in the domain and the one in the schema know the same fields."""
    free = {"remark", "invoice_reference_id"}
    assert {*_EQUAL, *_ITS_OWN, *free} == set(fields_of(CDR))
