"""The rules between the fields of an object, class by class."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.ocpi.exact_json import parse
from tests.wire.documents import (
    CDR,
    CDR_TOKEN,
    CREDENTIALS,
    PERIOD,
    SESSION,
    TARIFF,
    TOKEN,
    arrived,
    changed,
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
    "url", ["ftp://a.example", "a.example/x", "https://", "https://a b", "http://a\n", "", 1]
)
def test_a_url_is_http_or_https(url: Any) -> None:
    assert set(problems("credentials", changed(CREDENTIALS, "url", url))) == {"url"}


def test_a_url_has_at_most_255_characters() -> None:
    check("credentials", changed(CREDENTIALS, "url", "https://" + "a" * 247))
    assert problems("credentials", changed(CREDENTIALS, "url", "https://" + "a" * 248))


@pytest.mark.parametrize("token", ["", "a b", "a\n", "é", "a" * 65, None])
def test_a_credentials_token_is_of_visible_ascii(token: Any) -> None:
    assert set(problems("credentials", changed(CREDENTIALS, "token", token))) == {"token"}


def test_a_role_stands_once_in_credentials_without_regard_to_case() -> None:
    roles = [CREDENTIALS["roles"][0], {**CREDENTIALS["roles"][0], "party_id": "ms1"}]

    assert problems("credentials", changed(CREDENTIALS, "roles", roles)) == {
        "roles[1]": "same as [0]"
    }
    other = {**CREDENTIALS["roles"][0], "role": "CPO"}
    check("credentials", changed(CREDENTIALS, "roles", [CREDENTIALS["roles"][0], other]))


@pytest.mark.parametrize(("role", "accepted"), [("PTP", True), ("HUB", False), ("cpo", False)])
def test_the_roles_are_those_of_ocpi_and_of_its_payments_module(role: str, accepted: bool) -> None:
    assert bool(problems("credentials", changed(CREDENTIALS, "roles.0.role", role))) is not accepted


@pytest.mark.parametrize("roles", [None, []])
def test_credentials_without_roles_are_refused(roles: Any) -> None:
    assert set(problems("credentials", changed(CREDENTIALS, "roles", roles))) == {"roles"}


@pytest.mark.parametrize(("code", "accepted"), [("AB1", True), ("AB", False), ("ABCD", False)])
def test_a_party_id_has_three_characters(code: str, accepted: bool) -> None:
    assert bool(problems("token", changed(TOKEN, "party_id", code))) is not accepted


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"id": "C" * 36}, set()),
        ({"id": "C" * 37}, {"id"}),
        ({"id": "C" * 37, "credit": False}, {"id"}),
        ({"id": "C" * 39, "credit": True, "credit_reference_id": "CDR1"}, set()),
        ({"id": "C" * 40, "credit": True, "credit_reference_id": "CDR1"}, {"id"}),
        ({"credit": True}, {"credit_reference_id"}),
        ({"credit_reference_id": "CDR1"}, {"credit_reference_id"}),
        ({"credit": None, "credit_reference_id": None}, set()),
    ],
)
def test_a_credit_cdr_names_what_it_credits_and_may_have_a_longer_id(
    fields: dict[str, Any], wrong: set[str]
) -> None:
    assert set(problems("cdr", {**arrived(CDR), **fields})) == wrong


@pytest.mark.parametrize("field", ["start_date_time", "end_date_time"])
def test_a_cdr_of_unknown_time_says_so_in_its_own_way(field: str) -> None:
    check("cdr", changed(CDR, field, "1970-1-1T00:00:00Z"))
    check("cdr", changed(CDR, field, "1970-01-01T00:00:00Z"))
    assert problems("cdr", changed(CDR, field, "1970-1-2T00:00:00Z"))
    assert problems("cdr", changed(CDR, "last_updated", "1970-1-1T00:00:00Z"))


def test_the_address_in_a_cdr_is_as_long_as_that_of_the_location() -> None:
    long = changed(changed(CDR, "cdr_location.address", "a" * 255), "cdr_location.state", "a" * 45)

    check("cdr", long)
    assert problems("cdr", changed(long, "cdr_location.address", "a" * 256))


def test_the_tariffs_of_a_cdr_are_tariffs() -> None:
    assert problems("cdr", without(CDR, "tariffs.0.tax_included")) == {
        "tariffs[0].tax_included": "required"
    }


def test_a_cdr_has_a_charging_period_and_may_have_no_tariff() -> None:
    check("cdr", changed(CDR, "tariffs", []))
    assert set(problems("cdr", changed(CDR, "charging_periods", []))) == {"charging_periods"}


@pytest.mark.parametrize("tax_included", ["YES", "NO", "N/A"])
def test_a_tariff_says_whether_tax_is_included(tax_included: str) -> None:
    check("tariff", changed(TARIFF, "tax_included", tax_included))
    assert problems("tariff", without(TARIFF, "tax_included")) == {"tax_included": "required"}


@pytest.mark.parametrize(
    ("step_size", "accepted"), [(0, True), (-1, False), (Decimal("1.5"), False)]
)
def test_a_step_is_a_whole_number_and_may_be_none(step_size: Any, accepted: bool) -> None:
    path = "elements.0.price_components.0.step_size"

    assert bool(problems("tariff", changed(TARIFF, path, step_size))) is not accepted


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_time", "24:00"),
        ("end_time", "9:00"),
        ("start_date", "2026-02-30"),
        ("end_date", "2026-2-3"),
        ("day_of_week", ["monday"]),
        ("min_duration", Decimal("0.5")),
    ],
)
def test_a_restriction_is_of_its_notation(field: str, value: Any) -> None:
    restricted = changed(TARIFF, "elements.0.restrictions", {field: value})

    assert len(problems("tariff", restricted)) == 1


@pytest.mark.parametrize("end_time", ["00:00", "06:00", "22:00"])
def test_an_element_may_end_on_the_next_day(end_time: str) -> None:
    night = {"start_time": "22:00", "end_time": end_time}

    check("tariff", changed(TARIFF, "elements.0.restrictions", night))


@pytest.mark.parametrize(
    ("dimension", "accepted"),
    [("FLAT", True), ("TIME", True), ("ENERGY", False), ("PARKING_TIME", False)],
)
@pytest.mark.parametrize("reservation", ["RESERVATION", "RESERVATION_EXPIRES"])
def test_a_reservation_costs_by_time_or_flat(
    reservation: str, dimension: str, accepted: bool
) -> None:
    component = "elements.0.price_components.0.type"
    reserved = changed(TARIFF, "elements.0.restrictions", {"reservation": reservation})
    priced = changed(reserved, component, dimension)

    if accepted:
        check("tariff", priced)
    else:
        assert problems("tariff", priced) == {
            "elements[0].price_components[0].type": "only FLAT or TIME of a reservation"
        }
    check("tariff", changed(priced, "elements.0.restrictions.reservation", None))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("elements.0.price_components", "ENERGY"),
        ("elements.0.price_components.0", None),
        ("elements.0.price_components.0.type", ["ENERGY"]),
        ("elements.0.restrictions", ["RESERVATION"]),
    ],
)
def test_what_is_no_element_at_all_is_named_once(path: str, value: Any) -> None:
    reserved = changed(TARIFF, "elements.0.restrictions", {"reservation": "RESERVATION"})

    assert len(problems("tariff", changed(reserved, path, value))) == 1


def test_a_session_is_never_reserved_but_may_be_a_reservation() -> None:
    check("session", arrived(SESSION))
    assert set(problems("session", changed(SESSION, "status", "RESERVED"))) == {"status"}


def test_the_token_of_a_session_names_its_party() -> None:
    assert set(
        problems("session", changed(SESSION, "cdr_token", without(CDR_TOKEN, "party_id")))
    ) == {"cdr_token.party_id"}


def test_a_period_has_a_dimension() -> None:
    bare = changed(SESSION, "charging_periods", [changed(PERIOD, "dimensions", [])])

    assert set(problems("session", bare)) == {"charging_periods[0].dimensions"}


def test_a_connector_to_start_on_needs_its_evse() -> None:
    assert set(problems("start_session", {**START_SESSION, "connector_id": "1"})) == {"evse_uid"}
    check("start_session", {**START_SESSION, "connector_id": "1", "evse_uid": "E1"})


@pytest.mark.parametrize(("text", "accepted"), [("16.0", True), ("16.5", True), ("16.05", False)])
def test_a_charging_rate_has_one_decimal(text: str, accepted: bool) -> None:
    active = changed(
        ACTIVE, "charging_profile.charging_profile_period.0.limit", parse(text.encode())
    )

    assert bool(problems("active_charging_profile", active)) is not accepted


def test_only_an_accepted_profile_is_shown() -> None:
    refused = {"result": "REJECTED", "profile": ACTIVE}

    assert set(problems("active_charging_profile_result", arrived(refused))) == {"profile"}


def test_a_platform_offers_a_version() -> None:
    assert set(problems("versions", [])) == {""}


def test_a_flawed_line_of_the_versions_is_for_who_reads_them_to_leave_out() -> None:
    assert not problems("versions", [{"version": "2.3.0"}])
