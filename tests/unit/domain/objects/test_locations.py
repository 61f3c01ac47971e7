"""What a push makes of a location: merging, parents' times, stale pushes, search's facets."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.objects.locations import Location, connector_power_w, is_stale
from domain.partners.party import PartyId
from domain.places import Place
from tests.builders import NOON, Doc, a_connector, a_location, an_evse, at

UIDS = st.sampled_from(["E1", "e1", "E2", "E3", "E4"])
STATUSES = st.sampled_from(["AVAILABLE", "CHARGING", "REMOVED"])


def location(**fields: Any) -> Location:
    return Location(a_location(**fields))


def evse_in(changed: Location, uid: str = "E1") -> Doc:
    part = changed.part((uid,))
    assert part is not None
    return dict(part)


def test_a_location_names_its_owner_id_and_time_as_they_were_written() -> None:
    it = location(location_id="loc-1", updated=5)

    assert (it.owner, it.id, it.last_updated) == (PartyId("DE", "ABC"), "loc-1", at(5))


def test_its_names_are_those_of_its_ids_at_every_depth() -> None:
    evses = [an_evse("E1"), an_evse("E2", connectors=[a_connector("A"), a_connector("B")])]
    whole = a_location(evses=evses)

    for document, depth in ((whole, 0), (evses[1], 1), (a_connector("A"), 2), ({}, 0)):
        ids = [found.id for found in Location.ids_in(document, depth)]
        assert sorted(Location.names_in(document, depth)) == sorted(ids)
    assert len(list(Location.names_in(whole))) == 6


def test_parts_are_found_without_regard_to_case() -> None:
    it = location(evses=[an_evse("E1"), an_evse("E2", connectors=[a_connector("A")])])

    assert it.part(()) == it.document
    assert it.part(("e2",)) == an_evse("E2", connectors=[a_connector("A")])
    assert it.part(("e2", "a")) == a_connector("A")


@pytest.mark.parametrize("path", [("E9",), ("E9", "1"), ("E1", "9")])
def test_a_part_that_is_not_there_is_none(path: tuple[str, ...]) -> None:
    assert location().part(path) is None


def test_an_evse_is_called_by_its_uid_else_by_its_public_id() -> None:
    it = location(evses=[an_evse("E1", evse_id="DE*ABC*E2"), an_evse("DE*ABC*E2")])

    assert it.evse_uid("e1") == "E1"
    assert it.evse_uid("DE*ABC*e2") == "DE*ABC*E2"
    assert location(evses=[an_evse("E1", evse_id="DE*1")]).evse_uid("de*1") == "E1"
    assert it.evse_uid("unknown") is None


def test_a_put_evse_replaces_the_one_of_its_uid_in_its_place() -> None:
    it = location(evses=[an_evse("E1"), an_evse("E2")])

    changed = it.with_part(("e1",), an_evse("e1", status="CHARGING", updated=1))

    assert changed.document["evses"] == [
        an_evse("e1", status="CHARGING", updated=1),
        an_evse("E2"),
    ]


def test_a_put_evse_that_is_new_comes_last() -> None:
    changed = location(evses=[an_evse("E1")]).with_part(("E2",), an_evse("E2"))

    assert changed.document["evses"] == [an_evse("E1"), an_evse("E2")]


def test_an_evse_comes_to_a_location_that_had_none() -> None:
    it = Location({name: value for name, value in a_location().items() if name != "evses"})

    assert it.with_part(("E1",), an_evse()).document["evses"] == [an_evse()]


def test_a_put_connector_gives_its_time_to_its_evse_and_its_location() -> None:
    changed = location().with_part(("E1", "1"), a_connector(updated=7))

    assert evse_in(changed)["connectors"] == [a_connector(updated=7)]
    assert evse_in(changed)["last_updated"] == at(7)
    assert changed.last_updated == at(7)


def test_a_parent_is_never_given_an_older_time_by_a_child() -> None:
    it = location(updated=10, evses=[an_evse(updated=5)])

    changed = it.with_part(("E1",), an_evse(updated=7)).with_part(("E1", "1"), a_connector())

    assert changed.last_updated == at(10)
    assert evse_in(changed)["last_updated"] == at(7)


def test_a_whole_location_is_taken_as_it_is() -> None:
    assert location().with_part((), a_location(name="new")).document == a_location(name="new")


def test_a_connector_of_an_unknown_evse_has_no_place() -> None:
    with pytest.raises(KeyError, match="E9"):
        location().with_part(("E9", "1"), a_connector())


def test_a_patch_changes_what_it_names_and_nothing_else() -> None:
    it = location(name="old", city="Ghent")

    changed = it.patched((), {"name": "new", "last_updated": at(1)})

    assert changed.document == a_location(name="new", city="Ghent") | {"last_updated": at(1)}


def test_a_patch_of_an_evse_gives_its_time_to_the_location() -> None:
    changed = location().patched(("E1",), {"status": "CHARGING", "last_updated": at(3)})

    assert evse_in(changed)["status"] == "CHARGING"
    assert changed.last_updated == at(3)


def test_a_patch_of_a_parent_leaves_the_time_that_a_child_raised() -> None:
    raised = location().with_part(("E1", "1"), a_connector(updated=5))

    evse = raised.patched(("E1",), {"status": "CHARGING", "last_updated": at(3)})
    whole = raised.patched((), {"name": "new", "last_updated": at(3)})

    assert evse_in(evse)["last_updated"] == evse.last_updated == at(5)
    assert whole.last_updated == at(5)


@pytest.mark.parametrize("path", [("E9",), ("E1", "9"), ("E9", "1")])
def test_a_patch_of_what_is_not_there_says_so(path: tuple[str, ...]) -> None:
    with pytest.raises(KeyError, match="/".join(path)):
        location().patched(path, {"last_updated": at(1)})


@pytest.mark.parametrize(("pushed", "stale"), [(-1, True), (0, False), (1, False)])
def test_stale_is_strictly_older_than_what_is_stored(pushed: float, stale: bool) -> None:
    assert is_stale(at(pushed), stored=at(0), now=NOON) is stale


@pytest.mark.parametrize(("ahead", "stale"), [(300, True), (300.001, False)])
def test_a_stored_time_over_five_minutes_ahead_blocks_nothing(ahead: float, stale: bool) -> None:
    assert is_stale(at(0), stored=at(ahead), now=NOON) is stale


@given(st.integers(-999, 999), st.integers(-999, 999), st.integers(0, 300))
def test_of_two_times_at_most_one_is_stale_to_the_other(a: int, b: int, lag: int) -> None:
    now = NOON.replace(hour=13)

    both = {is_stale(at(a), stored=at(b), now=now), is_stale(at(b), stored=at(a), now=now)}

    assert both == ({False} if a == b else {True, False})


@pytest.mark.parametrize(
    ("fields", "watts"),
    [
        ({"max_electric_power": 11_000}, 11_000),
        ({"power_type": "AC_3_PHASE"}, 3 * 230 * 16),
        ({"power_type": "AC_2_PHASE_SPLIT"}, 2 * 230 * 16),
        ({"power_type": "AC_1_PHASE", "max_electric_power": None}, 230 * 16),
        ({"power_type": "DC", "max_voltage": 400, "max_amperage": 125}, 50_000),
    ],
)
def test_a_connectors_power_is_as_stated_else_reckoned(fields: Doc, watts: int) -> None:
    assert connector_power_w(a_connector(**fields)) == watts


def test_search_finds_a_location_by_place_operator_party_and_plugs() -> None:
    facets = location(
        operator={"name": "Fast Ltd"},
        evses=[an_evse(status="CHARGING"), an_evse("E2", status="REMOVED")],
    ).facets()

    assert facets is not None
    assert (facets.latitude, facets.longitude) == (51.047599, 3.729944)
    assert (facets.operator, facets.country_code, facets.party_id) == ("FAST LTD", "DE", "ABC")
    [plug] = facets.plugs
    assert (plug.standard, plug.power_w, plug.status) == ("IEC_62196_T2", 11_040, "CHARGING")


@pytest.mark.parametrize("operator", [{}, {"operator": None}])
def test_without_an_operator_none_is_searched_for(operator: Doc) -> None:
    facets = location(**operator).facets()

    assert facets is not None
    assert facets.operator == ""


@pytest.mark.parametrize(
    "hidden",
    [
        {"publish": False},
        {"evses": []},
        {"evses": [an_evse(status="REMOVED")]},
        {"coordinates": {"latitude": "91.0", "longitude": "3.7"}},
        {"coordinates": {"latitude": "51.0", "longitude": Decimal("-180.1")}},
    ],
)
def test_search_is_not_shown_what_may_not_or_cannot_be_shown(hidden: Doc) -> None:
    assert location(**hidden).facets() is None


def test_drivers_do_not_see_removed_evses() -> None:
    it = location(evses=[an_evse("E1", status="REMOVED"), an_evse("E2")])

    assert it.for_drivers() == a_location(evses=[an_evse("E2")])


def test_a_location_stands_where_its_coordinates_are() -> None:
    found = Location(a_location(coordinates={"latitude": "-17.5", "longitude": "179.25"})).place()

    assert found == Place(-17.5, 179.25)
    assert Location(a_location(publish=False)).place() is not None


@pytest.mark.parametrize(("latitude", "longitude"), [("90.1", "0"), ("0", "-180.1")])
def test_a_location_that_no_map_has_stands_nowhere(latitude: str, longitude: str) -> None:
    odd = Location(a_location(coordinates={"latitude": latitude, "longitude": longitude}))

    assert odd.place() is None
    assert odd.facets() is None
