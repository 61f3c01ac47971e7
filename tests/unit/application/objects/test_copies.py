"""What was passed on to one party is kept as the copy for that party alone (R-GETALL-7)."""

import pytest

from domain.objects.stored import EVERYONE
from tests.builders import LOC1, Doc, a_location, a_partner, an_evse, at
from tests.unit.application.house import House
from tests.unit.application.pushes import take


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner())


ONE = "FR/XYZ"


def keep(house: House, document: Doc, *path: str, method: str = "PUT") -> None:
    house.object_intake.keep_copy(house.pushed(document, *path, method=method, audience=ONE))


def test_what_was_passed_on_to_one_party_is_kept_for_it_alone(house: House) -> None:
    keep(house, a_location(name="for you"))

    copy = house.stored(audience=ONE)
    assert house.document(audience=ONE)["name"] == "for you"
    assert (copy.facets, copy.unpublished) == (None, None)
    assert house.objects.get(LOC1, EVERYONE) is None
    assert (house.wake.published, house.unpublished()) == (0, [])


def test_a_part_for_one_party_builds_on_its_own_copy_else_on_the_public_one(house: House) -> None:
    take(house, a_location(name="for all"))
    keep(house, {"status": "BLOCKED", "last_updated": at(1)}, "E1", method="PATCH")
    take(house, a_location(name="for all again", updated=2))
    keep(house, {"status": "CHARGING", "last_updated": at(3)}, "E1", method="PATCH")

    assert house.document(audience=ONE)["name"] == "for all"
    assert house.document(audience=ONE)["evses"] == [
        {**an_evse(status="CHARGING"), "last_updated": at(3)}
    ]
    assert house.document()["evses"] == [an_evse(updated=2)]


def test_without_anything_to_build_on_no_copy_is_kept(house: House) -> None:
    keep(house, an_evse(), "E1")
    take(house, a_location())
    keep(house, {"last_updated": at(1)}, "E9", method="PATCH")
    keep(house, {"status": None, "last_updated": at(1)}, "E1", method="PATCH")

    assert house.objects.get(LOC1, ONE) is None
    assert house.counted("copies_not_kept", module="locations") == 3


def test_a_copy_is_never_too_old_to_be_kept(house: House) -> None:
    keep(house, a_location(updated=10))
    keep(house, a_location(name="older", updated=1))

    assert house.document(audience=ONE)["name"] == "older"
    assert house.counted("stale_pushes", module="locations") == 0


def test_a_patch_of_the_whole_builds_on_the_public_copy_where_there_is_no_own_one(
    house: House,
) -> None:
    take(house, a_location(name="for all"))
    changed = {"postal_code": "10115", "last_updated": at(1)}

    keep(house, changed, method="PATCH")

    assert house.document(audience=ONE)["name"] == "for all"
    assert house.document(audience=ONE)["postal_code"] == "10115"


def test_a_part_put_for_one_party_builds_on_the_public_copy_too(house: House) -> None:
    take(house, a_location(name="for all"))

    keep(house, an_evse("E2", updated=1), "E2")

    assert house.document(audience=ONE)["name"] == "for all"
    assert [each["uid"] for each in house.document(audience=ONE)["evses"]] == ["E1", "E2"]


def test_a_whole_copy_builds_on_nothing(house: House) -> None:
    take(house, a_location(evses=[an_evse("E1"), an_evse("E2")]))
    house.push(an_evse("E1", updated=5), "E1")
    assert house.stored().own_times != {}

    keep(house, a_location(updated=9))

    assert house.stored(audience=ONE).own_times == {}
