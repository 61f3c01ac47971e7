"""Conformance cases 33 to 46: types, ids and what is whose, with locations."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.wire import Document
from tests.conformance.running import RunningHub
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    a_location,
    about,
    fresh,
    one_plug,
    outcome,
    own_copy,
    parking_place,
    place,
    put,
)

pytestmark = pytest.mark.e2e


def test_case_033_an_unknown_plug_is_accepted_and_relayed(p1: Platform, p3: Platform) -> None:
    item = a_location(p1, evses=one_plug(standard="MY_NEW_PLUG"))

    assert outcome(put(p1, item)) == CREATED

    received = p3.wait_for(about(item)).json()
    assert received["evses"][0]["connectors"][0]["standard"] == "MY_NEW_PLUG"


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        (34, {"evses": one_plug(power_type="AC_9_PHASE")}),
        (35, {"last_updated": "2026-01-01T10:00:00+00:00"}),
        (37, {"last_updated": "2026-01-01T10:00:00.123456Z"}),
        (39, {"publish": "true"}),
        (39, {"evses": one_plug(max_voltage=True)}),
        (39, {"evses": one_plug(max_voltage=Decimal("16.5"))}),
        (40, {"parking_places": [parking_place(max_vehicle_weight="3.5")]}),
    ],
)
def test_case_034_035_037_039_wrong_types_are_2001(
    p1: Platform, number: int, wrong: Document
) -> None:
    item = a_location(p1, **wrong)

    assert outcome(put(p1, item)) == INVALID, number
    assert own_copy(p1, item).status == 404


def test_case_036_a_time_without_designator_is_utc_and_stays_as_it_is(
    p1: Platform, p3: Platform
) -> None:
    item = a_location(p1, last_updated="2031-01-01T10:00:00")
    window = {"date_from": "2031-01-01T10:00:00Z", "date_to": "2031-01-01T10:00:01Z"}

    assert outcome(put(p1, item)) == CREATED

    found = p3.hub.get("locations", (), window, to=p3.hub.hub_party)
    times = [each["last_updated"] for each in found.data if each["id"] == item["id"]]
    assert times == ["2031-01-01T10:00:00"]


def test_case_037_the_hubs_own_timestamps_are_short_and_end_in_z(
    hub: RunningHub, p1: Platform
) -> None:
    answers = [
        p1.hub.call("GET", hub.versions_url),
        p1.hub.credentials(),
        put(p1, a_location(p1)),
        put(p1, a_location(p1, publish=None)),
        p1.hub.call("GET", hub.place("nowhere"), token=p1.hub.peer.token),
    ]

    for answer in answers:
        stamp = answer.envelope["timestamp"]
        assert len(stamp) <= 25
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", stamp)


def test_case_038_ids_are_one_in_any_letter_case_and_keep_the_bodys_spelling(
    p1: Platform, p3: Platform
) -> None:
    item = a_location(p1, id=fresh("Loc"))
    lower = [segment.lower() for segment in place(item)]

    created = p1.hub.push("PUT", "locations", lower, item, to=p1.hub.hub_party)
    again = put(p1, item)

    assert (outcome(created), outcome(again)) == (CREATED, OK)
    assert own_copy(p1, item).data == item
    everything = p3.hub.objects("locations", to=p3.hub.hub_party)
    same = [each["id"] for each in everything if each["id"].upper() == item["id"].upper()]
    assert same == [item["id"]]


def test_case_041_a_latitude_with_seven_decimals_is_accepted(p1: Platform) -> None:
    assert outcome(put(p1, a_location(p1, lat="-12.1234567"))) == CREATED


@pytest.mark.parametrize("nothing", [None, [], "absent"])
def test_case_042_null_empty_and_absent_lists_are_the_same(
    p1: Platform, nothing: Sequence[Any] | str | None
) -> None:
    item = a_location(p1, evses=one_plug(tariff_ids=nothing), images=nothing, directions=nothing)
    if nothing == "absent":
        del item["images"], item["directions"], item["evses"]

    assert outcome(put(p1, item)) == CREATED


@pytest.mark.parametrize(("field", "value"), [("id", "LOC2"), ("party_id", "XYZ")])
def test_case_043_a_body_of_another_object_than_the_url_changes_nothing(
    p1: Platform, field: str, value: str
) -> None:
    item = a_location(p1)
    put(p1, item)

    answer = p1.hub.push(
        "PUT", "locations", place(item), item | {field: value, "name": "x"}, to=p1.hub.hub_party
    )

    assert outcome(answer) == INVALID
    assert field in answer.message
    assert own_copy(p1, item).data == item


def test_case_044_an_object_of_another_owner_is_404(p1: Platform, p2: Platform) -> None:
    item = a_location(p2)
    put(p2, item)

    answer = put(p1, item | {"name": "stolen"})

    assert outcome(answer) == (404, 2001)
    assert own_copy(p2, item).data == item


def test_a_platform_that_owns_no_locations_may_not_push_any(p3: Platform) -> None:
    assert outcome(put(p3, a_location(p3))) == (404, 2001)


@pytest.mark.parametrize(
    ("method", "role", "depth"),
    [
        ("POST", "RECEIVER", 3),
        ("DELETE", "RECEIVER", 3),
        ("DELETE", "RECEIVER", 4),
        ("PUT", "SENDER", 0),
        ("POST", "SENDER", 0),
        ("PATCH", "SENDER", 1),
        ("DELETE", "SENDER", 1),
    ],
)
def test_case_045_methods_that_the_module_does_not_have_are_405(
    p1: Platform, method: str, role: str, depth: int
) -> None:
    item = a_location(p1)
    path = place(item, "EVSE1")[:depth] if role == "RECEIVER" else (item["id"],)[:depth]

    answer = p1.hub.push(method, "locations", path, item, to=p1.hub.hub_party, role=role)

    assert outcome(answer) == (405, 2000)


def test_case_046_the_answer_to_a_push_has_no_data(p1: Platform) -> None:
    item = a_location(p1)

    for answer in (put(p1, item), put(p1, item)):
        assert "data" not in answer.envelope
        assert answer.envelope["status_message"]
