"""What makes sense as a location: opening hours, whom it is for, ids that differ."""

from typing import Any

import pytest

from tests.wire.documents import (
    CONNECTOR,
    EVSE,
    LOCATION,
    PARKING,
    changed,
    check,
    problems,
)


def test_publish_allowed_to_is_for_locations_that_are_not_published() -> None:
    allowed = [{"group_id": "G"}]
    hidden = changed(LOCATION, "publish", False)

    check("location", {**hidden, "publish_allowed_to": allowed})
    assert problems("location", changed(LOCATION, "publish_allowed_to", allowed)) == {
        "publish_allowed_to": "only with publish=false"
    }


@pytest.mark.parametrize(
    ("allowed", "wrong"),
    [
        ({"uid": "A", "type": "RFID"}, set()),
        ({"visual_number": "1", "issuer": "MS1"}, set()),
        ({"group_id": "G"}, set()),
        ({}, {""}),
        ({"type": "RFID", "issuer": "MS1", "uid": None}, {""}),
        ({"uid": "A"}, {".type"}),
        ({"visual_number": "1", "group_id": "G"}, {".issuer"}),
    ],
)
def test_publish_allowed_to_names_a_token_in_full(allowed: Any, wrong: set[str]) -> None:
    hidden = changed(LOCATION, "publish", False)

    found = problems("location", {**hidden, "publish_allowed_to": [allowed]})

    assert set(found) == {f"publish_allowed_to[0]{path}" for path in wrong}


@pytest.mark.parametrize(
    ("hours", "wrong"),
    [
        ({"twentyfourseven": True}, set()),
        ({"twentyfourseven": True, "regular_hours": []}, set()),
        ({"twentyfourseven": False}, {"opening_times.regular_hours"}),
        ({"twentyfourseven": False, "regular_hours": []}, {"opening_times.regular_hours"}),
        ({}, {"opening_times.twentyfourseven"}),
    ],
)
def test_regular_hours_are_given_unless_it_is_always_open(hours: Any, wrong: set[str]) -> None:
    assert set(problems("location", changed(LOCATION, "opening_times", hours))) == wrong


def test_regular_hours_have_no_place_where_it_is_always_open() -> None:
    always = changed(LOCATION, "opening_times.twentyfourseven", True)

    assert set(problems("location", always)) == {"opening_times.regular_hours"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("period_end", "08:00"),
        ("period_end", "24:00"),
        ("period_begin", "8:00"),
        ("weekday", 0),
        ("weekday", "1"),
    ],
)
def test_regular_hours_are_of_a_weekday_and_end_later_than_they_begin(
    field: str, value: Any
) -> None:
    path = f"opening_times.regular_hours.0.{field}"

    assert set(problems("location", changed(LOCATION, path, value))) == {
        f"opening_times.regular_hours[0].{field}"
    }


@pytest.mark.parametrize("name", ["", "CET+1", "Europe/Atlantis", "europe/berlin", "../etc/passwd"])
def test_the_time_zone_is_one_of_the_iana_database(name: str) -> None:
    assert set(problems("location", changed(LOCATION, "time_zone", name))) == {"time_zone"}


def test_ids_within_a_list_differ_without_regard_to_case() -> None:
    twins = changed(LOCATION, "evses", [EVSE, {**EVSE, "uid": "e1"}])
    twins["parking_places"] = [PARKING, PARKING]
    twins["evses"][0] = {**EVSE, "connectors": [CONNECTOR, CONNECTOR]}

    assert problems("location", twins) == {
        "evses[1].uid": "same as [0]",
        "evses[0].connectors[1].id": "same as [0]",
        "parking_places[1].id": "same as [0]",
    }


@pytest.mark.parametrize("width", [0, 99999])
def test_an_image_has_a_width_of_five_digits(width: int) -> None:
    image = {"url": "https://a.example/i", "category": "CHARGER", "type": "jpeg", "width": width}

    check("location", changed(LOCATION, "images", [image]))
    for bad in (-1, 100000):
        assert problems("location", changed(LOCATION, "images", [{**image, "width": bad}]))
