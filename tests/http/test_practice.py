"""What practice sends, small: each is taken as it is meant."""

import json
from typing import Any

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.fixtures import location
from entrypoints.sandbox.wire import authorization
from tests.http.hub_server import HubServer

BOM = b"\xef\xbb\xbf"


def url(hub: HubServer, path: str) -> str:
    return f"{hub.url}/ocpi/2.3.0/{path}"


def call(platform: Platform, method: str, target: str, **named: Any) -> Answer:
    """From the platform's party, without a receiver."""
    party = platform.hub.profile().parties[0].id
    headers = {"OCPI-from-country-code": party[0], "OCPI-from-party-id": party[1]}
    token = platform.hub.peer.token
    return platform.hub.call(method, target, token=token, headers=headers, **named)


def put(cpo: Platform, hub: HubServer, name: str, before: bytes = b"") -> Answer:
    body = before + json.dumps(location(id=name)).encode()
    return call(cpo, "PUT", url(hub, f"receiver/locations/DE/ABC/{name}"), body=body)


def test_a_limit_of_any_size_is_cut(hub: HubServer, msp: Platform, cpo: Platform) -> None:
    put(cpo, hub, "L1")

    for limit in ("1000000000", "9" * 400, "0000000000000100"):
        page = call(msp, "GET", url(hub, f"sender/locations?limit={limit}"))
        assert (page.code, len(page.data), page.headers["x-limit"]) == (1000, 1, "100")
    for limit in ("0", "000", "-1", "1e9", "x", ""):
        assert call(msp, "GET", url(hub, f"sender/locations?limit={limit}")).code == 2001
    assert call(msp, "GET", url(hub, "sender/locations?offset=9999999999")).code == 2001


@pytest.mark.parametrize("spaces", ["  ", "   \t "])
def test_spaces_behind_the_scheme_do_not_count(hub: HubServer, cpo: Platform, spaces: str) -> None:
    header = authorization(cpo.hub.peer.token).replace(" ", spaces)

    answer = cpo.hub.call("GET", f"{hub.url}/ocpi/versions", headers={"Authorization": header})

    assert answer.status == 200


def test_a_byte_order_mark_is_no_part_of_a_body(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    assert put(cpo, hub, "L1", BOM).status == 201
    assert put(cpo, hub, "L2").status == 201

    page = call(msp, "GET", url(hub, "sender/locations"))

    assert [each["id"] for each in page.data] == ["L1", "L2"]
    assert BOM not in page.raw


@pytest.mark.parametrize("body", [b"{}", b"null", b"", BOM + b"{}"])
@pytest.mark.parametrize("path", ["T1", "NL/MS1/T1"])
def test_authorize_with_nothing_in_it_asks_the_issuer(
    hub: HubServer, cpo: Platform, msp: Platform, body: bytes, path: str
) -> None:
    issued = token(uid="T1")
    msp.own("tokens", issued)
    assert msp.hub.push("PUT", "tokens", ("NL", "MS1", "T1"), issued, to=msp.hub.hub_party).ok
    msp.clear()

    answer = call(cpo, "POST", url(hub, f"sender/tokens/{path}/authorize"), body=body)

    assert (answer.code, answer.data["allowed"]) == (1000, "ALLOWED")
    [asked] = [each for each in msp.received if each.module == "tokens"]
    assert asked.path.endswith("/tokens/T1/authorize")
