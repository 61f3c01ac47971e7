"""Locations by the hub's own paths (D-2, D-3, D-4)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import connector, evse, location
from tests.http.hub_server import HubServer

_LATER = "2026-02-01T00:00:00Z"


@pytest.fixture
def other_cpo(hub: HubServer) -> Iterator[Platform]:
    """One platform for two CPOs, FR-XYZ and FR-ZZZ."""
    with Platform([("CPO", "FR", "XYZ", "XYZ"), ("CPO", "FR", "ZZZ", "ZZZ")]) as platform:
        yield hub.register(platform, "CPO:FR:XYZ", "CPO:FR:ZZZ")


def _speaking_for(cc: str, pid: str) -> dict[str, str | None]:
    return {"OCPI-from-country-code": cc, "OCPI-from-party-id": pid}


def _put(hub: HubServer, platform: Platform, document: dict[str, Any]) -> None:
    headers = _speaking_for(document["country_code"], document["party_id"])
    path = f"/locations/{quote(document['id'], safe='')}"
    answer = hub.call("PUT", path, by=platform.hub, headers=headers, body=document)
    assert (answer.status, answer.code) == (201, 1000), answer.message


def test_what_was_put_without_an_owner_is_the_only_cpos(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    put = hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location())
    again = hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location())

    assert (put.status, again.status) == (201, 200)
    assert hub.get("/locations/DE/ABC/LOC1", by=msp.hub).data == location()
    assert hub.get("/locations/loc1", by=msp.hub).data == location()


def test_a_platform_with_two_cpos_says_which_one_it_speaks_for(
    hub: HubServer, other_cpo: Platform
) -> None:
    document = location("FR", "ZZZ")
    unsaid = hub.call("PUT", "/locations/LOC1", by=other_cpo.hub, body=document)
    said = hub.call(
        "PUT",
        "/locations/LOC1",
        by=other_cpo.hub,
        headers=_speaking_for("FR", "ZZZ"),
        body=document,
    )

    assert (unsaid.status, unsaid.code) == (400, 2001)
    assert said.status == 201


def test_no_partner_speaks_for_a_party_of_another(
    hub: HubServer, cpo: Platform, other_cpo: Platform
) -> None:
    stolen = hub.call(
        "PUT",
        "/locations/LOC1",
        by=cpo.hub,
        headers=_speaking_for("FR", "XYZ"),
        body=location("FR", "XYZ"),
    )

    assert (stolen.status, stolen.code) == (403, 2001)


def test_who_owns_no_locations_pushes_none(hub: HubServer, msp: Platform) -> None:
    answer = hub.call("PUT", "/locations/LOC1", by=msp.hub, body=location("NL", "MS1"))

    assert (answer.status, answer.code) == (403, 2001)


def test_the_owner_in_the_body_is_the_caller(hub: HubServer, cpo: Platform) -> None:
    answer = hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location("FR", "XYZ"))

    assert (answer.status, answer.code) == (422, 2001)
    assert [each["path"] for each in answer.data["errors"]] == ["country_code", "party_id"]


@pytest.mark.parametrize("name", ["EVSE1", "DE*ABC*E1", "de*abc*e1"])
def test_an_evse_is_called_by_its_uid_or_its_public_id(
    hub: HubServer, cpo: Platform, name: str
) -> None:
    _put(hub, cpo, location(evses=[evse("EVSE1", evse_id="DE*ABC*E1"), evse("EVSE2")]))
    path = f"/locations/LOC1/evses/{quote(name, safe='')}"

    patch = {"status": "CHARGING", "last_updated": _LATER}
    patched = hub.call("PATCH", path, by=cpo.hub, body=patch)

    assert (patched.status, patched.code) == (200, 1000), patched.message
    shown = hub.get(path, by=cpo.hub).data
    assert (shown["uid"], shown["status"]) == ("EVSE1", "CHARGING")
    assert hub.get("/locations/LOC1", by=cpo.hub).data["last_updated"] == _LATER


def test_the_uid_comes_before_the_public_id(hub: HubServer, cpo: Platform) -> None:
    _put(hub, cpo, location(evses=[evse("A", evse_id="DE*ABC*E1"), evse("DE*ABC*E1")]))

    assert hub.get("/locations/LOC1/evses/DE*ABC*E1", by=cpo.hub).data["uid"] == "DE*ABC*E1"


def test_a_new_connector_is_put_below_the_evse(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _put(hub, cpo, location(evses=[evse("EVSE1", evse_id="DE*ABC*E1")]))
    path = "/locations/LOC1/evses/DE*ABC*E1/connectors/2"

    put = hub.call("PUT", path, by=cpo.hub, body=connector("2"))

    assert (put.status, put.code) == (201, 1000), put.message
    owned = "/locations/DE/ABC/LOC1/evses/EVSE1/connectors/2"
    assert hub.get(owned, by=msp.hub).data == connector("2")


def test_a_new_evse_is_put_below_its_location(hub: HubServer, cpo: Platform) -> None:
    _put(hub, cpo, location())

    put = hub.call("PUT", "/locations/LOC1/evses/NEW", by=cpo.hub, body=evse("NEW"))

    assert put.status == 201
    assert hub.get("/locations/DE/ABC/LOC1/evses/new", by=cpo.hub).data == evse("NEW")


def test_parts_of_another_owners_location_are_not_there(
    hub: HubServer, cpo: Platform, other_cpo: Platform
) -> None:
    _put(hub, other_cpo, location("FR", "XYZ"))
    path = "/locations/LOC1/evses/EVSE1"

    pushes = [
        hub.call("PUT", path, by=cpo.hub, body=evse()),
        hub.call("PATCH", path, by=cpo.hub, body={"status": "BLOCKED", "last_updated": _LATER}),
    ]

    assert [(answer.status, answer.code) for answer in pushes] == [(404, 2003), (404, 2003)]
    assert hub.get("/locations/FR/XYZ/LOC1").data == location("FR", "XYZ")


def test_an_id_that_two_owners_have_needs_the_owner(
    hub: HubServer, cpo: Platform, other_cpo: Platform
) -> None:
    _put(hub, cpo, location())
    _put(hub, other_cpo, location("FR", "XYZ"))
    to = {"OCPI-to-country-code": "FR", "OCPI-to-party-id": "XYZ"}

    unclear = hub.get("/locations/LOC1")
    addressed = hub.call("GET", "/locations/LOC1", headers=to)

    assert (unclear.status, unclear.code) == (409, 4001)
    assert addressed.data == hub.get("/locations/FR/XYZ/LOC1").data == location("FR", "XYZ")


def test_what_is_not_known_is_not_found(hub: HubServer, cpo: Platform) -> None:
    _put(hub, cpo, location())

    assert hub.get("/locations/NONE").status == 404
    assert hub.get("/locations/DE/ABC/NONE").status == 404
    assert hub.get("/locations/LOC1/evses/NONE").status == 404
    assert hub.get("/locations/LOC1/evses/EVSE1/connectors/9").status == 404
    assert hub.get("/locations/DEU/ABC/LOC1").code == 2001


def test_ids_with_slashes_are_one_segment(hub: HubServer, cpo: Platform) -> None:
    document = location(id="A/B 100%", evses=[evse("E/1")])
    _put(hub, cpo, document)

    assert hub.get("/locations/A%2FB%20100%25/").data == document
    assert hub.get("/locations/A%2FB%20100%25/evses/E%2F1").data["uid"] == "E/1"


def test_the_list_has_everything_the_caller_may_see_by_pages(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    documents = [location(id=f"LOC{number}", publish=number != 2) for number in (1, 2, 3)]
    for document in documents:
        _put(hub, cpo, document)

    first = hub.get("/locations?limit=2", by=msp.hub)
    rest = hub.get("/locations?limit=2&offset=2", by=msp.hub)

    assert [*first.data, *rest.data] == documents
    assert first.headers["x-total-count"] == "3"
    link = f"<{hub.url}/hub/v1/locations?offset=2&limit=2&hub_after="
    assert first.headers["link"].startswith(link)
    followed = first.headers["link"].removeprefix(f"<{hub.url}/hub/v1").partition(">")[0]
    assert hub.get(followed, by=msp.hub).data == documents[2:]


def test_a_platform_reads_as_the_party_that_it_speaks_for(hub: HubServer, cpo: Platform) -> None:
    with Platform([("EMSP", "NL", "MS1", ""), ("EMSP", "NL", "MS2", "")]) as platform:
        hub.register(platform, "EMSP:NL:MS1", "EMSP:NL:MS2")
        segments = ("DE", "ABC", "LOC1")
        assert cpo.hub.push("PUT", "locations", segments, location(), to=("NL", "MS2")).ok

        def total(headers: dict[str, str | None]) -> str:
            listed = hub.call("GET", "/locations", by=platform.hub, headers=headers)
            return listed.headers["x-total-count"]

        assert (total({}), total(_speaking_for("NL", "MS2"))) == ("0", "1")


def test_no_partner_reads_as_a_party_of_another(hub: HubServer, msp: Platform) -> None:
    headers = _speaking_for("DE", "ABC")

    assert hub.call("GET", "/locations", by=msp.hub, headers=headers).status == 403


def test_readers_are_told_of_what_is_pushed_here(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _put(hub, cpo, location())

    hub.container.hub.sweep.publisher.sweep(older_than_s=-1)
    hub.pump(seconds=5)

    assert msp.holds("locations", "DE", "ABC", "LOC1") == location()


@pytest.mark.parametrize(
    ("body", "expected"),
    [(b"{", (400, 2000)), (b"[]", (422, 2001)), (b'{"id": "LOC1"}', (422, 2001))],
)
def test_bodies_that_are_no_location_are_refused(
    hub: HubServer, cpo: Platform, body: bytes, expected: tuple[int, int]
) -> None:
    answer = hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=body)

    assert (answer.status, answer.code) == expected


def test_who_reads_no_locations_lists_its_own_alone(
    hub: HubServer, cpo: Platform, other_cpo: Platform, msp: Platform
) -> None:
    _put(hub, cpo, location())

    assert hub.get("/locations", by=other_cpo.hub).data == []
    for reader in (cpo.hub, msp.hub, None):
        assert hub.get("/locations", by=reader).data == [location()]
