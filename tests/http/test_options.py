"""Options of a connection on the wire: raw tokens, and POST of credentials answered 200."""

import time
from typing import Any

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.http.commands import printed, run
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


def test_how_fast_a_partner_is_sent_what_it_is_owed_is_set_and_shown_on_both_sides(
    hub: HubServer, cpo: Platform
) -> None:
    options(hub, sends_per_s=50)
    shown = printed(hub, "partner", "set", "DE-ABC", "--sends-at-once", "2")["options"]
    assert (shown["sends_per_s"], shown["sends_at_once"]) == (50, 2)

    said = run(hub, "partner", "set", "DE-ABC", "--sends-per-s", "60").stdout
    assert said.endswith("cdr=default, sends_per_s=60, sends_at_once=2\n")
    printed(hub, "partner", "set", "DE-ABC", "--sends-per-s", "0")
    shown = hub.get("/partners/DE-ABC").data["options"]
    assert (shown["sends_per_s"], shown["sends_at_once"]) == (0, 2)
    for wrong in ({"sends_per_s": -1}, {"sends_at_once": 5}, {"sends_per_s": "many"}):
        assert hub.call("PATCH", "/partners/DE-ABC/options", body=wrong).status == 422


def test_a_partner_is_sent_no_more_than_its_pace(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    hub.call("PATCH", "/partners/NL-MS1/options", body={"sends_per_s": 5})
    _pushed(hub, cpo, range(12))
    msp.clear()

    begun = time.monotonic()
    hub.deliver()

    assert sum(each.module == "locations" for each in msp.received) == 12
    assert time.monotonic() - begun > 11 / 5 - 0.5


def _pushed(hub: HubServer, cpo: Platform, numbers: range) -> None:
    for number in numbers:
        site = location(id=f"L{number}")
        assert hub.call("PUT", f"/locations/L{number}", by=cpo.hub, body=site).ok


def test_a_partner_that_is_back_is_sent_its_backlog_slowly_at_first(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    _pushed(hub, cpo, range(5))
    msp.behave("http:503", "locations")
    hub.deliver()
    [lane] = [each for each in hub.get("/lanes?partner=NL-MS1").data if each["class"] == "state"]
    assert lane["breaker"] == "open"
    _pushed(hub, cpo, range(5, 60))
    msp.behave("well", "locations")
    msp.clear()

    begun = time.monotonic()
    assert msp.hub.call("GET", f"{hub.url}/ocpi/versions", token=msp.hub.peer.token).ok
    hub.call("POST", "/deliveries/retry", body={"partner": "NL-MS1"})
    hub.deliver()

    assert sum(each.module == "locations" for each in msp.received) >= 60
    assert time.monotonic() - begun > 1.5
