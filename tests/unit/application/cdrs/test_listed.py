"""What operators list of CDRs: by party, by state, from a moment on."""

from datetime import timedelta

import pytest

from domain.delivery.deliveries import DeliveryState
from domain.partners.party import PartyId
from tests.builders import ABC, NOON, QRS, XYZ, a_location
from tests.charging import a_cdr, a_cdr_token, a_credit
from tests.unit.application.billing import SICK, a_payer, post, pump, says
from tests.unit.application.charging_now import report_to_hub, settle
from tests.unit.application.house import House

STRANGER = PartyId("BE", "ELE")


@pytest.fixture
def billed(market: House) -> House:
    """AGED, then a month later PARKED, DUE and its credit; OTHERS is QRS's, which pulls it."""
    market.with_partners(a_payer("other", QRS, endpoints=()))
    post(market, a_cdr("AGED"))
    market.clock.advance(timedelta(days=30).total_seconds())
    market.delivery_overview.park(post(market, a_cdr("PARKED")).filed.delivery_id)
    for document in (
        a_cdr("DUE"),
        a_credit("DUE-C", of="DUE"),
        a_cdr("OTHERS", cdr_token=a_cdr_token(QRS)),
    ):
        market.clock.advance(1)
        post(market, document)
    return market


def listed(house: House, **wanted: object) -> list[str]:
    found = house.cdr_accounting.listed(**wanted)  # type: ignore[arg-type]
    return [handed.filed.key.id for handed in found]


def test_all_are_listed_oldest_first(billed: House) -> None:
    assert listed(billed) == ["AGED", "PARKED", "DUE", "DUE-C", "OTHERS"]
    assert listed(billed, limit=2) == ["AGED", "PARKED"]


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (DeliveryState.PARKED, ["AGED", "PARKED"]),
        (DeliveryState.DUE, ["AGED", "DUE"]),
        (DeliveryState.WAITING, ["DUE-C"]),
        (DeliveryState.BY_PULL, ["OTHERS"]),
        (DeliveryState.DELIVERED, []),
    ],
)
def test_those_in_a_state_are_listed_aged_ones_as_parked(
    billed: House, state: DeliveryState, names: list[str]
) -> None:
    assert listed(billed, state=state) == names


def test_those_of_one_party_are_what_it_bills_or_owes(billed: House) -> None:
    assert listed(billed, party=QRS) == ["OTHERS"]
    assert listed(billed, party=XYZ, state=DeliveryState.DUE) == ["AGED", "DUE"]
    assert len(listed(billed, party=ABC)) == 5
    assert listed(billed, party=STRANGER) == []


def test_those_since_a_moment_are_listed(billed: House) -> None:
    since = billed.clock.now() - timedelta(seconds=2)

    assert listed(billed, since=since) == ["DUE", "DUE-C", "OTHERS"]
    assert listed(billed, since=since, state=DeliveryState.DUE) == ["DUE"]


def test_deliveries_of_other_classes_are_not_cdrs(billed: House) -> None:
    report_to_hub(billed)
    billed.publisher.sweep(older_than_s=-1.0)

    assert listed(billed, state=DeliveryState.DUE) == ["AGED", "DUE"]
    settle(billed)


def test_those_in_a_state_are_found_by_their_deliveries(market: House) -> None:
    market.push(a_location())
    post(market, a_cdr("DONE"))
    pump(market)
    says(market, SICK)
    market.clock.advance(60)
    post(market, a_cdr("OWED"))
    market.push(a_location(updated=9))

    assert listed(market, state=DeliveryState.DELIVERED) == ["DONE"]
    assert listed(market, state=DeliveryState.DUE) == ["OWED"]
    assert listed(market, state=DeliveryState.DUE, since=NOON + timedelta(seconds=61)) == []
    assert listed(market, state=DeliveryState.DUE, party=STRANGER) == []


def test_parked_by_age_is_listed_with_what_is_parked(market: House) -> None:
    says(market, SICK)
    held = post(market, a_cdr("HELD"))
    aged = post(market, a_cdr("AGED"))
    assert market.delivery_overview.park(held.filed.delivery_id)
    market.clock.advance(30 * 86_400)
    post(market, a_cdr("NEW"))

    found = market.cdr_accounting.listed(state=DeliveryState.PARKED)

    assert {each.filed.key.id: each.is_parked_by_age for each in found} == {
        "HELD": False,
        "AGED": True,
    }
    assert market.cdr_accounting.find(aged.filed.ref, by=None).is_parked_by_age


def test_a_delivery_without_its_cdr_is_passed_over(market: House) -> None:
    post(market)
    market.archive.held.clear()

    assert listed(market, state=DeliveryState.DUE) == []
