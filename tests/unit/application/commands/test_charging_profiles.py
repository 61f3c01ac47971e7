"""Charging profiles: what their query needs, and who has set one."""

from typing import Any

import pytest

from domain import errors
from domain.commands.kinds import Refusal
from tests.builders import ABC, XYZ, after
from tests.unit.application.commands_asked import (
    ALL,
    QUERY,
    asked_profile,
    envelope,
    has_session,
    last,
    says,
)
from tests.unit.application.house import House


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_in_a_query_the_response_url_is_replaced_encoded(house: House, method: str) -> None:
    query = "duration=9&response_url=https://p3.example/cb?id=1&x=2"

    house.command_sender.ask(asked_profile(method, query=query))

    [request] = house.wire.asked
    assert request.url.startswith("https://cpo.example/2.3.0/receiver/chargingprofiles/S1?")
    assert request.url.endswith(
        "?duration=9&response_url=https%3A%2F%2Fhub.example%2Focpi%2F2.3.0%2Fsender"
        "%2Fchargingprofiles%2Fcallback%2Fnew-token-1"
    )
    assert last(house).response_url == "https://p3.example/cb?id=1&x=2"


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("GET", ""),
        ("GET", "duration=9"),
        ("GET", "response_url=https://p3/1"),
        ("GET", "duration=x&response_url=https://p3/1"),
        ("GET", "duration=²&response_url=https://p3/1"),
        ("DELETE", ""),
        ("DELETE", "response_url="),
        ("DELETE", "response_url=https://p3/" + "x" * 250),
        ("DELETE", "response_url=https://10.0.0.1/"),
    ],
)
def test_what_a_profile_needs_in_its_query_is_demanded(
    house: House, method: str, query: str
) -> None:
    with pytest.raises(errors.InvalidDocument):
        house.command_sender.ask(asked_profile(method, query=query))

    assert not house.wire.asked


@pytest.mark.parametrize("method", ALL)
def test_a_profile_is_asked_of_the_owner_of_the_session(house: House, method: str) -> None:
    has_session(house)

    house.command_sender.ask(asked_profile(method, to=None, query=QUERY))

    assert house.wire.asked[0].receiver == ABC


def test_of_an_unknown_session_there_is_no_profile(house: House) -> None:
    refusal = house.command_sender.ask(asked_profile("PUT", to=None))

    assert refusal == Refusal(1000, "UNKNOWN_SESSION")


def test_who_set_a_profile_is_remembered_for_as_long_as_it_holds(house: House) -> None:
    house.wire.script.append(says())
    house.command_sender.ask(asked_profile("PUT"))

    assert house.command_receivers.of_profile(ABC, "s1") == XYZ
    with pytest.raises(errors.UnknownReceiver):
        house.command_receivers.of_profile(XYZ, "S1")
    with pytest.raises(errors.UnknownReceiver):
        house.command_receivers.of_profile(ABC, "S2")


@pytest.mark.parametrize("answered", [says("TOO_OFTEN", 0), says("REJECTED"), envelope(code=2000)])
def test_a_profile_that_was_refused_was_set_by_no_party(house: House, answered: Any) -> None:
    house.wire.script.append(answered)
    house.command_sender.ask(asked_profile("PUT"))

    with pytest.raises(errors.UnknownReceiver):
        house.command_receivers.of_profile(ABC, "S1")


def test_the_url_of_a_profile_lives_an_hour_beyond_its_time(house: House) -> None:
    house.wire.script.extend([says(timeout=60), says(timeout=60)])
    house.command_sender.ask(asked_profile("PUT"))
    kept = last(house)
    house.command_sender.ask(asked_profile("DELETE", query="response_url=https://p3/1"))
    forgotten = last(house)

    assert kept.expires == forgotten.expires == after(60 + 3600)
    assert kept.kept_until == after(60 + 3600 + 30 * 86_400)
    assert forgotten.kept_until == forgotten.expires
