"""The chapter of the search: a fast charger near a point, through the hub API."""

import time
from typing import Any
from urllib.parse import urlencode

from entrypoints.sandbox.demo.day import Day, name_of, shown
from entrypoints.sandbox.demo.telling import Unexpected, expect
from entrypoints.sandbox.wire import Document

_LYON = {"lat": "45.7578", "lon": "4.8320"}
_FAST_W = 100_000
_FROM_BELLECOUR_M = range(1_900, 2_500)


def a_driver_searches(day: Day) -> None:
    """An eMSP's app asks for a driver; what is taken or slow is not offered."""
    place = "Place Bellecour in Lyon"
    with day.tell.step(f"A driver at {place} wants 100 kW or more, free now, within 5 km"):
        [hit] = _search(day, expected=["LYO-PARTD"])
        location, metres = hit["location"], hit["distance_m"]
        expect(round(metres) in _FROM_BELLECOUR_M, "a distance of 2 km", f"{metres} m")
        day.tell.say(f"{location['name']}, {location['address']}: {metres / 1000:.1f} km away")
        for evse in location["evses"]:
            day.tell.say(f"  {_described(evse)}")
    with day.tell.step("Both fast ones there are taken: nothing is found any more"):
        for number in (3, 4):
            push = day.change("LYO-PARTD", (f"LYO-PARTD-{number}",), status="CHARGING")
            for emsp in day.emsps:
                push.at(emsp)
        _search(day, expected=[])


def _search(day: Day, *, expected: list[str]) -> list[Any]:
    """The hits, each {distance_m, location}.

    :raises Unexpected: unless they are the locations of these ids.
    """
    emsp = day.emsps[0]
    asked = {**_LYON, "radius_m": 5000, "min_power_w": _FAST_W, "status": "AVAILABLE"}
    path, query = "/hub/v1/locations/search", urlencode(asked)
    day.tell.say(f"{name_of(emsp)} asks GET {path}")
    day.tell.say(f"  ?{query}")
    began = time.monotonic()
    answer = emsp.hub.call("GET", f"{day.hub.url}{path}?{query}", token=emsp.hub.peer.token)
    ms = (time.monotonic() - began) * 1000
    if not answer.ok or not isinstance(answer.data, list):
        raise Unexpected("a list of hits", shown(answer))
    found = [hit["location"]["id"] for hit in answer.data]
    expect(found == expected, _listed(expected), _listed(found))
    day.tell.say(f"-> {shown(answer)} after {ms:.0f} ms: {_listed(found)}")
    return answer.data


def _described(evse: Document) -> str:
    [plug] = evse["connectors"]
    watts = plug.get("max_electric_power") or plug["max_voltage"] * plug["max_amperage"] * 3
    return f"{evse['evse_id']}  {evse['status']:9}  {plug['standard']}, {watts / 1000:.0f} kW"


def _listed(ids: list[str]) -> str:
    return ", ".join(ids) or "no location"
