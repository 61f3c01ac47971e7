"""What a field of each type accepts and refuses."""

from typing import Any

import pytest

from adapters.ocpi.exact_json import parse
from tests.wire.documents import (
    CONNECTOR,
    EVSE,
    LOCATION,
    SESSION,
    TOKEN,
    changed,
    check,
    problems,
    without,
)


def test_a_required_field_that_is_missing_or_null_is_refused() -> None:
    assert problems("location", without(LOCATION, "time_zone")) == {"time_zone": "required"}
    assert problems("location", changed(LOCATION, "city", None)) == {"city": "required, not null"}


def test_unknown_fields_are_accepted_with_any_value() -> None:
    foo = parse(b'{"a":[1e5,"\\ud800",null,123456789012345678901234567890],"b\\u0000":{}}')

    check("location", changed(LOCATION, "foo", foo))
    check("location", changed(LOCATION, "evses.0.connectors.0.foo", foo))


@pytest.mark.parametrize(
    ("path", "value"),
    [("standard", "MY_NEW_PLUG"), ("capabilities", ["MINE"])],
)
def test_an_open_enum_takes_any_value_that_is_not_empty(path: str, value: Any) -> None:
    check("connector", changed(CONNECTOR, path, value))
    empty = [""] if isinstance(value, list) else ""
    assert "empty" in problems("connector", changed(CONNECTOR, path, empty)).values()


@pytest.mark.parametrize("power_type", ["AC_9_PHASE", "dc", "DC\n", "", 1, None, ["DC"]])
def test_a_closed_enum_takes_its_values_only(power_type: Any) -> None:
    assert set(problems("connector", changed(CONNECTOR, "power_type", power_type))) == {
        "power_type"
    }


def test_a_refused_enum_says_what_it_might_have_been() -> None:
    reason = problems("connector", changed(CONNECTOR, "format", "PLUG"))["format"]

    assert reason == "not one of SOCKET, CABLE"


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-01T10:00:00",
        "2026-01-01T10:00:00Z",
        "2026-01-01T10:00:00.1Z",
        "2026-01-01T10:00:00.1234Z",
        "2026-01-01T10:00:00.12345",
        "2024-02-29T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_time_in_utc_of_at_most_25_characters_is_accepted(written: str) -> None:
    check("token", changed(TOKEN, "last_updated", written))


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-01T10:00:00+00:00",
        "2026-01-01T10:00:00.123456Z",
        "2026-01-01T10:00:00.12345Z",
        "2026-01-01T10:00:00.Z",
        "2026-01-01T10:00Z",
        "2026-01-01 10:00:00Z",
        "2026-01-01t10:00:00z",
        "2026-01-01",
        "2026-1-1T10:00:00Z",
        "1970-1-1T00:00:00Z",
        "2026-02-29T10:00:00Z",
        "2100-02-29T10:00:00Z",
        "2026-04-31T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T10:60:00Z",
        "0000-01-01T00:00:00Z",
        "2026-01-01T10:00:00Z\n",
        "２０２６-01-01T10:00:00Z",
        1767261600,
    ],
)
def test_any_other_time_is_refused(written: Any) -> None:
    assert set(problems("token", changed(TOKEN, "last_updated", written))) == {"last_updated"}


def test_a_boolean_is_neither_a_string_nor_a_number_nor_the_other_way_round() -> None:
    for publish in ("true", 1, 0, ""):
        assert "publish" in problems("location", changed(LOCATION, "publish", publish))
    for max_voltage in (True, False):
        assert problems("connector", changed(CONNECTOR, "max_voltage", max_voltage))
    assert problems("session", changed(SESSION, "kwh", True)) == {"kwh": "not a number"}


@pytest.mark.parametrize(
    "latitude", ["-12.1234567", "12.12345", "1.123456", "90.00000", "07.12345"]
)
def test_a_latitude_is_judged_by_its_pattern(latitude: str) -> None:
    check("location", changed(LOCATION, "coordinates.latitude", latitude))


@pytest.mark.parametrize(
    "latitude",
    ["12.1234", "12.12345678", "91.12345", "90.00001", "112.12345", "1,23456", 12, "+1.12345"],
)
def test_what_is_no_latitude_is_refused(latitude: Any) -> None:
    assert problems("location", changed(LOCATION, "coordinates.latitude", latitude))


@pytest.mark.parametrize("longitude", ["-126.1234567", "180.00000", "-0.00000", "6.960279"])
def test_a_longitude_may_be_as_long_as_its_pattern(longitude: str) -> None:
    check("location", changed(LOCATION, "coordinates.longitude", longitude))


@pytest.mark.parametrize("longitude", ["180.00001", "200.12345", "1206.12345", "6.96"])
def test_what_is_no_longitude_is_refused(longitude: str) -> None:
    assert problems("location", changed(LOCATION, "coordinates.longitude", longitude))


def test_null_empty_and_absent_are_the_same_where_a_list_may_be_empty() -> None:
    check("connector", changed(CONNECTOR, "tariff_ids", None))
    check("location", changed(LOCATION, "images", []))
    check("location", without(LOCATION, "evses"))


@pytest.mark.parametrize("connectors", [None, [], {}, "x"])
def test_a_list_of_cardinality_plus_has_an_entry(connectors: Any) -> None:
    assert set(problems("evse", changed(EVSE, "connectors", connectors))) == {"connectors"}


def test_a_list_holds_no_null() -> None:
    assert problems("location", changed(LOCATION, "facilities", [None])) == {
        "facilities[0]": "required, not null"
    }


# --- what no schema lets in -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["1E+300000", "1E+61", "1E-61", "1" * 61, "0." + "1" * 61, "9" * 5000]
)
def test_a_number_that_cannot_be_reckoned_with_is_refused(text: str) -> None:
    assert set(problems("session", changed(SESSION, "kwh", parse(text.encode())))) == {"kwh"}


@pytest.mark.parametrize(
    "text", ["0", "-1.5", "0.1234", "12345678901.1234", "1e5", "0.30000000000000004", "1E-12"]
)
def test_an_ordinary_number_is_accepted_however_it_is_written(text: str) -> None:
    check("session", changed(SESSION, "kwh", parse(text.encode())))


@pytest.mark.parametrize("text", ["16.0", "1.6E+1", "9223372036854775808", "-9223372036854775809"])
def test_an_int_has_no_fraction_and_64_bit(text: str) -> None:
    refused = changed(CONNECTOR, "max_voltage", parse(text.encode()))

    assert problems("connector", refused) == {"max_voltage": "not an integer of 64 bit"}


def test_a_number_in_a_string_is_a_string() -> None:
    assert problems("session", changed(SESSION, "kwh", "1.5")) == {"kwh": "not a number"}


@pytest.mark.parametrize(
    "character", ["\x00", "\n", "\r", "\t", "\x7f", "\x85", "\u2028", "\ud800"]
)
def test_text_has_no_control_characters_line_breaks_or_half_characters(character: str) -> None:
    for city in (character, f"a{character}b", f"Köln{character}"):
        assert set(problems("location", changed(LOCATION, "city", city))) == {"city"}


@pytest.mark.parametrize("value", ["", "é", "E1\n", "\u0130", "x" * 37, {"$ne": None}, 1, None])
def test_an_id_is_printable_ascii_of_its_length_and_not_empty(value: Any) -> None:
    assert set(problems("evse", changed(EVSE, "uid", value))) == {"uid"}


def test_length_counts_characters() -> None:
    check("location", changed(LOCATION, "city", "😀" * 45))
    assert problems("location", changed(LOCATION, "city", "😀" * 46)) == {"city": "longer than 45"}


def test_dollars_and_dots_in_ids_and_in_unknown_names_are_as_good_as_any_other() -> None:
    check("evse", changed({**EVSE, "$set": {"a.b": 1}, "": 0}, "uid", "$where.0"))
