"""Conformance cases 12 to 24: a platform registers at the hub."""

import json
from typing import Any

import pytest

from entrypoints.sandbox import Platform, RegistrationRefused
from entrypoints.sandbox.wire import authorization
from tests.conformance.guests import Join
from tests.conformance.handshake import GONE, NOT_ALLOWED, offer, roles_in, versions_with
from tests.conformance.running import RunningHub
from tests.conformance.steps import INVALID, OK, outcome, party_of

pytestmark = pytest.mark.e2e


def _invited(hub: RunningHub, platform: Platform) -> str:
    return hub.invited(*(":".join(party[:3]) for party in platform.profile.parties))


def test_case_012_post_is_answered_after_calling_back_with_token_b(
    hub: RunningHub, join: Join
) -> None:
    platform = join("CPO", registered=False)
    token_a = _invited(hub, platform)

    answer = platform.hub.register(hub.versions_url, token_a)

    post = next(sent for sent in platform.sent if sent.method == "POST")
    calls = [call for call in platform.received if not call.role][:2]
    token_b = json.loads(post.body)["token"]
    assert [call.module for call in calls] == ["versions", "details"]
    assert {call.headers["authorization"] for call in calls} == {authorization(token_b)}
    assert outcome(answer) == (201, 1000)
    token_c = answer.data["token"]
    assert token_c not in (token_a, token_b)
    assert 0 < len(token_c) <= 64
    assert all("\x21" <= character <= "\x7e" for character in token_c)
    assert answer.data["url"] == hub.versions_url
    assert answer.data["hub_party_id"] == "NLHUB"
    assert roles_in(answer)
    assert "HUB" not in {role for role, *_ in roles_in(answer)}


def test_case_013_token_a_is_dead_after_registration(hub: RunningHub, join: Join) -> None:
    platform = join("CPO", registered=False)
    token_a = _invited(hub, platform)
    platform.hub.register(hub.versions_url, token_a)

    for url in (hub.versions_url, hub.place("credentials")):
        assert outcome(platform.hub.call("GET", url, token=token_a)) == GONE
    assert outcome(offer(hub, platform, token_a)) == GONE


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_case_015_016_put_and_delete_before_registration_are_405(
    hub: RunningHub, join: Join, method: str
) -> None:
    platform = join("CPO", registered=False)
    token_a = _invited(hub, platform)

    assert outcome(offer(hub, platform, token_a, method)) == NOT_ALLOWED
    assert versions_with(hub, platform, token_a) == OK


@pytest.mark.parametrize("module", ["versions", "details"])
@pytest.mark.parametrize("how", ["http:500", "ocpi:2000", "garbage", "reset"])
def test_case_017_an_unusable_platform_is_3001_and_may_try_again(
    hub: RunningHub, join: Join, module: str, how: str
) -> None:
    platform = join("CPO", registered=False)
    token_a = _invited(hub, platform)
    platform.behave(how, module)

    with pytest.raises(RegistrationRefused) as refused:
        platform.hub.register(hub.versions_url, token_a)

    assert outcome(refused.value.answer) == (200, 3001)
    assert refused.value.answer.data is None
    platform.behave("well")
    assert outcome(platform.hub.register(hub.versions_url, token_a)) == (201, 1000)


def test_case_018_a_platform_that_does_not_list_the_version_is_3002(
    hub: RunningHub, join: Join
) -> None:
    platform = join("CPO", registered=False, versions=("2.2.1",))
    token_a = _invited(hub, platform)

    assert outcome(offer(hub, platform, token_a)) == (200, 3002)
    assert versions_with(hub, platform, token_a) == OK


def test_case_019_a_platform_with_nothing_of_use_is_3003(hub: RunningHub, join: Join) -> None:
    platform = join("CPO", registered=False, modules=[("payments", "SENDER")])
    token_a = _invited(hub, platform)

    assert outcome(offer(hub, platform, token_a)) == (200, 3003)
    assert versions_with(hub, platform, token_a) == OK


@pytest.mark.parametrize(
    ("field", "value"), [("roles", None), ("roles", []), ("token", "with blank"), ("url", "nope")]
)
def test_case_020_credentials_that_lack_something_are_2001(
    hub: RunningHub, join: Join, field: str, value: Any
) -> None:
    platform = join("CPO", registered=False)
    token_a = _invited(hub, platform)

    answer = offer(hub, platform, token_a, **{field: value})

    assert outcome(answer) == INVALID
    assert field in answer.message
    assert versions_with(hub, platform, token_a) == OK


def test_case_024_a_role_that_another_partner_has_is_refused_in_any_letter_case(
    hub: RunningHub, join: Join
) -> None:
    country_code, party_id = party_of(join("CPO"))
    too_late = join(f"CPO:{country_code.lower()}:{party_id.lower()}", registered=False)
    token_a = hub.invited(":".join(("CPO", *hub.free_party())))

    answer = offer(hub, too_late, token_a)

    assert outcome(answer) == INVALID
    assert f"CPO {country_code}-{party_id}" in answer.message
    assert versions_with(hub, too_late, token_a) == OK


@pytest.mark.parametrize("role", ["CPO:NL:HUB", "EMSP:DE:ABC"])
def test_a_role_that_is_the_hubs_or_was_not_invited_is_refused(
    hub: RunningHub, join: Join, role: str
) -> None:
    platform = join(role, registered=False)
    token_a = hub.invited(":".join(("CPO", *hub.free_party())))

    assert outcome(offer(hub, platform, token_a)) == INVALID
    assert versions_with(hub, platform, token_a) == OK


@pytest.mark.parametrize("hub_party_id", ["NLHUB", "deabc", "X", "NL/HB2"])
def test_a_hub_party_that_is_another_or_none_is_refused(
    hub: RunningHub, join: Join, hub_party_id: str
) -> None:
    platform = join("CPO", registered=False, hub_party_id=hub_party_id)
    token_a = _invited(hub, platform)

    answer = offer(hub, platform, token_a)

    assert outcome(answer) == INVALID
    assert "hub_party_id" in answer.message
    assert versions_with(hub, platform, token_a) == OK


def test_a_party_that_no_header_can_name_is_refused(hub: RunningHub, join: Join) -> None:
    platform = join("CPO:QA:A/B", registered=False)
    token_a = hub.invited(":".join(("CPO", *hub.free_party())))

    answer = offer(hub, platform, token_a)

    assert outcome(answer) == INVALID
    assert "roles[0].party_id" in answer.message


def test_the_same_company_may_be_another_role_on_another_platform(
    hub: RunningHub, join: Join
) -> None:
    party = ":".join(hub.free_party())

    join(f"CPO:{party}")
    platform = join(f"EMSP:{party}")

    assert ("CPO", *party.split(":")) in roles_in(platform.hub.credentials())
