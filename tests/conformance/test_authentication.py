"""Conformance cases 1 to 9: who gets in, and with what."""

import base64
import re

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.wire import authorization
from tests.conformance.guests import Join
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import OK, a_location, about, outcome, put

pytestmark = pytest.mark.e2e


def _authorized(p3: Platform, header: str, url: str) -> Answer:
    return p3.hub.call("GET", url, headers={"Authorization": header})


def test_case_001_without_authorization_401_with_envelope_and_ids(
    hub: RunningHub, p3: Platform
) -> None:
    answer = p3.hub.call("GET", hub.versions_url)

    assert outcome(answer) == (401, 2000)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"] == answer.request_id
    assert answer.headers["x-correlation-id"] == answer.correlation_id


def test_case_002_an_unknown_token_is_401(hub: RunningHub, p3: Platform) -> None:
    answer = p3.hub.call("GET", hub.versions_url, token="an-unknown-token")

    assert outcome(answer) == (401, 2000)


def test_case_003_a_token_that_is_not_encoded_is_never_matched(
    hub: RunningHub, p3: Platform
) -> None:
    answer = _authorized(p3, f"Token {p3.hub.peer.token}", hub.versions_url)

    assert outcome(answer) == (401, 2000)


def test_case_004_a_line_end_behind_the_token_is_forgiven(hub: RunningHub, p3: Platform) -> None:
    answer = _authorized(p3, authorization(p3.hub.peer.token + "\n"), hub.versions_url)

    assert outcome(answer) == OK


@pytest.mark.parametrize("scheme", ["Bearer", "Basic", "Tok"])
def test_another_scheme_is_401(hub: RunningHub, p3: Platform, scheme: str) -> None:
    header = authorization(p3.hub.peer.token).replace("Token", scheme)

    assert outcome(_authorized(p3, header, hub.versions_url)) == (401, 2000)


def test_the_scheme_may_be_written_in_any_letter_case(hub: RunningHub, p3: Platform) -> None:
    header = authorization(p3.hub.peer.token).replace("Token", "TOKEN")

    assert outcome(_authorized(p3, header, hub.versions_url)) == OK


@pytest.mark.parametrize("module", ["locations", "hubclientinfo"])
def test_case_005_006_an_invitation_opens_no_other_module(
    hub: RunningHub, p3: Platform, module: str
) -> None:
    token_a = hub.invited(":".join(("CPO", *hub.free_party())))

    answer = p3.hub.call("GET", hub.place(f"sender/{module}"), token=token_a)

    assert outcome(answer) == (401, 2000)


def test_case_007_an_invitation_opens_versions_details_and_credentials(
    hub: RunningHub, p3: Platform
) -> None:
    token_a = hub.invited(":".join(("CPO", *hub.free_party())))

    for url in (hub.versions_url, hub.place("").rstrip("/"), hub.place("credentials")):
        assert outcome(p3.hub.call("GET", url, token=token_a)) == OK


def test_case_007_the_credentials_for_an_invitation_hold_that_invitation(
    hub: RunningHub, p3: Platform
) -> None:
    token_a = hub.invited(":".join(("CPO", *hub.free_party())))

    answer = p3.hub.call("GET", hub.place("credentials"), token=token_a)

    assert answer.data["token"] == token_a


def test_case_008_header_names_may_be_in_lower_case(p3: Platform) -> None:
    headers = {
        "Authorization": None,
        "authorization": authorization(p3.hub.peer.token),
        "ocpi-from-country-code": "NL",
        "ocpi-from-party-id": "MS1",
        "ocpi-to-country-code": HUB[0],
        "ocpi-to-party-id": HUB[1],
    }

    assert outcome(p3.hub.call("GET", p3.hub.url("locations", "SENDER"), headers=headers)) == OK


def test_case_009_the_hub_sends_token_b_in_padded_base64(p1: Platform, join: Join) -> None:
    reader = join("EMSP")
    token_b = next(sent for sent in reader.sent if sent.method == "POST").body
    item = a_location(p1)
    put(p1, item)

    header = reader.wait_for(about(item)).headers["authorization"]

    encoded = re.fullmatch(r"Token ([A-Za-z0-9+/]+={0,2})", header)
    assert encoded is not None
    assert len(encoded[1]) % 4 == 0
    assert b'"token":"' + base64.b64decode(encoded[1], validate=True) + b'"' in token_b
