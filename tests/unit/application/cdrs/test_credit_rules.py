"""A Credit CDR and its original fit, in either order of arrival (CDR-1, H-CDR-3a)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from application.cdrs.custody import Taken
from domain.cdrs.clearing import Total
from domain.delivery.deliveries import DeliveryState
from domain.delivery.standing import Judgement
from domain.errors import InvalidDocument
from domain.partners.agreements import Agreement, Fee
from tests.builders import ABC, XYZ, Doc
from tests.charging import a_cdr, a_cdr_token, a_cost, a_credit, a_filed
from tests.unit.application.billing import (
    REFUSING,
    SICK,
    TAKING,
    handed,
    post,
    posts,
    pump,
    says,
    state,
)
from tests.unit.application.house import House

DAY_S = 86_400.0
NEGATED: dict[str, tuple[Doc, str]] = {
    "+10": ({"total_cost": a_cost("10.00", "1.90")}, "total_cost.before_taxes"),
    "half": ({"total_cost": a_cost("-5.00", "-1.90")}, "total_cost.before_taxes"),
    "tax": ({"total_cost": a_cost("-10.00", "1.90")}, "total_cost.taxes[0].amount"),
    "no tax": ({"total_cost": a_cost("-10.00")}, "total_cost.taxes"),
    "energy": ({"total_energy": Decimal("-20")}, "total_energy"),
    "time": ({"total_time": Decimal("2")}, "total_time"),
    "session": ({"session_id": "S2"}, "session_id"),
    "currency": ({"currency": "CHF"}, "currency"),
    "home": ({"home_charging_compensation": True}, "home_charging_compensation"),
}


def refused(market: House, document: Doc) -> str:
    with pytest.raises(InvalidDocument) as refusal:
        post(market, document)
    return " ".join(str(problem) for problem in refusal.value.problems)


def judgement(market: House, taken: Taken) -> Judgement:
    handover = handed(market, taken).what
    return handover.judgement


def remark(market: House, taken: Taken) -> str:
    handover = handed(market, taken).what
    return handover.remark


def settled(market: House) -> Total:
    totals = market.cdr_accounting.settlement(since=None, before=None, by=None)
    return totals.popitem()[1] if totals else Total()


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


def test_a_credit_before_its_original_waits_and_goes_behind_it(market: House) -> None:
    credit = post(market, a_credit(), to=XYZ)
    pump(market)
    market.cdr_obligations.sweep()
    assert (state(market, credit), posts(market)) == (DeliveryState.WAITING, [])
    assert settled(market) == Total()

    post(market)
    pump(market)
    pump(market)

    assert posts(market) == ["CDR1", "CDR1-C"]
    assert state(market, credit) is DeliveryState.DELIVERED
    assert {settled(market).net, settled(market).kwh} == {Decimal(0)}
    assert settled(market).cdrs == 2


@pytest.mark.parametrize("wrong", NEGATED)
def test_a_credit_before_an_original_that_it_does_not_fit_is_parked(
    market: House, wrong: str
) -> None:
    fields, path = NEGATED[wrong]
    credit = post(market, a_credit(**fields))
    post(market)
    pump(market)

    assert (state(market, credit), posts(market)) == (DeliveryState.PARKED, ["CDR1"])
    assert remark(market, credit).startswith(f"{path}: ")
    assert settled(market).net == Decimal("10.00")
    assert not market.cdr_accounting.replay(credit.filed.ref)
    assert not market.delivery_overview.retry(credit.filed.delivery_id)


def test_a_credit_that_did_not_fit_frees_the_place_for_one_that_does(market: House) -> None:
    post(market, a_credit(total_energy=1))
    post(market)

    fitting = post(market, a_credit("CDR1-D"))

    assert judgement(market, fitting) is Judgement.SOUND
    assert (settled(market).cdrs, settled(market).net) == (2, Decimal(0))


def test_there_is_one_credit_of_an_original_that_has_not_come(market: House) -> None:
    post(market, a_credit())

    assert "is credited by CDR1-C" in refused(market, a_credit("CDR1-D"))


def test_a_credit_whose_original_does_not_come_within_a_day_goes_with_a_remark(
    market: House,
) -> None:
    credit = post(market, a_credit())
    market.clock.advance(DAY_S - 1)
    market.cdr_obligations.sweep()
    assert state(market, credit) is DeliveryState.WAITING

    market.clock.advance(1)
    market.cdr_obligations.sweep()
    pump(market)

    assert (state(market, credit), posts(market)) == (DeliveryState.DELIVERED, ["CDR1-C"])
    assert judgement(market, credit) is Judgement.ALONE
    assert remark(market, credit) == "CDR1 has not come"
    assert settled(market).net == Decimal("-10.00")


def test_a_credit_waits_on_while_its_original_is_declined_and_then_is_parked(market: House) -> None:
    credit = post(market, a_credit())
    says(market, REFUSING)
    post(market, to=XYZ)
    market.cdr_obligations.sweep()
    assert state(market, credit) is DeliveryState.WAITING

    market.clock.advance(DAY_S)
    market.cdr_obligations.sweep()

    assert (state(market, credit), judgement(market, credit)) == (
        DeliveryState.PARKED,
        Judgement.UNFIT,
    )
    assert "was declined" in remark(market, credit)


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


def test_the_share_is_the_same_for_both_in_either_order(market: House) -> None:
    cheap = Agreement(ABC, XYZ, market.clock.now()).with_fee(Fee("EUR", fixed=Decimal(1)))
    market.agreements.add(cheap)
    market.agreements.price(cheap)
    credit = post(market, a_credit())
    market.agreements.price(cheap.with_fee(Fee("EUR", fixed=Decimal(5))))

    original = post(market)

    assert original.filed.fee == credit.filed.fee == Fee("EUR", fixed=Decimal(1))
    assert settled(market).hub_share == 0


def test_a_credit_that_does_not_fit_says_nothing_of_the_share(market: House) -> None:
    agreed = Agreement(ABC, XYZ, market.clock.now()).with_fee(Fee("EUR", fixed=Decimal(1)))
    market.agreements.add(agreed)
    market.agreements.price(agreed)
    post(market, a_credit(currency="CHF"))

    assert post(market).filed.fee == Fee("EUR", fixed=Decimal(1))


def test_a_credit_that_was_parked_says_nothing_of_the_share_of_an_original_that_comes_anew(
    market: House,
) -> None:
    cheap = Agreement(ABC, XYZ, market.clock.now()).with_fee(Fee("EUR", fixed=Decimal(1)))
    market.agreements.add(cheap)
    market.agreements.price(cheap)
    credit = post(market, a_credit())
    says(market, REFUSING)
    post(market, to=XYZ)
    market.clock.advance(DAY_S)
    market.cdr_obligations.sweep()
    assert judgement(market, credit) is Judgement.UNFIT
    market.agreements.price(cheap.with_fee(Fee("EUR", fixed=Decimal(5))))

    anew = post(market, a_cdr(remark="mended"))

    assert anew.filed.fee == Fee("EUR", fixed=Decimal(5))


def test_a_credit_for_a_receiver_that_fetches_waits_for_its_original_too(market: House) -> None:
    market.partners.save(replace(market.partners.get("emsp"), endpoints=()))
    credit = post(market, a_credit())
    assert state(market, credit) is DeliveryState.WAITING

    post(market)

    assert state(market, credit) is DeliveryState.BY_PULL


def test_the_sweep_judges_what_the_request_could_not(market: House) -> None:
    says(market, SICK)
    credit = post(market, a_credit())
    market.archive.file(a_filed())
    market.clock.advance(3)

    market.cdr_obligations.sweep()
    market.cdr_obligations.sweep()

    assert judgement(market, credit) is Judgement.SOUND
    assert state(market, credit) is DeliveryState.WAITING


@pytest.mark.parametrize(
    ("original", "later_s", "events", "doubts"),
    [
        (True, 3, ("cdr.accepted", "cdr.parked"), ("unfit",)),
        (False, DAY_S, ("cdr.accepted",), ("alone",)),
    ],
)
def test_a_credit_that_was_filed_and_not_owed_is_told_of_and_doubted_like_any_other(
    market: House, original: bool, later_s: float, events: tuple[str, ...], doubts: tuple[str, ...]
) -> None:
    credit = a_filed(a_credit(total_energy=1))
    market.archive.file(credit)
    if original:
        post(market)
    market.clock.advance(later_s)

    market.cdr_obligations.sweep()

    handover = handed(market, credit).what
    assert (handover.untold, handover.doubts) == (events, doubts)


def test_credits_that_wait_have_their_turns_and_the_late_one_has_its_own_in_time(
    market: House,
) -> None:
    credit = post(market, a_credit())

    looked = []
    for _ in range(3):
        market.cdr_obligations.sweep()
        looked.append((handed(market, credit).due - market.clock.now()).total_seconds())
        market.clock.advance(10)
    market.clock.advance(DAY_S - 40)
    market.cdr_obligations.sweep()

    assert looked == [30, 20, 10]
    assert (handed(market, credit).due - market.clock.now()).total_seconds() == 10


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
