"""What an owner gave to one party alone does not become everybody's by being pulled (1.11)."""

import pytest

from tests.builders import LOC1, XYZ, Doc, a_location, at
from tests.unit.application.house import House
from tests.unit.application.pages import LOCATIONS, a_page, listing
from tests.unit.application.roaming import a_house


@pytest.fixture
def house() -> House:
    return a_house()


def pulled(house: House) -> int:
    """How many of the one list's objects were stored."""
    [found] = house.synchronizing.pull("cpo")
    return found.stored


def kept_for_xyz(house: House, document: Doc) -> None:
    house.accepting.keep_copy(house.pushed(document, audience=str(XYZ)))


def test_what_is_known_for_one_party_alone_stays_with_it_and_is_refreshed(house: House) -> None:
    kept_for_xyz(house, a_location(name="before"))
    listing(house, {LOCATIONS: a_page(a_location(name="after", updated=1))})

    assert pulled(house) == 1

    assert house.document(LOC1, str(XYZ))["name"] == "after"
    assert house.objects.get(LOC1, "*") is None
    assert house.wake.published == []
    assert pulled(house) == 0


def test_a_copy_is_not_replaced_by_what_is_older(house: House) -> None:
    kept_for_xyz(house, a_location(name="newer", updated=5))
    listing(house, {LOCATIONS: a_page(a_location(name="older", updated=4))})

    assert pulled(house) == 0
    assert house.document(LOC1, str(XYZ))["last_updated"] == at(5)


def test_what_is_everybodys_besides_is_refreshed_for_everybody(house: House) -> None:
    house.push(a_location())
    kept_for_xyz(house, a_location(name="for XYZ"))
    listing(house, {LOCATIONS: a_page(a_location(name="after", updated=1))})

    assert pulled(house) == 1
    assert house.document()["name"] == "after"
