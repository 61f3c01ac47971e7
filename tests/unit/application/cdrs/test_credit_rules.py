"""Which Credit CDR fits its original, and that there is one of each (CDR-1, H-CDR-3a)."""

from decimal import Decimal
from typing import Any

import pytest

from domain.cdrs.clearing import Total
from domain.delivery.deliveries import DeliveryState
from domain.delivery.standing import Judgement
from tests.builders import XYZ
from tests.charging import a_cdr, a_cdr_token, a_credit, a_filed
from tests.unit.application.billing import (
    REFUSING,
    TAKING,
    post,
    pump,
    says,
    state,
)
from tests.unit.application.credits import NEGATED, judgement, refused, remark, settled
from tests.unit.application.house import House


@pytest.mark.parametrize("wrong", NEGATED)
def test_a_credit_that_differs_is_refused_and_the_field_is_named(market: House, wrong: str) -> None:
    post(market)
    fields, path = NEGATED[wrong]

    assert refused(market, a_credit(**fields)).startswith(f"{path}: ")
    assert (settled(market).cdrs, settled(market).net) == (1, Decimal("10.00"))


def test_numbers_are_compared_by_value_and_notes_may_differ(market: House) -> None:
    post(market, a_cdr(remark="thanks", x_meter="7"))

    taken = post(
        market,
        a_credit(
            total_energy=20,
            total_cost={"before_taxes": -10, "taxes": [{"name": "VAT", "amount": Decimal("-1.9")}]},
            remark="taken back",
            invoice_reference_id="I-7",
            x_vendor={"note": 1},
            x_meter="7",
        ),
    )

    assert judgement(market, taken) is Judgement.SOUND
    assert remark(market, taken) == "differs in invoice_reference_id, remark, x_vendor"
    assert {settled(market).net, settled(market).kwh} == {Decimal(0)}


def test_there_is_one_credit_of_an_original(market: House) -> None:
    post(market)
    post(market, a_credit())

    assert "credit_reference_id: is credited by CDR1-C" in refused(market, a_credit("CDR1-D"))
    assert settled(market).net == 0


def test_a_credit_that_the_emsp_declined_frees_the_place_of_its_original(market: House) -> None:
    post(market, to=XYZ)
    says(market, REFUSING)
    assert post(market, a_credit(), to=XYZ).declined is not None
    says(market, TAKING)

    other = post(market, a_credit("CDR1-D"), to=XYZ)

    assert state(market, other) is DeliveryState.DELIVERED
    assert "is credited by CDR1-D" in refused(market, a_credit())


def test_no_cdr_credits_itself_or_a_credit(market: House) -> None:
    assert refused(market, a_credit("CDR1", of="cdr1")) == "credit_reference_id: names this CDR"
    post(market)
    post(market, a_credit())
    again = a_credit("CDR1-C-C", of="CDR1-C")
    assert refused(market, again) == "credit_reference_id: names a Credit CDR"


def test_a_declined_cdr_is_not_credited(market: House) -> None:
    says(market, REFUSING)
    post(market, to=XYZ)
    says(market, TAKING)

    assert refused(market, a_credit()).startswith("credit_reference_id: names a CDR that was decl")
    assert settled(market) == Total()


def test_a_credit_behind_an_original_that_is_asked_for_at_this_moment_waits(market: House) -> None:
    taken: list[Any] = []

    def asked(request: Any) -> Any:
        if b"CDR1-C" not in request.body and not taken:
            taken.append(post(market, a_credit()))
        return REFUSING

    says(market, asked)
    declined = post(market, to=XYZ)
    assert declined.declined is not None
    market.cdr_obligations.sweep()
    assert state(market, taken[0]) is DeliveryState.WAITING

    says(market, TAKING)
    post(market, to=XYZ)
    pump(market)

    assert state(market, taken[0]) is DeliveryState.DELIVERED
    assert settled(market).net == 0


def test_an_undecided_cdr_is_not_settled(market: House) -> None:
    seen: list[Total] = []

    def asked(_: Any) -> Any:
        seen.append(settled(market))
        return TAKING

    says(market, asked)
    post(market, to=XYZ)

    assert seen == [Total()]
    assert settled(market).cdrs == 1


def test_a_credit_that_is_filed_and_not_owed_yet_holds_its_place(market: House) -> None:
    post(market)
    market.archive.file(a_filed(a_credit(), place=0))

    assert "is credited by CDR1-C" in refused(market, a_credit("CDR1-D"))


def test_each_note_of_a_tax_line_is_compared(market: House) -> None:
    post(market)
    line = {"name": "GST", "amount": Decimal("-1.90")}

    refusal = refused(market, a_credit(total_cost={"before_taxes": -10, "taxes": [line]}))

    assert refusal == "total_cost.taxes[0].name: differs from the CDR that is credited"


def test_the_token_is_the_same_party_in_either_case(market: House) -> None:
    post(market)
    token = {**a_cdr_token(), "country_code": "fr", "party_id": "xyz"}

    assert judgement(market, post(market, a_credit(cdr_token=token))) is Judgement.SOUND
