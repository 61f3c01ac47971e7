"""Conformance cases 120 to 123: charging profiles, the same talk with other nouns."""

import json
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from entrypoints.sandbox import Answer, Platform, Received
from entrypoints.sandbox.commands import active_charging_profile, set_charging_profile
from entrypoints.sandbox.wire import Document
from tests.conformance.running import ABC, HUB, MS1, RunningHub
from tests.conformance.steps import INVALID, OK, fresh, outcome, parties

pytestmark = pytest.mark.e2e


def _ask(
    p: Platform,
    method: str,
    session: str,
    body: Document | None = None,
    *,
    query: str = "",
    to: tuple[str, str] | None = ABC,
) -> Answer:
    return p.hub.push(method, "chargingprofiles", (session,), body, to=to, query=query)


def _asked(p: Platform, session: str) -> Received:
    [found] = [each for each in p.received if each.segments == (session,)]
    return found


def _raw(hub: RunningHub, p: Platform, method: str, session: str, query: str) -> Answer:
    """With the query as it is written here, which no client library would send."""
    url = hub.place(f"receiver/chargingprofiles/{session}") + "?" + query
    named = {"OCPI-from-country-code": "NL", "OCPI-from-party-id": "MS1"}
    named |= {"OCPI-to-country-code": "DE", "OCPI-to-party-id": "ABC"}
    return p.hub.call(method, url, token=p.hub.peer.token, headers=named)


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_case_120_a_response_url_in_the_query_encoded_or_not(
    hub: RunningHub, p1: Platform, p3: Platform, method: str, encoded: bool
) -> None:
    session = fresh("S")
    mine = p3.callback_url("chargingprofiles", fresh()) + "?request_id=5678&x=1"
    written = quote(mine, safe="") if encoded else mine
    asks = "duration=900&" if method == "GET" else ""

    answer = _raw(hub, p3, method, session, f"{asks}response_url={written}")

    asked = _asked(p1, session)
    theirs = parse_qs(asked.query)["response_url"][0]
    assert (outcome(answer), answer.data["result"]) == (OK, "ACCEPTED")
    assert answer.raw == asked.answer_body
    assert asked.query == f"{asks}response_url={quote(theirs, safe='')}"
    assert theirs.startswith(hub.place("sender/chargingprofiles/callback/"))
    assert (asked.method, asked.to, asked.from_) == (method, ABC, MS1)

    result = p1.hub.callback(theirs, {"result": "ACCEPTED"}, to=MS1)

    got = p3.wait_for(lambda each: each.method == "POST")
    assert outcome(result) == OK
    assert f"{got.path}?{got.query}" == mine.removeprefix(p3.url)
    assert (got.json(), got.from_, got.to) == ({"result": "ACCEPTED"}, ABC, MS1)


def test_a_response_url_in_the_body_and_case_122(
    hub: RunningHub, p1: Platform, p3: Platform
) -> None:
    session, mine = fresh("S"), p3.callback_url("chargingprofiles", fresh())

    answer = _ask(p3, "PUT", session, set_charging_profile(mine))

    asked = _asked(p1, session)
    theirs = asked.json()["response_url"]
    sent = next(each for each in p3.sent if each.method == "PUT").body
    assert outcome(answer) == OK
    assert asked.body == sent.replace(mine.encode(), theirs.encode())

    result = p1.hub.callback(theirs, {"result": "REJECTED"}, to=MS1)

    got = p3.wait_for(lambda each: each.method == "POST")
    assert outcome(result) == OK
    assert "data" not in json.loads(result.raw)
    assert got.path == urlsplit(mine).path


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("DELETE", ""),
        ("GET", "duration=900"),
        ("GET", "response_url=https%3A%2F%2Fexample.com%2F1"),
        ("GET", "duration=long&response_url=https%3A%2F%2Fexample.com%2F1"),
        ("DELETE", "response_url=file%3A%2F%2F%2Fetc"),
        ("DELETE", "response_url=https%3A%2F%2Fexample.com%2F" + "x" * 250),
    ],
)
def test_case_121_what_is_missing_is_2001(
    p1: Platform, p3: Platform, method: str, query: str
) -> None:
    answer = _ask(p3, method, fresh("S"), query=query)

    assert outcome(answer) == INVALID
    assert not [each for each in p1.received if each.module == "chargingprofiles"]


def test_a_profile_that_breaks_the_tables_is_2001(p1: Platform, p3: Platform) -> None:
    body = set_charging_profile("https://example.com/1", charging_rate_unit="VOLT")

    answer = _ask(p3, "PUT", fresh("S"), body)

    assert outcome(answer) == INVALID
    assert not [each for each in p1.received if each.module == "chargingprofiles"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("to", [None, HUB])
def test_of_an_unknown_session_the_hub_says_so_itself(
    p3: Platform, method: str, to: tuple[str, str] | None
) -> None:
    body = set_charging_profile("https://example.com/1") if method == "PUT" else None
    query = "" if body else "duration=9&response_url=https%3A%2F%2Fexample.com%2F1"

    answer = _ask(p3, method, fresh("S"), body, query=query, to=to)

    assert outcome(answer) == OK
    assert answer.data == {"result": "UNKNOWN_SESSION", "timeout": 0}
    assert parties(answer) == (MS1, HUB)


@pytest.mark.parametrize("to", [None, HUB, MS1])
def test_case_123_an_active_profile_goes_to_who_set_it(
    p1: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    session, mine = fresh("S"), p3.callback_url("chargingprofiles", fresh())
    _ask(p3, "PUT", session, set_charging_profile(mine))
    p1.hub.callback(_asked(p1, session).json()["response_url"], {"result": "ACCEPTED"}, to=MS1)
    body = active_charging_profile() | {"x_more": 1}

    answer = p1.hub.push("PUT", "chargingprofiles", (session,), body, to=to, role="SENDER")

    got = p3.wait_for(lambda each: each.method == "PUT")
    assert outcome(answer) == OK
    assert (got.role, got.module, got.segments) == ("SENDER", "chargingprofiles", (session,))
    assert (got.from_, got.to, got.json()) == (ABC, MS1, body)


def test_case_123_of_a_session_without_a_profile_the_receiver_is_unknown(
    p1: Platform, p2: Platform, p3: Platform
) -> None:
    session, mine = fresh("S"), p3.callback_url("chargingprofiles", fresh())
    _ask(p3, "PUT", session, set_charging_profile(mine))
    body = active_charging_profile()

    refused = [
        p1.hub.push("PUT", "chargingprofiles", (fresh("S"),), body, role="SENDER"),
        p2.hub.push("PUT", "chargingprofiles", (session,), body, role="SENDER"),
    ]
    p1.hub.callback(_asked(p1, session).json()["response_url"], {"result": "REJECTED"}, to=MS1)
    refused.append(p1.hub.push("PUT", "chargingprofiles", (session,), body, role="SENDER"))

    assert [outcome(answer) for answer in refused] == [(200, 4001)] * 3
    assert not [each for each in p3.received if each.method == "PUT"]
