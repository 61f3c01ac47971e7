"""Conformance cases 10, 11, 14, 21, 23, 25 and 27: versions, and credentials once registered."""

import json
from urllib.parse import urlsplit

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.wire import authorization
from tests.conformance.conftest import Cast
from tests.conformance.guests import Join
from tests.conformance.handshake import GONE, NOT_ALLOWED, offer, roles_in, versions_with
from tests.conformance.running import RunningHub
from tests.conformance.steps import OK, a_location, about, let_pass, outcome, put

pytestmark = pytest.mark.e2e


def test_case_010_versions_is_an_array_without_routing_headers(
    hub: RunningHub, p3: Platform
) -> None:
    answer = p3.hub.call("GET", hub.versions_url, token=p3.hub.peer.token)

    assert {"version": "2.3.0", "url": f"{hub.url}/ocpi/2.3.0"} in answer.data
    assert not [name for name in answer.headers if name.startswith("ocpi-")]


def test_case_011_details_have_each_module_in_both_roles_and_credentials_once(
    hub: RunningHub, p3: Platform
) -> None:
    answer = p3.hub.call("GET", hub.place(""), token=p3.hub.peer.token)

    endpoints = answer.data["endpoints"]
    once = [(each["identifier"], each["role"]) for each in endpoints]
    assert answer.data["version"] == "2.3.0"
    assert len(set(once)) == len(once)
    assert [role for module, role in once if module == "credentials"] == ["SENDER"]
    assert ("hubclientinfo", "RECEIVER") not in once
    for module in {module for module, _ in once} - {"credentials", "hubclientinfo"}:
        urls = {each["role"]: each["url"] for each in endpoints if each["identifier"] == module}
        assert urls["SENDER"] != urls["RECEIVER"]
    assert ("locations", "SENDER") in once
    assert all(urlsplit(each["url"]).scheme for each in endpoints)


def test_case_014_a_second_post_is_405(hub: RunningHub, join: Join) -> None:
    platform = join("CPO")

    assert outcome(offer(hub, platform, platform.hub.peer.token)) == NOT_ALLOWED
    assert outcome(platform.hub.credentials()) == OK


def test_case_021_put_reads_everything_with_b2_and_gives_c2(hub: RunningHub, join: Join) -> None:
    platform = join("CPO")
    token_c = platform.hub.peer.token
    platform.clear()

    answer = platform.hub.rotate()

    put = next(sent for sent in platform.sent if sent.method == "PUT")
    calls = [call for call in platform.received if call.module in ("versions", "details")]
    presented = {call.headers["authorization"] for call in calls}
    assert outcome(answer) == OK
    assert [call.module for call in calls] == ["versions", "details"]
    assert presented == {authorization(json.loads(put.body)["token"])}
    assert answer.data["token"] == platform.hub.peer.token != token_c
    assert versions_with(hub, platform, platform.hub.peer.token) == OK
    assert versions_with(hub, platform, token_c) == GONE


def test_case_021_the_old_token_lives_until_the_new_one_is_used(
    hub: RunningHub, join: Join
) -> None:
    platform = join("CPO")
    token_c = platform.hub.peer.token

    token_c2 = offer(hub, platform, token_c, "PUT").data["token"]

    assert versions_with(hub, platform, token_c) == OK
    assert versions_with(hub, platform, token_c2) == OK
    assert versions_with(hub, platform, token_c) == GONE


def test_a_put_that_fails_leaves_everything_as_it_was(hub: RunningHub, join: Join) -> None:
    platform = join("CPO")
    token_c = platform.hub.peer.token
    platform.behave("http:500", "versions")

    assert outcome(offer(hub, platform, token_c, "PUT")) == (200, 3001)

    platform.behave("well")
    assert versions_with(hub, platform, token_c) == OK


def test_case_023_after_delete_the_token_is_dead(hub: RunningHub, join: Join) -> None:
    platform = join("CPO")
    token_c = platform.hub.peer.token

    answer = platform.hub.unregister()

    assert outcome(answer) == OK
    assert "data" not in answer.envelope
    assert versions_with(hub, platform, token_c) == GONE
    again = platform.hub.call("DELETE", hub.place("credentials"), token=token_c)
    assert outcome(again) == GONE


def test_case_023_who_has_left_is_not_called_any_more(
    join: Join, p1: Platform, p3: Platform
) -> None:
    reader = join("EMSP")
    reader.hub.unregister()
    reader.clear()
    item = a_location(p1)

    put(p1, item)

    p3.wait_for(about(item))
    let_pass(p1, [p3])
    assert not reader.received


def test_case_025_credentials_list_the_others_and_hold_the_token_used(
    p1: Platform, p2: Platform, p3: Platform
) -> None:
    answer = p3.hub.credentials()

    assert outcome(answer) == OK
    assert {("CPO", "DE", "ABC"), ("CPO", "FR", "XYZ")} <= roles_in(answer)
    assert ("EMSP", "NL", "MS1") not in roles_in(answer)
    assert answer.data["token"] == p3.hub.peer.token
    assert not [name for name in answer.headers if name.startswith("ocpi-")]


def test_business_details_are_passed_through_unchanged(p1: Platform, p3: Platform) -> None:
    roles = p3.hub.credentials().data["roles"]

    names = {role["party_id"]: role["business_details"] for role in roles}
    assert names["ABC"] == {"name": "ABC Charging"}


def test_case_027_the_first_partner_of_a_fresh_hub_is_told_of_the_hub(cast: Cast) -> None:
    assert roles_in(cast.first_answer) == {("OTHER", "NL", "HUB")}


def test_patch_credentials_is_405(hub: RunningHub, p3: Platform) -> None:
    answer = p3.hub.call("PATCH", hub.place("credentials"), token=p3.hub.peer.token, body={})

    assert outcome(answer) == NOT_ALLOWED
