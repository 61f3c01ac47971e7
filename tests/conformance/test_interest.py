"""What a reader wants pushed to it: the hub's own endpoint, and pushes that follow it (R-BC-11)."""

from typing import Any

import pytest

from entrypoints.sandbox import Answer, Platform
from tests.conformance.guests import Join
from tests.conformance.running import RunningHub
from tests.conformance.steps import (
    CREATED,
    OK,
    a_location,
    about,
    is_listed,
    let_pass,
    outcome,
    party_of,
    patch,
    pushed,
    put,
    status,
)

pytestmark = pytest.mark.e2e

BERLIN = {"latitude": "52.520000", "longitude": "13.400000"}
PARIS = {"latitude": "48.850000", "longitude": "2.350000"}
GERMANY = [5.8, 47.2, 15.1, 55.1]
SWEPT_S = 120.0
"""Longer than the sweeper takes to bring a reader into step, on a busy machine."""


def choose(hub: RunningHub, reader: Platform, **chosen: Any) -> Answer:
    """What the reader chooses itself, with its own token."""
    token = reader.hub.peer.token
    return reader.hub.call("PUT", f"{hub.url}/hub/v1/interest", token=token, body=chosen)


def test_a_narrowed_reader_is_pushed_what_it_wants_and_lists_show_it_all(
    hub: RunningHub, join: Join, p1: Platform, p2: Platform
) -> None:
    reader = join("EMSP")
    chosen = choose(hub, reader, push={"locations": {"countries": ["FR"]}})
    german, french = a_location(p1), a_location(p2)

    answers = [put(p1, german), put(p2, french)]

    assert outcome(chosen) == OK
    assert [outcome(each) for each in answers] == [CREATED, CREATED]
    reader.wait_for(about(french, method="PUT"))
    let_pass(p2, [reader])
    assert pushed(reader, german) == []
    assert is_listed(reader, german)
    assert is_listed(reader, french)


def test_a_location_that_moves_into_the_box_comes_whole(
    hub: RunningHub, join: Join, p1: Platform
) -> None:
    reader = join("EMSP")
    choose(hub, reader, push={"locations": {"bbox": GERMANY}})
    item, later = a_location(p1, coordinates=PARIS), a_location(p1, coordinates=BERLIN)
    put(p1, item)
    patch(p1, item, "EVSE1", change=status("CHARGING"))
    put(p1, later)
    reader.wait_for(about(later))
    before = pushed(reader, item)

    moved = {"coordinates": BERLIN, "last_updated": "2026-02-01T00:00:01Z"}
    patch(p1, item, change=moved)

    received = reader.wait_for(about(item))
    assert before == []
    assert received.method == "PUT"
    assert received.json()["coordinates"] == BERLIN
    assert received.json()["evses"][0]["status"] == "CHARGING"
    patch(p1, item, "EVSE1", change=status("AVAILABLE", "2026-02-01T00:00:02Z"))
    assert reader.wait_for(about(item, "EVSE1")).method == "PATCH"


def test_a_reader_that_widens_is_brought_into_step_though_the_hub_dies_in_between(
    hub: RunningHub, join: Join, p1: Platform
) -> None:
    reader = join("EMSP")
    named = "-".join(party_of(reader))
    narrowed = hub.run("partner", "set", named, "--pull", "locations")
    items = [a_location(p1) for _ in range(3)]
    for item in items:
        assert outcome(put(p1, item)) == CREATED
    assert narrowed.returncode == 0, narrowed.stderr

    widened = hub.run("partner", "set", named, "--push", "all")
    hub.restart()

    assert widened.returncode == 0, widened.stderr
    for item in items:
        received = reader.wait_for(about(item), SWEPT_S)
        assert (received.method, received.json()["id"]) == ("PUT", item["id"])
    shown = reader.hub.call("GET", f"{hub.url}/hub/v1/interest", token=reader.hub.peer.token)
    assert shown.data["pull"] == []
