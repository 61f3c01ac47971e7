"""Finding a charger by place, plug, power and availability (D-5)."""

from typing import Any
from urllib.parse import urlencode

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.fixtures import connector, evse, fast_connector, location
from tests.http.hub_server import HubServer

_ALEXANDERPLATZ = {"lat": "52.52192", "lon": "13.41321"}


@pytest.fixture
def sites(hub: HubServer, cpo: Platform) -> Platform:
    """Three in Berlin, from east to west, one in Munich, and three that are never shown."""
    for site in (
        location(id="EAST", lat="52.52192", lon="13.41321", operator={"name": "Ost Strom"}),
        location(id="MIDDLE", lat="52.51628", lon="13.37770", evses=[_fast(), _slow_and_free()]),
        location(id="WEST", lat="52.50654", lon="13.33222", evses=[_fast(status="AVAILABLE")]),
        location(id="MUNICH", lat="48.13743", lon="11.57549"),
        location(id="PRIVATE", lat="52.52192", lon="13.41321", publish=False),
        location(id="EMPTY", lat="52.52192", lon="13.41321", evses=[]),
        location(id="GONE", lat="52.52192", lon="13.41321", evses=[evse(status="REMOVED")]),
    ):
        assert hub.call("PUT", f"/locations/{site['id']}", by=cpo.hub, body=site).ok
    return cpo


def _fast(status: str = "CHARGING") -> dict[str, Any]:
    return evse("FAST", status=status, connectors=[fast_connector(kilowatts=150)])


def _slow_and_free() -> dict[str, Any]:
    return evse("SLOW", status="AVAILABLE", connectors=[connector()])


def _search(hub: HubServer, by: Platform | None = None, /, **asked: Any) -> Answer:
    query = urlencode(asked, doseq=True)
    return hub.get(f"/locations/search?{query}", by=by.hub if by is not None else None)


def _ids(answer: Answer) -> list[str]:
    assert answer.code == 1000, answer.message
    return [hit["location"]["id"] for hit in answer.data]


def test_the_nearest_comes_first_with_its_distance_in_metres(
    hub: HubServer, sites: Platform, msp: Platform
) -> None:
    answer = _search(hub, msp, **_ALEXANDERPLATZ, radius_m=10_000)

    assert _ids(answer) == ["EAST", "MIDDLE", "WEST"]
    distances = [hit["distance_m"] for hit in answer.data]
    assert distances[0] == 0
    assert 2_450 < distances[1] < 2_520
    assert all(round(distance, 1) == distance for distance in distances)


def test_without_a_radius_it_is_five_kilometres(hub: HubServer, sites: Platform) -> None:
    assert _ids(_search(hub, **_ALEXANDERPLATZ)) == ["EAST", "MIDDLE"]


def test_a_box_finds_what_is_inside_in_order_of_creation(hub: HubServer, sites: Platform) -> None:
    answer = _search(hub, bbox="13.3,52.4,13.4,52.6")

    assert _ids(answer) == ["MIDDLE", "WEST"]
    assert [hit["distance_m"] for hit in answer.data] == [None, None]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["EAST", "MIDDLE", "WEST", "MUNICH"]),
        ({"connector_type": "IEC_62196_T2_COMBO"}, ["MIDDLE", "WEST"]),
        ({"connector_type": "iec_62196_t2_combo"}, ["MIDDLE", "WEST"]),
        ({"connector_type": ["CHADEMO", "IEC_62196_T2_COMBO"]}, ["MIDDLE", "WEST"]),
        ({"connector_type": "CHADEMO,IEC_62196_T2_COMBO"}, ["MIDDLE", "WEST"]),
        ({"connector_type": "CHADEMO"}, []),
        ({"min_power_w": 100_000}, ["MIDDLE", "WEST"]),
        ({"min_power_w": 22_080}, ["EAST", "MIDDLE", "WEST", "MUNICH"]),
        ({"min_power_w": 150_001}, []),
        ({"status": "CHARGING"}, ["MIDDLE"]),
        ({"status": "charging,reserved"}, ["MIDDLE"]),
        ({"status": "AVAILABLE", "min_power_w": 100_000}, ["WEST"]),
        ({"party": "de-abc", "operator": "ost strom"}, ["EAST"]),
    ],
)
def test_all_conditions_hold_for_one_and_the_same_plug(
    hub: HubServer, sites: Platform, asked: dict[str, Any], found: list[str]
) -> None:
    assert _ids(_search(hub, **asked)) == found


def test_an_owner_that_the_hub_does_not_know_is_a_404(hub: HubServer, sites: Platform) -> None:
    answer = _search(hub, party="DE-ABX")

    assert (answer.status, answer.code) == (404, 2000)
    assert "DE-ABX" in answer.message


def test_an_owner_that_is_out_of_sight_is_as_one_that_there_is_not(
    hub: HubServer, sites: Platform, msp: Platform
) -> None:
    assert _ids(_search(hub, msp, party="DE-ABC")) == ["EAST", "MIDDLE", "WEST", "MUNICH"]
    assert hub.call("POST", "/partners/DE-ABC/suspend").ok

    hidden, unknown = (_search(hub, msp, party=party) for party in ("DE-ABC", "DE-ABX"))

    assert [answer.status for answer in (hidden, unknown)] == [404, 404]
    assert hidden.message.replace("DE-ABC", "DE-ABX") == unknown.message
    assert _ids(_search(hub, party="DE-ABC")) == []


def test_a_status_push_shows_in_the_next_search(hub: HubServer, sites: Platform) -> None:
    patch = {"status": "AVAILABLE", "last_updated": "2026-01-16T08:00:00Z"}
    hub.call("PATCH", "/locations/MIDDLE/evses/FAST", by=sites.hub, body=patch)

    assert _ids(_search(hub, status="AVAILABLE", min_power_w=100_000)) == ["MIDDLE", "WEST"]


def test_removed_evses_are_not_shown_beside_living_ones(hub: HubServer, sites: Platform) -> None:
    patch = {"status": "REMOVED", "last_updated": "2026-01-16T08:00:00Z"}
    hub.call("PATCH", "/locations/MIDDLE/evses/FAST", by=sites.hub, body=patch)

    [hit] = _search(hub, bbox="13.37,52.5,13.38,52.6").data

    assert [each["uid"] for each in hit["location"]["evses"]] == ["SLOW"]


def test_pages_are_linked_with_the_conditions_in_them(hub: HubServer, sites: Platform) -> None:
    first = _search(hub, **_ALEXANDERPLATZ, radius_m=10_000, limit=2)
    path = first.headers["link"].split(">")[0].split("/hub/v1")[1]
    second = hub.get(path)

    assert (first.headers["x-total-count"], first.headers["x-limit"]) == ("3", "100")
    assert (_ids(first), _ids(second)) == (["EAST", "MIDDLE"], ["WEST"])
    assert "link" not in second.headers


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"lat": "52.5"}, "lon"),
        ({"lon": "13.4"}, "lat"),
        ({"lat": "91", "lon": "13.4"}, "lat"),
        ({"lat": "52.5", "lon": "nan"}, "lon"),
        ({"lat": "52.5", "lon": ""}, "lon"),
        ({"radius_m": "100"}, "radius_m"),
        ({**_ALEXANDERPLATZ, "radius_m": "500001"}, "radius_m"),
        ({**_ALEXANDERPLATZ, "radius_m": "-1"}, "radius_m"),
        ({"bbox": "13.3,52.4,13.4"}, "bbox"),
        ({"bbox": "13.3,52.6,13.4,52.4"}, "bbox"),
        ({"bbox": "13.3,52.4,east,52.6"}, "bbox"),
        ({"connector_type": ""}, "connector_type"),
        ({"min_power_w": "1.5"}, "min_power_w"),
        ({"status": "FREE"}, "status"),
        ({"status": "REMOVED"}, "status"),
        ({"party": "DE"}, "party"),
        ({"country_code": "DE"}, "country_code"),
        ({"party_id": "ABC"}, "party_id"),
        ({"operator": ""}, "operator"),
        ({"limit": "0"}, "limit"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(
    hub: HubServer, asked: dict[str, Any], named: str
) -> None:
    answer = _search(hub, **asked)

    assert (answer.status, answer.code) == (400, 2001)
    assert answer.message.startswith(f"{named}: ")
