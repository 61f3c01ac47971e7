"""Every kind of body that the hub checks, and how a refusal is worded."""

from typing import Any

import pytest

from tests.wire.documents import (
    CDR,
    CONNECTOR,
    CREDENTIALS,
    EVSE,
    LOCATION,
    SESSION,
    TARIFF,
    TOKEN,
    arrived,
    check,
    problems,
    without,
)

START_SESSION = {"response_url": "https://ms1.example/cb/1", "token": TOKEN, "location_id": "LOC1"}
PROFILE = {"charging_rate_unit": "A", "charging_profile_period": [{"start_period": 0, "limit": 16}]}
ACTIVE = {"start_date_time": "2026-01-31T12:00:00Z", "charging_profile": PROFILE}
REFERENCE = {"response_url": "https://ms1.example/cb/1", "reservation_id": "R1"}
NOW = "2026-01-31T12:00:00Z"


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("location", LOCATION),
        ("evse", EVSE),
        ("connector", CONNECTOR),
        ("tariff", TARIFF),
        ("cdr", CDR),
        ("session", SESSION),
        ("token", TOKEN),
        ("credentials", CREDENTIALS),
        ("versions", [{"version": "2.3.0", "url": "https://ms1.example/ocpi/2.3.0"}]),
        (
            "version_details",
            {
                "version": "2.3.0",
                "endpoints": [
                    {"identifier": "nltnm-tokens", "role": "SENDER", "url": "https://a.example/t"}
                ],
            },
        ),
        (
            "client_info",
            {
                "party_id": "MS1",
                "country_code": "NL",
                "role": "PTP",
                "status": "PLANNED",
                "last_updated": NOW,
            },
        ),
        ("start_session", START_SESSION),
        ("stop_session", {"response_url": "https://ms1.example/cb/1", "session_id": "S1"}),
        ("reserve_now", {**START_SESSION, **REFERENCE, "expiry_date": NOW}),
        ("cancel_reservation", REFERENCE),
        ("unlock_connector", {**START_SESSION, "evse_uid": "E1", "connector_id": "1"}),
        ("command_response", {"result": "ACCEPTED", "timeout": 30}),
        ("command_result", {"result": "CANCELED_RESERVATION"}),
        ("location_references", {"location_id": "LOC1", "evse_uids": None}),
        ("authorization_info", {"allowed": "NO_CREDIT", "token": TOKEN}),
        ("charging_preferences", {"profile_type": "GREEN"}),
        ("charging_preferences_response", "ACCEPTED"),
        (
            "set_charging_profile",
            {"charging_profile": PROFILE, "response_url": "https://ms1.example/cb/1"},
        ),
        ("active_charging_profile", ACTIVE),
        ("charging_profile_response", {"result": "TOO_OFTEN", "timeout": 0}),
        ("active_charging_profile_result", {"result": "ACCEPTED", "profile": ACTIVE}),
        ("charging_profile_result", {"result": "UNKNOWN"}),
        ("clear_profile_result", {"result": "REJECTED"}),
    ],
)
def test_a_document_of_each_kind_is_accepted(kind: str, document: Any) -> None:
    check(kind, arrived(document))


@pytest.mark.parametrize("document", [None, [], "x", 1, True])
def test_a_body_that_is_no_object_is_refused_as_a_whole(document: Any) -> None:
    assert set(problems("location", document)) == {""}


def test_every_wrong_field_is_named_with_its_path() -> None:
    location = without(LOCATION, "time_zone")
    location["evses"][0]["connectors"] += [{**CONNECTOR, "id": 2, "max_voltage": True}]
    location["opening_times"]["regular_hours"][0]["weekday"] = 8
    location["coordinates"]["latitude"] = "50.9"

    assert problems("location", location) == {
        "time_zone": "required",
        "evses[0].connectors[1].id": "not a string",
        "evses[0].connectors[1].max_voltage": "not an integer of 64 bit",
        "opening_times.regular_hours[0].weekday": "not between 1 and 7",
        "coordinates.latitude": "not a latitude with 5 to 7 decimals such as 51.047599",
    }
