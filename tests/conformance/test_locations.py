"""Conformance cases 86 to 91: the locations module itself."""

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import connector, evse
from entrypoints.sandbox.wire import Document
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    a_location,
    about,
    listed,
    outcome,
    own_copy,
    party_of,
    patch,
    place,
    pushed,
    put,
    with_evses,
)

pytestmark = pytest.mark.e2e
LATER = "2026-06-01T12:00:00Z"
UNKNOWN_LOCATION = (404, 2003)


def _put_part(owner: Platform, item: Document, *below: str, part: Document) -> tuple[int, int]:
    path = place(item, *below)
    return outcome(owner.hub.push("PUT", "locations", path, part, to=owner.hub.hub_party))


@pytest.mark.parametrize("below", [(), ("EVSE1",), ("EVSE1", "1")])
def test_case_086_a_patch_without_last_updated_is_2001(
    p1: Platform, below: tuple[str, ...]
) -> None:
    item = a_location(p1)
    put(p1, item)

    answer = patch(p1, item, *below, change={"x_note": "CHARGING"})

    assert outcome(answer) == INVALID
    assert "last_updated" in answer.message
    assert own_copy(p1, item).data == item


def test_case_087_a_connectors_time_becomes_its_parents(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)
    put(p1, item)

    patch(p1, item, "EVSE1", "1", change={"max_amperage": 16, "last_updated": LATER})

    stored = listed(p3, item)
    plug = stored["evses"][0]["connectors"][0]
    assert (plug["max_amperage"], plug["last_updated"]) == (16, LATER)
    assert stored["evses"][0]["last_updated"] == LATER
    assert stored["last_updated"] == LATER


def test_case_088_a_new_evse_is_201_under_a_known_location(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)
    put(p1, item)
    added = evse("EVSE2", last_updated=LATER)

    assert _put_part(p1, item, "EVSE2", part=added) == CREATED
    assert _put_part(p1, item, "EVSE2", part=added) == OK

    stored = own_copy(p1, item).data
    assert stored["evses"] == [*item["evses"], added]
    assert stored["last_updated"] == LATER


def test_case_088_a_new_connector_is_201_under_a_known_evse(p1: Platform) -> None:
    item = a_location(p1)
    put(p1, item)
    added = connector("2", last_updated=LATER)

    assert _put_part(p1, item, "EVSE1", "2", part=added) == CREATED

    assert own_copy(p1, item, "EVSE1", "2").data == added


def test_case_088_under_an_unknown_parent_it_is_404(p1: Platform) -> None:
    unknown, item = a_location(p1), a_location(p1)
    put(p1, item)

    assert _put_part(p1, unknown, "EVSE1", part=evse("EVSE1")) == UNKNOWN_LOCATION
    assert _put_part(p1, unknown, "EVSE1", "1", part=connector("1")) == UNKNOWN_LOCATION
    assert _put_part(p1, item, "EVSE9", "1", part=connector("1")) == UNKNOWN_LOCATION
    assert own_copy(p1, unknown).status == 404


def test_a_new_evse_that_lacks_something_is_2001(p1: Platform) -> None:
    item = a_location(p1)
    put(p1, item)

    assert _put_part(p1, item, "EVSE2", part=evse("EVSE2", connectors=[])) == INVALID
    assert _put_part(p1, item, "EVSE2", part=evse("EVSE3")) == INVALID
    assert own_copy(p1, item).data == item


def test_a_patch_of_what_is_not_there_is_404(p1: Platform) -> None:
    item = a_location(p1)
    change = {"last_updated": LATER}

    assert patch(p1, item, change=change).status == 404
    put(p1, item)
    assert patch(p1, item, "EVSE9", change=change).status == 404
    assert patch(p1, item, "EVSE1", "9", change=change).status == 404
    assert own_copy(p1, item).data == item


def test_case_089_put_replaces_everything(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)
    put(p1, item)
    without = {name: value for name, value in item.items() if name not in ("name", "evses")}

    assert outcome(put(p1, without)) == OK

    assert own_copy(p1, item).data == without
    assert listed(p3, item) == without


def test_case_090_a_removed_evse_stays_listed(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)
    put(p1, item)

    patch(p1, item, "EVSE1", change={"status": "REMOVED", "last_updated": LATER})

    assert listed(p3, item)["evses"][0]["status"] == "REMOVED"


def test_case_091_a_patch_of_the_location_touches_the_named_evse_alone(
    p1: Platform, p3: Platform
) -> None:
    item = a_location(p1, evses=with_evses(3))
    put(p1, item)
    named = {"uid": "EVSE2", "status": "CHARGING", "last_updated": LATER}

    answer = patch(p1, item, change={"evses": [named], "last_updated": LATER})

    first, second, third = own_copy(p1, item).data["evses"]
    assert outcome(answer) == OK
    assert (first, third) == (item["evses"][0], item["evses"][2])
    assert second == item["evses"][1] | named


def test_a_patch_replaces_lists_and_null_clears(p1: Platform) -> None:
    item = a_location(p1, facilities=["HOTEL", "CAFE"])
    put(p1, item)

    patch(p1, item, change={"facilities": ["MALL"], "name": None, "last_updated": LATER})

    stored = own_copy(p1, item).data
    assert stored["facilities"] == ["MALL"]
    assert stored.get("name") is None


@pytest.mark.parametrize(
    "change", [{"time_zone": None}, {"id": "OTHER"}, {"country_code": "FR"}, {"publish": "no"}]
)
def test_a_patch_that_would_make_it_invalid_is_2001(p1: Platform, change: Document) -> None:
    item = a_location(p1)
    put(p1, item)

    answer = patch(p1, item, change=change | {"last_updated": LATER})

    assert outcome(answer) == INVALID
    assert next(iter(change)) in answer.message
    assert own_copy(p1, item).data == item


def test_the_same_push_twice_is_the_same_as_once(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)

    answers = [outcome(put(p1, item)) for _ in range(3)]

    assert answers == [CREATED, OK, OK]
    p3.wait_for(about(item))
    assert {each.body for each in pushed(p3, item)} == {pushed(p3, item)[0].body}


def test_a_party_of_a_white_label_owns_its_locations_alone(p6: Platform) -> None:
    item = a_location(p6) | {"party_id": "EM6"}

    assert party_of(p6) == ("ES", "CP6")
    assert outcome(put(p6, item)) == (404, 2001)
