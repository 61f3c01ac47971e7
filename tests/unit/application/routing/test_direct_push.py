"""Pushes and DELETEs that are addressed to one party: passed on now, kept for that party alone."""

from typing import Any

import pytest

from adapters.memory import MemoryWire, answer
from domain.errors import (
    InvalidDocument,
)
from domain.objects.stored import EVERYONE
from domain.partners.party import Interface
from domain.ports import WireAnswer
from tests.builders import ABC, LOC1, T1, XYZ, a_location, a_partner, a_reader, a_tariff
from tests.unit.application.house import House
from tests.unit.application.relays import given, passed
from tests.unit.application.tariffs import ELE, a_pricing_house, keep_tariff, push_tariff, shown


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


def address(house: House, **fields: Any) -> int | None:
    pushed = house.pushed(fields.pop("document", a_location()), **fields)
    to_reader = passed(interface=Interface.RECEIVER, method="PUT", sender=ABC, receiver=XYZ)
    return house.direct_push.push(pushed, to_reader).code


def test_what_a_party_accepts_is_kept_as_its_copy(house: House) -> None:
    assert address(house) == 1000

    assert house.document(audience="FR/XYZ") == a_location()
    assert house.objects.get(LOC1, EVERYONE) is None


@pytest.mark.parametrize("said", [answer(code=2001), answer(status=404, code=None)])
def test_what_a_party_refuses_is_not_kept(house: House, said: WireAnswer) -> None:
    given(house, said)

    address(house)

    assert house.objects.get(LOC1, "FR/XYZ") is None


def test_what_breaks_the_field_tables_is_not_passed_on(house: House) -> None:
    with pytest.raises(InvalidDocument):
        address(house, document={"id": "LOC2"})

    assert house.wire.asked == []


def test_a_relay_is_never_refused_as_stale(house: House) -> None:
    house.push(a_location(updated=10))

    assert address(house) == 1000
    assert house.counted("stale_pushes", module="locations") == 0
    assert house.document(audience="FR/XYZ") == a_location()


def test_a_relay_and_a_delivery_of_the_same_object_take_the_same_lock(house: House) -> None:
    assert isinstance(house.wire, MemoryWire)
    address(house)

    assert list(house.locks.held) == ["FR/XYZ|locations/DE/ABC/LOC1"]


# --- DELETE


@pytest.fixture
def pricing() -> House:
    """XYZ has a tariff of its own, and all other readers an older one."""
    house = a_pricing_house()
    push_tariff(house, a_tariff())
    keep_tariff(house, a_tariff(updated=1))
    return house


def delete(house: House) -> int | None:
    to_reader = passed(
        module="tariffs", interface=Interface.RECEIVER, method="DELETE", sender=ABC, receiver=XYZ
    )
    return house.direct_push.withdraw(T1, to_reader).code


def test_what_a_party_deletes_is_gone_for_it_alone(pricing: House) -> None:
    assert delete(pricing) == 1000

    [asked] = pricing.wire.asked
    assert (asked.method, asked.body) == ("DELETE", None)
    assert (shown(pricing), len(shown(pricing, ELE))) == ([], 1)
    assert pricing.stored(T1).unpublished is None
    assert list(pricing.locks.held) == ["FR/XYZ|tariffs/DE/ABC/T1"]


@pytest.mark.parametrize(
    "said", [answer(code=2001), answer(status=404, code=2000), answer(status=404, code=None)]
)
def test_what_a_party_does_not_delete_stays(pricing: House, said: WireAnswer) -> None:
    given(pricing, said)

    delete(pricing)

    assert shown(pricing) == [a_tariff(updated=1)]
