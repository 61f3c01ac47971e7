"""What partners and drivers' apps read from the hub's store, and the table of modules."""

from dataclasses import replace

import pytest

from application.modules import MODULES
from domain.errors import AmbiguousObject, UnknownLocation, UnknownObject
from domain.objects.paging import PageRequest, Viewer
from domain.objects.search import LocationQuery, Near
from domain.objects.stored import Stored
from domain.partners.partner import PartnerState
from domain.partners.party import Interface, PartyId, Role
from tests.builders import (
    ABC,
    LOC1,
    XYZ,
    Doc,
    a_connector,
    a_location,
    a_partner,
    a_reader,
    a_role,
    a_stored,
    an_evse,
)
from tests.unit.application.house import House

OTHER = PartyId("BE", "OPS")
VIEWER = Viewer(XYZ, frozenset({ABC, OTHER}))


@pytest.fixture
def house() -> House:
    return House().with_partners(
        a_partner(), a_partner("ops", a_role(party=OTHER), state=PartnerState.SUSPENDED), a_reader()
    )


def keep(house: House, document: Doc, **fields: object) -> Stored:
    return house.objects.save(a_stored(document, **fields))


def test_a_reader_sees_the_objects_of_live_platforms(house: House) -> None:
    assert house.object_reader.viewer(XYZ) == Viewer(
        XYZ, frozenset({ABC, XYZ}), hidden=frozenset({OTHER})
    )


def test_a_page_has_what_the_viewer_may_see(house: House) -> None:
    body = keep(house, a_location()).body
    keep(house, a_location(country_code="BE", party_id="OPS"))

    viewer = house.object_reader.viewer(XYZ)
    page = house.object_reader.page("locations", PageRequest(0, 10), viewer=viewer)

    assert (page.items, page.total) == ((body,), 1)


def test_the_only_object_of_an_id_is_found_by_it(house: House) -> None:
    stored = keep(house, a_location())

    assert house.object_reader.only("locations", "loc1", viewer=VIEWER) == stored
    with pytest.raises(UnknownLocation, match="LOC9"):
        house.object_reader.only("locations", "LOC9", viewer=VIEWER)


def test_an_id_of_several_owners_is_not_guessed_at(house: House) -> None:
    keep(house, a_location())
    second = keep(house, a_location(country_code="BE", party_id="OPS"))

    with pytest.raises(AmbiguousObject, match="DE-ABC, BE-OPS"):
        house.object_reader.only("locations", "LOC1", viewer=VIEWER)
    assert house.object_reader.of_owner(second.key, viewer=VIEWER) == second


def test_an_owners_object_that_is_not_there_or_not_to_be_seen_is_unknown(house: House) -> None:
    key = keep(house, a_location()).key

    with pytest.raises(UnknownObject):
        house.object_reader.of_owner(replace(key, owner=OTHER), viewer=VIEWER)
    with pytest.raises(UnknownObject):
        house.object_reader.of_owner(key, viewer=Viewer(XYZ, frozenset()))


def test_an_owner_sees_the_hubs_copy_until_it_is_deleted(house: House) -> None:
    with pytest.raises(UnknownObject):
        house.object_reader.own_copy(LOC1)
    stored = keep(house, a_location())
    assert house.object_reader.own_copy(LOC1) == stored

    house.objects.save(replace(stored, deleted=True))
    with pytest.raises(UnknownObject):
        house.object_reader.own_copy(LOC1)


def test_an_object_is_served_as_its_bytes_and_a_part_as_its_json(house: House) -> None:
    stored = a_stored(body=b' {"evses": [{"uid": "E1", "x": 1.50}]} ')

    assert house.object_reader.part(stored, ()) is stored.body
    assert house.object_reader.part(a_stored(), ("E1", "1")) == house.json.dump(a_connector())
    with pytest.raises(UnknownObject, match="E9/1"):
        house.object_reader.part(a_stored(), ("E9", "1"))


def test_an_evse_is_named_by_uid_or_public_id_or_is_new(house: House) -> None:
    stored = a_stored(a_location(evses=[an_evse("E1", evse_id="DE*ABC*E1")]))

    assert house.object_reader.evse_uid(stored, "de*abc*e1") == "E1"
    assert house.object_reader.evse_uid(stored, "E9") == "E9"
    assert house.object_reader.document(stored)["id"] == "LOC1"


def test_a_search_shows_drivers_the_owners_document_without_removed_evses(house: House) -> None:
    house.push(a_location(evses=[an_evse("E1", status="REMOVED"), an_evse("E2")]))
    near = Near(51.047599, 3.729944, 10)

    hits, total = house.charger_search.search(LocationQuery(VIEWER, 0, 10, near=near))

    assert total == 1
    [hit] = hits
    assert hit.location == a_location(evses=[an_evse("E2")])
    assert hit.distance_m == pytest.approx(0)


@pytest.mark.parametrize(
    ("interface", "callers", "behind"),
    [
        (Interface.RECEIVER, Role.CPO, Role.EMSP),
        (Interface.SENDER, Role.EMSP, Role.CPO),
    ],
)
def test_owners_call_receivers_and_readers_call_senders(
    interface: Interface, callers: Role, behind: Role
) -> None:
    locations = MODULES["locations"]

    assert callers in locations.callers(interface)
    assert behind not in locations.callers(interface)
    assert behind in locations.behind(interface)


def test_every_role_but_cpo_reads_locations() -> None:
    assert MODULES["locations"].readers == frozenset(Role) - {Role.CPO}
