"""Conformance cases 80 and 81: whose location a GET is answered with."""

import pytest

from entrypoints.sandbox import Platform
from tests.conformance.guests import Join
from tests.conformance.running import HUB
from tests.conformance.steps import (
    OK,
    a_location,
    fresh,
    outcome,
    own_copy,
    parties,
    put,
)

pytestmark = pytest.mark.e2e
UNKNOWN_LOCATION = (404, 2003)
PUSHES_ONLY = [("tokens", "RECEIVER")]


def test_case_080_a_get_without_to_is_forwarded_to_the_owner(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)
    put(p1, item)
    p1.own("locations", item | {"name": "As the owner has it now"})

    answer = p3.hub.get("locations", (item["id"],))

    received = p1.wait_for(lambda each: each.module == "locations" and each.method == "GET")
    assert answer.data["name"] == "As the owner has it now"
    assert (received.to, received.from_) == (("DE", "ABC"), ("NL", "MS1"))
    assert parties(answer) == (("NL", "MS1"), ("DE", "ABC"))


def test_case_080_or_served_for_an_owner_that_only_pushes(join: Join, p3: Platform) -> None:
    owner = join("CPO", modules=PUSHES_ONLY)
    item = a_location(owner)
    put(owner, item)

    answer = p3.hub.get("locations", (item["id"],))

    assert (outcome(answer), answer.data) == (OK, item)
    assert parties(answer) == (("NL", "MS1"), HUB)


def test_a_get_to_the_hub_is_served_from_its_store(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)
    put(p1, item)
    path = (item["id"], "EVSE1", "1")

    answers = [p3.hub.get("locations", path[:depth], to=HUB) for depth in (1, 2, 3)]

    evse_of_it = item["evses"][0]
    assert [each.data for each in answers] == [item, evse_of_it, evse_of_it["connectors"][0]]
    assert {parties(each) for each in answers} == {(("NL", "MS1"), HUB)}
    assert not [each for each in p1.received if each.method == "GET"]


@pytest.mark.parametrize("to", [None, HUB])
def test_a_get_of_an_unknown_location_is_404(p3: Platform, to: tuple[str, str] | None) -> None:
    assert outcome(p3.hub.get("locations", (fresh(),), to=to)) == UNKNOWN_LOCATION


def test_a_get_of_a_part_that_is_not_there_is_404(p1: Platform, p3: Platform) -> None:
    item = a_location(p1)
    put(p1, item)

    for path in (("EVSE9",), ("EVSE1", "9")):
        assert p3.hub.get("locations", (item["id"], *path), to=HUB).status == 404
        assert own_copy(p1, item, *path).status == 404


@pytest.mark.parametrize("to", [None, HUB])
def test_case_081_an_id_of_two_owners_asks_for_to(
    p1: Platform, p2: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    item = a_location(p1)
    put(p1, item)
    put(p2, item | {"country_code": "FR", "party_id": "XYZ"})

    answer = p3.hub.get("locations", (item["id"],), to=to)

    assert outcome(answer) == (200, 4001)
    assert "OCPI-to" in answer.message
    p2.own("locations", item | {"country_code": "FR", "party_id": "XYZ"})
    named = p3.hub.get("locations", (item["id"],), to=("FR", "XYZ"))
    assert named.data["party_id"] == "XYZ"
