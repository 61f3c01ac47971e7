"""The body of a PATCH: what is there is judged, and `last_updated` is always there."""

from typing import Any

import pytest

from adapters.ocpi.schemas import OcpiSchemas
from domain.errors import InvalidDocument
from tests.wire.documents import (
    CONNECTOR,
    EVSE,
    HOURS,
    LOCATION,
    PERIOD,
    SESSION,
    TOKEN,
    Json,
    arrived,
    without,
)

NOW: Json = {"last_updated": "2026-01-31T12:00:00Z"}


def problems(kind: str, document: Any) -> dict[str, str]:
    try:
        OcpiSchemas().check_patch(kind, arrived(document))
    except InvalidDocument as refusal:
        return {problem.path: problem.reason for problem in refusal.problems}
    return {}


@pytest.mark.parametrize(
    ("kind", "whole"),
    [
        ("location", LOCATION),
        ("evse", EVSE),
        ("connector", CONNECTOR),
        ("session", SESSION),
        ("token", TOKEN),
    ],
)
def test_any_part_of_an_object_is_a_patch_if_it_has_last_updated(kind: str, whole: Any) -> None:
    assert problems(kind, whole) == {}
    assert problems(kind, NOW) == {}
    for field in whole:
        assert problems(kind, {field: whole[field], **NOW}) == {}
    assert problems(kind, without(whole, "last_updated")) == {"last_updated": "required"}


def test_what_is_there_is_judged_as_in_the_whole_object() -> None:
    assert problems("evse", {"status": "charging", "uid": 1, **NOW}).keys() == {"status", "uid"}
    assert problems("evse", {"last_updated": "2026-01-31T12:00:00+00:00"}).keys() == {
        "last_updated"
    }


def test_null_clears_an_optional_field_and_is_refused_for_a_required_one() -> None:
    patch = {"name": None, "images": None, "city": None, "publish": None, **NOW}

    assert problems("location", patch) == {
        "city": "required, not null",
        "publish": "required, not null",
    }
    assert problems("evse", {"connectors": None, **NOW}) == {"connectors": "required, not null"}


def test_unknown_fields_are_accepted() -> None:
    assert problems("token", {"foo": {"a": [None]}, **NOW}) == {}


def test_a_nested_object_or_list_is_whole() -> None:
    patch: Json = {
        "coordinates": {"latitude": "50.937531"},
        "opening_times": {**HOURS, "regular_hours": []},
        "operator": {"website": "https://abc.example"},
        "directions": [{"text": "left"}],
        **NOW,
    }

    assert problems("location", patch) == {
        "coordinates.longitude": "required",
        "opening_times.regular_hours": "required with twentyfourseven=false",
        "operator.name": "required",
        "directions[0].language": "required",
    }
    assert problems("session", {"charging_periods": [without(PERIOD, "dimensions")], **NOW}) == {
        "charging_periods[0].dimensions": "required"
    }


def test_evses_connectors_and_parking_places_need_no_more_than_their_key() -> None:
    connectors = [{"id": "1", "max_voltage": 400}, {"id": "2"}]
    evses = [{"uid": "E1", "status": "CHARGING", "connectors": connectors}, {"uid": "E2"}]

    assert problems("location", {"evses": evses, "parking_places": [{"id": "P1"}], **NOW}) == {}
    assert problems("evse", {"connectors": connectors, **NOW}) == {}


def test_an_entry_without_its_key_or_with_that_of_another_is_refused() -> None:
    evses = [{"status": "CHARGING"}, {"uid": "E1", "connectors": [{}]}, {"uid": "e1"}]

    assert problems("location", {"evses": evses, "parking_places": [{}], **NOW}) == {
        "evses[0].uid": "required",
        "evses[1].connectors[0].id": "required",
        "evses[2].uid": "same as [1]",
        "parking_places[0].id": "required",
    }


def test_an_entry_is_judged_by_what_it_carries() -> None:
    evses = [{"uid": "E1", "status": "GONE", "connectors": []}]

    assert problems("location", {"evses": evses, **NOW}).keys() == {
        "evses[0].status",
        "evses[0].connectors",
    }


def test_a_patch_is_an_object() -> None:
    assert problems("location", []) == {"": "not an object"}


def test_what_is_no_object_has_no_patch() -> None:
    with pytest.raises(TypeError):
        OcpiSchemas().check_patch("versions", [])
