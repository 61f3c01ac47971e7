"""Lists of CDRs for operators: by party, by state, by when they were received."""

from datetime import timedelta
from typing import Any

from domain.delivery.deliveries import DeliveryState
from domain.partners.party import PartyId
from tests.builders import ABC, NOON, XYZ, a_location
from tests.charging import a_cdr
from tests.unit.application.billing import SICK, post, pump, says
from tests.unit.application.house import House

STRANGER = PartyId("BE", "ELE")


def listed(house: House, **wanted: Any) -> list[str]:
    return [each.filed.key.id for each in house.cdr_accounting.listed(**wanted)]


def test_all_are_listed_in_order_of_reception(market: House) -> None:
    for name in ("A", "B", "C"):
        post(market, a_cdr(name))
        market.clock.advance(60)

    assert listed(market) == ["A", "B", "C"]
    assert listed(market, limit=2) == ["A", "B"]
    assert listed(market, since=NOON + timedelta(seconds=60)) == ["B", "C"]


def test_a_party_has_those_that_it_bills_or_owes(market: House) -> None:
    post(market, a_cdr("A"))

    assert listed(market, party=ABC) == listed(market, party=XYZ) == ["A"]
    assert listed(market, party=STRANGER) == []


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
