"""The small words of the domain: parties, roles, times, documents, problems."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents import JsonValue, as_document, as_documents, as_int, ci
from domain.errors import InvalidDocument, NoAnswer, Problem
from domain.partners.party import Interface, PartyId, PartyRole, Role, find_endpoint, parse_role
from domain.times import format_time, parse_time
from tests.builders import ABC, NOON, Doc, a_role, an_endpoint


@pytest.mark.parametrize("text", ["DE/ABC", "de-abc", "DeAbC"])
def test_a_party_is_read_in_all_its_spellings(text: str) -> None:
    assert PartyId.parse(text) == ABC
    assert str(PartyId.parse(text)) == "DE/ABC"
    assert PartyId.parse(text).spelled == "DE-ABC"


@pytest.mark.parametrize("text", ["", "DEAB", "DE/ABCD"])
def test_what_is_no_party_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError, match="not a party"):
        PartyId.parse(text)


def test_a_role_is_read_as_operators_write_it() -> None:
    assert parse_role("cpo:de:abc") == (Role.CPO, ABC)
    assert parse_role("CPO:DE-ABC") == (Role.CPO, ABC)


@pytest.mark.parametrize("text", ["CPO:DE", "CPO:DEU:ABC", "CPO:DE:ABCD", "HUB:DE:ABC"])
def test_what_is_no_role_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(ValueError, match="not a role"):
        parse_role(text)


def test_a_role_goes_out_as_it_came() -> None:
    details = {"name": "ABC Ltd", "logo": {"url": "https://abc.example/logo.png"}}
    document: Doc = {
        "role": "CPO",
        "party_id": "abc",
        "country_code": "de",
        "business_details": details,
    }

    role = PartyRole.of(document)

    assert role.key == "DE/ABC/CPO"
    assert role.as_credentials_role() == {**document, "party_id": "ABC", "country_code": "DE"}


def test_the_other_end_of_an_interface_is_its_mirror() -> None:
    assert Interface.SENDER.mirror is Interface.RECEIVER
    assert Interface.RECEIVER.mirror is Interface.SENDER


def test_an_endpoint_is_found_by_module_and_interface() -> None:
    sender = an_endpoint("locations", Interface.SENDER)
    receiver = an_endpoint("locations", Interface.RECEIVER)

    assert find_endpoint((sender, receiver), "locations", Interface.RECEIVER) is receiver
    assert find_endpoint((sender,), "locations", Interface.RECEIVER) is None
    assert find_endpoint((sender,), "tariffs", Interface.SENDER) is None


@pytest.mark.parametrize("text", ["2026-01-01T12:00:00Z", "2026-01-01T12:00:00"])
def test_a_time_is_utc_with_or_without_its_designator(text: str) -> None:
    assert parse_time(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-01",
        "2026-01-01 12:00:00",
        "2026-01-01T12:00:00+00:00",
        "2026-01-01T12:00:00-01:00",
        "2026-01-01T12:00:00.0000000Z",
        "2026-02-30T12:00:00Z",
        "T",
    ],
)
def test_what_is_no_ocpi_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_time(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_of_the_hubs_is_read_back_to_the_millisecond(moment: datetime) -> None:
    written = format_time(moment)

    assert len(written) <= 25
    assert timedelta(0) <= moment - parse_time(written) < timedelta(milliseconds=1)


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    there = datetime(2026, 1, 1, 13, 0, 0, 5_999, tzinfo=timezone(timedelta(hours=1)))

    assert format_time(there) == "2026-01-01T12:00:00.005Z"


def test_documents_are_what_they_are() -> None:
    assert as_document({"a": 1}) == {"a": 1}
    assert as_documents([{"a": 1}, {}]) == ({"a": 1}, {})
    assert as_documents(None) == ()


@pytest.mark.parametrize("value", [16, Decimal("16.0"), Decimal("16.9")])
def test_what_is_behind_the_point_of_an_integer_is_cut_off(value: JsonValue) -> None:
    assert as_int(value) == 16


@pytest.mark.parametrize("value", [None, [], "text", 1, Decimal(1)])
def test_what_is_no_object_is_not_taken_for_one(value: Any) -> None:
    with pytest.raises(TypeError, match="JSON object"):
        as_document(value)


@pytest.mark.parametrize("value", ["text", {}, 1])
def test_what_is_no_list_is_not_taken_for_one(value: Any) -> None:
    with pytest.raises(TypeError, match="JSON array"):
        as_documents(value)


def test_a_cistring_is_compared_in_upper_case() -> None:
    assert ci("De*Abc") == ci("dE*aBC")


def test_a_refusal_names_every_problem_by_its_path() -> None:
    refusal = InvalidDocument((Problem("evses[0].uid", "required"), Problem("", "not an object")))

    assert str(refusal) == "evses[0].uid: required; not an object"
    assert [problem.path for problem in refusal.problems] == ["evses[0].uid", ""]


def test_a_missing_answer_says_whether_time_ran_out() -> None:
    assert NoAnswer("reset", timed_out=False).timed_out is False


def test_a_role_is_unique_by_party_and_role() -> None:
    assert a_role(Role.CPO).key != a_role(Role.EMSP).key
