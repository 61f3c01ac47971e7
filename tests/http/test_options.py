"""Options of a connection on the wire: raw tokens, and POST of credentials answered 200."""

from typing import Any

import pytest

from entrypoints.sandbox import Platform
from tests.http.hub_server import HubServer

ROLE = {"role": "CPO", "country_code": "DE", "party_id": "ABC"}


def options(hub: HubServer, **named: Any) -> None:
    assert hub.call("PATCH", "/partners/DE-ABC/options", body=named).ok


def with_header(platform: Platform, hub: HubServer, header: str) -> int:
    url = f"{hub.url}/ocpi/versions"
    return platform.hub.call("GET", url, headers={"Authorization": header}).status


def test_a_raw_token_opens_the_door_for_a_connection_that_may_send_one(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    header = f"Token {cpo.hub.peer.token}"
    before = with_header(cpo, hub, header)

    options(hub, raw_token_in=True)

    assert (before, with_header(cpo, hub, header)) == (401, 200)
    assert with_header(msp, hub, f"Token {msp.hub.peer.token}") == 401
    assert cpo.hub.call("GET", f"{hub.url}/ocpi/versions", token=cpo.hub.peer.token).status == 200
    options(hub, raw_token_in=False)
    assert with_header(cpo, hub, header) == 401


def test_a_raw_token_that_is_none_is_401(hub: HubServer, cpo: Platform) -> None:
    options(hub, raw_token_in=True)

    for header in (
        "Token unknown",
        "Token \u00fc",
        "Token",
        "Bearer " + cpo.hub.peer.token,
    ):
        assert with_header(cpo, hub, header) == 401


@pytest.mark.parametrize(("named", "status"), [({"post_credentials_200": True}, 200), ({}, 201)])
def test_the_post_of_credentials_is_answered_as_the_invitation_says(
    hub: HubServer, named: dict[str, bool], status: int
) -> None:
    body = {"name": "ABC", "roles": [ROLE], "options": named}
    invitation = hub.call("POST", "/partners", body=body).data
    with Platform([("CPO", "DE", "ABC", "ABC Charging")]) as platform:
        answer = platform.hub.register(invitation["versions_url"], invitation["token"])

    assert (answer.status, answer.code) == (status, 1000)
    assert hub.get("/partners/DE-ABC").data["state"] == "REGISTERED"
