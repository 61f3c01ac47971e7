"""What pulling does not do: share what is one party's, or bring back what is gone."""

import pytest

from tests.builders import LOC1, T1, XYZ, Doc, a_location, a_tariff, at
from tests.unit.application.house import House
from tests.unit.application.pages import LOCATIONS, TARIFFS, a_page, listing
from tests.unit.application.roaming import a_house
from tests.unit.application.tariffs import a_pricing_cpo, push_tariff, withdraw


@pytest.fixture
def house() -> House:
    return a_house()


def pulled(house: House) -> int:
    """How many of the one list's objects were stored."""
    [found] = house.pulls_of_partners.pull("cpo")
    return found.stored


def kept_for_xyz(house: House, document: Doc) -> None:
    house.object_intake.keep_copy(house.pushed(document, audience=str(XYZ)))


def test_what_is_known_for_one_party_alone_stays_with_it_and_is_refreshed(house: House) -> None:
    kept_for_xyz(house, a_location(name="before"))
    listing(house, {LOCATIONS: a_page(a_location(name="after", updated=1))})

    assert pulled(house) == 1

    assert house.document(LOC1, str(XYZ))["name"] == "after"
    assert house.objects.get(LOC1, "*") is None
    assert (house.wake.published, house.unpublished()) == (0, [])
    assert pulled(house) == 0


def test_a_copy_is_not_replaced_by_what_is_older(house: House) -> None:
    kept_for_xyz(house, a_location(name="newer", updated=5))
    listing(house, {LOCATIONS: a_page(a_location(name="older", updated=4))})

    assert pulled(house) == 0
    assert house.document(LOC1, str(XYZ))["last_updated"] == at(5)


def test_an_object_with_a_public_copy_is_refreshed_in_that_copy(house: House) -> None:
    house.push(a_location())
    kept_for_xyz(house, a_location(name="for XYZ"))
    listing(house, {LOCATIONS: a_page(a_location(name="after", updated=1))})

    assert pulled(house) == 1
    assert house.document()["name"] == "after"


def tariffs_pulled(house: House, *tariffs: Doc) -> int:
    """How many tariffs of the list were stored."""
    listing(house, {TARIFFS: a_page(*tariffs)})
    return sum(each.stored for each in house.pulls_of_partners.pull("cpo"))


def test_a_list_that_was_read_before_a_delete_does_not_bring_the_object_back() -> None:
    house = a_house(a_pricing_cpo())
    push_tariff(house, a_tariff(updated=1))
    withdraw(house)

    assert tariffs_pulled(house, a_tariff(updated=1)) == 0
    assert house.stored(T1).deleted
    assert tariffs_pulled(house, a_tariff(updated=2)) == 1
    assert not house.stored(T1).deleted


def test_what_a_list_lacks_is_not_deleted() -> None:
    house = a_house(a_pricing_cpo())
    push_tariff(house, a_tariff())

    assert tariffs_pulled(house, a_tariff("T2")) == 1
    assert not house.stored(T1).deleted
