"""Credentials, parties, versions and commands between 2.2.1 and 2.3.0."""

from typing import Any

import pytest

from domain.bridging import down, up
from domain.bridging.dialect import USUAL, Dialect
from domain.bridging.losses import Converted, LossClass
from tests.unit.domain.bridging.bridged import lost, read, said

HUB_DETAILS = {"name": "The hub"}
PAYMENTS = Dialect(modules=frozenset({"payments"}))


def a_role(role: str, party: str = "ABC", **fields: Any) -> dict[str, Any]:
    details = {"name": party}
    usual = {"role": role, "party_id": party, "country_code": "DE", "business_details": details}
    return {**usual, **fields}


def credentials(*roles: Any, **fields: Any) -> dict[str, Any]:
    return {"token": "t", "url": "https://abc.example/versions", "roles": list(roles), **fields}


HUB = a_role("HUB", "HUB", business_details=HUB_DETAILS)
OF_THE_HUB = credentials(a_role("CPO"), a_role("EMSP", "XYZ"), hub_party_id="DEHUB")


def told(document: dict[str, Any], dialect: Dialect = USUAL) -> Converted:
    return down.credentials(document, dialect, business_details=HUB_DETAILS)


def test_h_br_7_a_partner_on_2_2_1_is_told_of_the_role_hub_alone() -> None:
    """H-BR-7."""
    converted = told(OF_THE_HUB)

    assert converted.document == credentials(HUB)
    assert lost(converted) == {"roles": (LossClass.DROPPED, "a list of 2")}


def test_h_br_7_or_of_all_roles_where_it_wants_them() -> None:
    """H-BR-7."""
    converted = told(OF_THE_HUB, Dialect(roles_in_credentials=True))

    assert converted.document == credentials(a_role("CPO"), a_role("EMSP", "XYZ"), HUB)
    assert not converted.losses


def test_h_br_7_credentials_of_no_hub_keep_their_roles() -> None:
    """H-BR-7."""
    plain = credentials(a_role("CPO"))

    assert told(plain).document == plain
    assert told(credentials(a_role("CPO"), hub_party_id="?")).document == plain
    assert told({**OF_THE_HUB, "roles": 7}).document == {**plain, "roles": 7}


def test_h_br_7_a_hub_of_no_roles_loses_none() -> None:
    """H-BR-7."""
    assert not told(credentials(hub_party_id="DEHUB")).losses


def test_roles_that_become_the_same_are_said_once() -> None:
    roles = [a_role("OTHER"), a_role("PTP"), "CPO", {"role": 7}]

    converted = told(credentials(*roles))

    assert converted.document == credentials(a_role("OTHER"), "CPO", {"role": 7})


def test_h_br_8_the_role_hub_becomes_hub_party_id() -> None:
    """H-BR-8."""
    converted = up.whole("credentials", credentials(HUB, a_role("CPO")))

    assert converted.document == credentials(a_role("CPO"), hub_party_id="DEHUB")
    assert lost(converted) == {"roles[0]": (LossClass.DROPPED, "HUB")}


def test_h_br_8_a_hub_without_a_name_is_left_out_all_the_same() -> None:
    """H-BR-8."""
    nameless = a_role("HUB", party_id=7)

    assert up.whole("credentials", credentials(nameless)).document == credentials()


def test_h_br_8_credentials_without_a_hub_are_the_same_on_both_versions() -> None:
    """H-BR-8."""
    plain = credentials(a_role("CPO"))

    assert read("credentials", plain) is plain
    assert said("credentials", plain) is plain


@pytest.mark.parametrize("odd", [7, "DE", "DEHU\n"])
def test_an_odd_hub_party_id_is_left_out(odd: Any) -> None:
    converted = up.whole("credentials", credentials(a_role("CPO"), hub_party_id=odd))

    assert converted.document == credentials(a_role("CPO"))
    assert list(lost(converted)) == ["hub_party_id"]


def test_a_sound_hub_party_id_passes() -> None:
    early = credentials(a_role("CPO"), hub_party_id="DEHUB")

    assert read("credentials", early) is early


@pytest.mark.parametrize("odd", [7, {"roles": 7}])
def test_what_is_no_credentials_goes_as_it_is(odd: Any) -> None:
    assert up.whole("credentials", odd).document is odd


def a_client(role: str) -> dict[str, Any]:
    return {"party_id": "ABC", "country_code": "DE", "role": role, "status": "CONNECTED"}


def test_h_br_8_a_hub_among_the_parties_is_left_out() -> None:
    """H-BR-8."""
    converted = up.whole("client_info", a_client("HUB"))

    assert converted.document is None
    assert lost(converted) == {"role": (LossClass.DROPPED, "HUB")}
    assert read("client_info", a_client("CPO")) == a_client("CPO")
    assert up.whole("client_info", 7).document == 7


def test_h_br_6_a_payment_party_is_other_to_partners_without_payments() -> None:
    """H-BR-6."""
    converted = down.whole("client_info", a_client("PTP"))

    assert converted.document == a_client("OTHER")
    assert lost(converted) == {"role": (LossClass.WIDENED, "PTP")}
    assert said("client_info", a_client("PTP"), PAYMENTS) == a_client("PTP")


def test_h_br_6_modules_that_a_partner_uses_are_listed_for_it() -> None:
    """H-BR-6."""
    lines = [
        {"identifier": name, "role": "SENDER", "url": f"https://hub.example/{name}"}
        for name in ("locations", "payments", "nltnm-tokens")
    ]
    details: Any = {"version": "2.2.1", "endpoints": [*lines, {"identifier": 7}]}

    usual, paying = (
        down.whole("version_details", details),
        down.whole("version_details", details, PAYMENTS),
    )

    assert usual.document == {**details, "endpoints": [lines[0], {"identifier": 7}]}
    assert set(lost(usual)) == {"endpoints[1]", "endpoints[2]"}
    assert paying.document == {**details, "endpoints": [*lines[:2], {"identifier": 7}]}
    assert down.whole("endpoint", lines[2]).document is None


def test_versions_that_2_2_1_does_not_name_are_not_listed() -> None:
    listed = [{"version": name, "url": "https://a.example"} for name in ("2.2.1", "2.3.0", "3.0")]

    converted = down.whole("versions", listed)

    assert converted.document == listed[:1]
    assert lost(converted)["[1]"] == (LossClass.DROPPED, "2.3.0")
    assert read("versions", listed) is listed


def test_details_of_another_version_stay_its_own() -> None:
    details: dict[str, Any] = {"version": "2.3.0", "endpoints": []}

    converted = down.whole("version_details", details)

    assert converted.document is details
    assert lost(converted) == {"version": (LossClass.UNCHANGED, "2.3.0")}


def test_h_br_5_a_command_that_2_2_1_lacks_is_not_sent() -> None:
    """H-BR-5."""
    assert down.has_command("CANCEL_RESERVATION")
    assert not down.has_command("NLNTM-REBOOT")


PROFILE = {"charging_rate_unit": "A", "charging_profile_period": [{"start_period": 0, "limit": 6}]}
SAME = {
    "stop_session": {"response_url": "https://a.example/1", "session_id": "S1"},
    "cancel_reservation": {"response_url": "https://a.example/1", "reservation_id": "R1"},
    "unlock_connector": {"location_id": "LOC1", "evse_uid": "E1", "connector_id": "1"},
    "command_response": {"result": "ACCEPTED", "timeout": 30},
    "command_result": {"result": "FAILED", "message": [{"language": "en", "text": "no"}]},
    "set_charging_profile": {"charging_profile": PROFILE, "response_url": "https://a.example/1"},
    "active_charging_profile": {"start_date_time": "2026-01-01T12:00:00Z"},
    "active_charging_profile_result": {"result": "ACCEPTED", "profile": {}},
    "charging_profile_response": {"result": "TOO_OFTEN", "timeout": 1},
    "charging_profile_result": {"result": "UNKNOWN"},
    "clear_profile_result": {"result": "REJECTED"},
    "charging_preferences": {"profile_type": "GREEN", "energy_need": 7},
    "charging_preferences_response": "NOT_POSSIBLE",
    "location_references": {"location_id": "LOC1", "evse_uids": ["E1"]},
    "version": {"version": "2.2.1", "url": "https://a.example"},
}


@pytest.mark.parametrize("kind", SAME)
def test_what_is_the_same_in_both_versions_is_the_very_same(kind: str) -> None:
    assert said(kind, SAME[kind]) is SAME[kind]
    assert read(kind, SAME[kind]) is SAME[kind]


@pytest.mark.parametrize("bridge", [up, down])
def test_another_kind_is_no_kind(bridge: Any) -> None:
    with pytest.raises(KeyError):
        bridge.whole("charger", {})


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-01-01T12:00:00.123Z", "2026-01-01T12:00:00Z"),
        ("2026-01-01T12:00:00.5", "2026-01-01T12:00:00"),
        ("2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z"),
        ("2026-01-01T12:00:00", "2026-01-01T12:00:00"),
        ("2026-01-01T12:00:00.Z", "2026-01-01T12:00:00.Z"),
        ("soon", "soon"),
        (7, 7),
    ],
)
def test_h_br_16_times_are_whole_seconds_for_partners_that_take_no_others(
    time: Any, expected: Any
) -> None:
    """H-BR-16."""
    token, whole = {"uid": "1", "last_updated": time}, Dialect(whole_seconds=True)

    converted = down.whole("token", token, whole)

    assert converted.document == {"uid": "1", "last_updated": expected}
    assert converted.classes == ({LossClass.ROUNDED} if time != expected else set())
    assert said("token", token) is token
