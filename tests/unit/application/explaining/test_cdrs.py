"""Whom a CDR charges, and why it is delivered or not."""

import pytest

from adapters.memory import answer
from application.explaining.story import Explanation
from domain.cdrs.custody import ref_of
from domain.delivery.deliveries import DeliveryState
from domain.errors import UnknownPartner
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from domain.ports import WireAnswer
from tests.builders import ABC, HUB, XYZ
from tests.charging import a_cdr, a_cost, a_credit, a_filed
from tests.unit.application.billing import (
    REFUSING,
    SICK,
    a_market,
    a_payer,
    leave,
    post,
    pump,
    says,
    suspend,
)
from tests.unit.application.explaining.asked import NO, NOT_YET, QRS, YES, decided, said
from tests.unit.application.house import House

CDR1 = ObjectKey("cdrs", ABC, "CDR1")
CREDIT = ObjectKey("cdrs", ABC, "CDR1-C")


@pytest.fixture
def house() -> House:
    return a_market().with_partners(a_payer("third", QRS))


def why(
    house: House, cdr: ObjectKey = CDR1, *, to: PartyId | None = None, by: str | None = None
) -> Explanation:
    partner = None if by is None else house.partners.get(by)
    return house.cdr_explainer.explain(cdr, to=to, by=partner)


def test_a_cdr_that_was_taken_says_since_when(house: House) -> None:
    post(house)
    pump(house)

    explained = why(house)

    assert explained.question == "Does the CDR DE-ABC/CDR1 charge a party?"
    assert decided(explained) == (YES, "delivered")
    assert "it charges FR-XYZ: the token is of that party" in said(explained)
    assert "FR-XYZ has it, and said so, since 2026-01-01T12:00:00" in said(explained)


def test_a_cdr_charges_the_party_whose_token_it_is_and_no_other(house: House) -> None:
    post(house)

    explained = why(house, to=QRS)

    assert explained.question == "Does the CDR DE-ABC/CDR1 charge BE-QRS?"
    assert decided(explained) == (NO, "receiver")
    assert "it charges FR-XYZ" in said(explained)
    assert why(house, to=XYZ).checks == why(house).checks


def test_a_cdr_that_never_came_or_was_refused_is_not_there(house: House) -> None:
    assert decided(why(house)) == (NO, "custody")
    with pytest.raises(UnknownPartner):
        why(house, ObjectKey("cdrs", HUB, "C1"), to=PartyId("NL", "ZZZ"))


def test_a_cdr_whose_delivery_is_not_there_yet_is_owed_in_a_moment(house: House) -> None:
    house.archive.file(a_filed())

    assert decided(why(house)) == (NOT_YET, "filed")


@pytest.mark.parametrize(
    ("said_by_xyz", "name", "told"),
    [(SICK, "error", "HTTP 500"), (answer(status=403, code=None), "token", "HTTP 403")],
)
def test_a_cdr_that_fails_is_tried_until_it_is_delivered(
    house: House, said_by_xyz: WireAnswer, name: str, told: str
) -> None:
    says(house, said_by_xyz)
    post(house)
    pump(house)

    explained = why(house)

    assert decided(explained) == (NOT_YET, name)
    assert told in said(explained)
    assert "the hub tries until it is delivered" in said(explained)


def test_a_cdr_that_was_refused_three_times_is_parked(house: House) -> None:
    says(house, REFUSING)
    post(house)
    for _ in range(4):
        pump(house, after_s=7200)

    explained = why(house)

    assert decided(explained) == (NO, "parked")
    assert "parked until an operator retries it: wrong tariff" in said(explained)


def test_a_cdr_that_was_declined_charges_no_party(house: House) -> None:
    says(house, REFUSING)
    post(house, to=XYZ)

    explained = why(house, by="cpo")

    assert decided(explained) == (NO, "declined")
    assert "refused: wrong tariff" in said(explained)
    assert decided(why(house, by="emsp")) == (NO, "custody")


def test_a_receiver_without_an_endpoint_reads_the_list(house: House) -> None:
    house.partners.save(a_payer(endpoints=(), revision=house.partners.get("emsp").revision))
    post(house)

    assert decided(why(house)) == (YES, "delivered")
    assert "it reads the hub's list of CDRs" in said(why(house))


def test_a_receiver_that_is_locked_is_owed_its_cdrs(house: House) -> None:
    post(house)
    suspend(house)

    assert decided(why(house)) == (NO, "connected")
    assert "is locked" in said(why(house))


def test_a_receiver_that_was_away_when_it_was_tried_has_it_held(house: House) -> None:
    post(house)
    leave(house)
    pump(house)
    suspend(house, house.partners.get("cpo").state)

    assert decided(why(house)) == (NOT_YET, "held")


def test_a_credit_waits_for_what_it_credits(house: House) -> None:
    says(house, SICK)
    post(house, a_credit())

    assert decided(why(house, CREDIT)) == (NOT_YET, "credit")
    assert "waits for the CDR that it credits" in said(why(house, CREDIT))
    post(house)
    house.clock.advance(60)
    house.cdr_obligations.sweep()
    assert f"waits behind {ref_of(CDR1, 0)}" in said(why(house, CREDIT))


def test_a_credit_that_does_not_fit_is_parked_for_good(house: House) -> None:
    post(house, a_credit(total_cost=a_cost("10.00", "1.90")))
    post(house, a_cdr())
    house.clock.advance(60)
    house.cdr_obligations.sweep()

    assert decided(why(house, CREDIT)) == (NO, "credit")
    assert "total_cost" in said(why(house, CREDIT))


def test_a_cdr_whose_post_is_under_way_is_not_decided(house: House) -> None:
    filed = a_filed()
    house.archive.file(filed)
    partner = house.partners.get("emsp")
    begun = house.cdr_obligations.delivery(filed, partner).claimed().begun()
    house.ledger.owe(filed, begun)

    assert begun.state is DeliveryState.DUE
    assert decided(why(house)) == (NOT_YET, "undecided")


def test_a_partner_that_is_no_side_of_it_hears_of_none(house: House) -> None:
    missing = why(house, by="third")
    post(house)

    assert why(house, by="third") == missing
    assert decided(why(house, by="emsp"))[0] is not NO


def test_what_the_receivers_platform_says_is_not_told_to_the_cpo(house: House) -> None:
    says(house, answer(status=500, code=None, body=b"secret page"))
    post(house)
    pump(house)

    assert "HTTP 500" in said(why(house, by="emsp"))
    assert decided(why(house, by="cpo")) == (NOT_YET, "owed")
    assert "HTTP" not in said(why(house, by="cpo"))
    assert "2026" not in said(why(house, by="cpo"))
