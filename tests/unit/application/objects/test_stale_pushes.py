"""Pushes that are older than what is there, level against level (L-1)."""

import pytest

from application.objects.pushed import Accepted
from tests.builders import Doc, a_connector, a_location, a_partner, an_evse, at
from tests.unit.application.house import House
from tests.unit.application.pushes import patch, take


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner())


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (a_location(name="stale", updated=-1), ()),
        (an_evse(status="CHARGING", updated=-1), ("E1",)),
        (a_connector(max_voltage=1, updated=-1), ("E1", "1")),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_stale_push_changes_nothing_and_is_counted(
    house: House, document: Doc, path: tuple[str, ...], method: str
) -> None:
    house.push(a_location())
    before = house.stored()

    assert take(house, document, *path, method=method) == Accepted(stale=True)

    assert house.stored() == before
    assert house.counted("stale_pushes", module="locations") == 1
    assert house.wake.published == 1


def test_a_push_of_the_same_time_is_applied(house: House) -> None:
    take(house, a_location())

    assert not patch(house, 0, "E1", status="CHARGING").stale
    assert house.document()["evses"] == [an_evse(status="CHARGING")]


def test_a_location_is_not_stale_for_a_time_that_its_child_gave_it(house: House) -> None:
    take(house, a_location())
    take(house, an_evse(updated=10), "E1")
    take(house, a_connector(updated=20), "E1", "1")

    named = patch(house, 5, name="new")
    charging = patch(house, 12, "E1", status="CHARGING")

    assert named == Accepted(revision=4, was_published=False)
    assert charging == Accepted(revision=5, was_published=False)
    assert patch(house, 4, name="stale").stale
    assert patch(house, 11, "E1", status="BLOCKED").stale
    assert house.document()["name"] == "new"
    assert house.document()["last_updated"] == at(20)


def test_a_connector_push_leaves_its_evses_own_time_as_it_was(house: House) -> None:
    take(house, a_location())
    take(house, a_connector(updated=20), "e1", "1")
    take(house, a_connector(updated=30), "E1", "1")

    assert not take(house, an_evse(updated=1), "E1").stale
    assert take(house, an_evse(), "E1").stale


def test_a_whole_location_starts_the_owners_times_anew(house: House) -> None:
    take(house, a_location())
    take(house, an_evse(updated=10), "E1")
    take(house, a_location(updated=5, evses=[an_evse(updated=3)]))

    assert house.stored().own_times == {}
    assert take(house, an_evse(updated=2), "E1").stale
    assert patch(house, 4, name="stale").stale


def test_evses_in_a_patch_of_their_location_have_their_own_time_from_it(house: House) -> None:
    take(house, a_location())
    take(house, a_connector(updated=10), "E1", "1")
    patch(house, 20, evses=[{"uid": "e1", "last_updated": at(20)}])

    assert patch(house, 15, "E1", status="CHARGING").stale


def test_an_evse_that_a_patch_names_without_a_time_keeps_its_own(house: House) -> None:
    take(house, a_location())
    take(house, a_connector(updated=10), "E1", "1")
    patch(house, 20, evses=[{"uid": "E1", "status": "CHARGING"}])

    assert not patch(house, 5, "E1", status="BLOCKED").stale
    assert patch(house, 4, "E1", status="RESERVED").stale


def test_a_time_far_ahead_blocks_no_push_and_is_replaced(house: House) -> None:
    take(house, a_location(updated=301, evses=[]))

    assert not take(house, a_location(evses=[])).stale
    assert house.document()["last_updated"] == at(0)


def test_a_part_that_is_new_is_never_stale(house: House) -> None:
    take(house, a_location(updated=100))

    taken = take(house, an_evse("E2", updated=-100), "E2")

    assert taken == Accepted(created=True, revision=2, was_published=False)


def test_a_whole_object_starts_its_parts_times_anew(house: House) -> None:
    take(house, a_location())
    take(house, an_evse(updated=5), "E1")
    assert house.stored().own_times == {"": at(0)}

    take(house, a_connector(updated=7), "E1", "1")
    assert house.stored().own_times == {"": at(0), "E1": at(5)}

    take(house, a_location(updated=9, evses=[]))

    assert house.stored().own_times == {}
