"""Answers of OCPI's surface that say what is so: which token, which limit, which URL, why not."""

from datetime import timedelta

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.fixtures import location
from tests.http.hub_server import HubServer

_OWN = ("DE", "ABC")


def _said(answer: Answer) -> tuple[int, int, str]:
    return answer.status, answer.code, answer.message


def _list(hub: HubServer, by: Platform, token: str) -> Answer:
    return by.hub.call("GET", f"{hub.url}/ocpi/2.3.0/sender/locations", token=token)


def test_401_says_which_token_it_was(hub: HubServer, cpo: Platform) -> None:
    roles = [{"role": "CPO", "country_code": "DE", "party_id": "XYZ"}]
    invited = hub.call("POST", "/partners", body={"name": "XYZ", "roles": roles}).data["token"]
    late = hub.container.hub.administration.invite_again(_id(hub, "XYZ"), life=timedelta())
    spent = cpo.hub.peer.token
    cpo.hub.rotate()
    used = _list(hub, cpo, cpo.hub.peer.token)
    said = {
        name: _said(_list(hub, cpo, token))[2]
        for name, token in (("none", ""), ("wrong", "unknown"), ("old", spent), ("A", invited))
    }
    expired = _said(_list(hub, cpo, late.token))

    assert used.status == 200
    assert said["none"].startswith("Authorization: Token <base64")
    assert said["wrong"] == "the credentials token is not known"
    assert "used up: use token C" in said["old"]
    assert "used up" in said["A"]
    assert expired[0] == 401
    assert "expired" in expired[2]


def test_401_says_that_an_invitation_is_for_the_handshake(hub: HubServer, cpo: Platform) -> None:
    roles = [{"role": "CPO", "country_code": "DE", "party_id": "XYZ"}]
    invited = hub.call("POST", "/partners", body={"name": "XYZ", "roles": roles}).data["token"]

    status, code, message = _said(_list(hub, cpo, invited))

    assert (status, code) == (401, 2000)
    assert "(token A) is good for the handshake only" in message


@pytest.mark.parametrize(
    ("act", "reason"), [("suspend", "suspended"), ("", "has ended: the hub's operator")]
)
def test_401_says_that_the_connection_is_no_more(
    hub: HubServer, cpo: Platform, act: str, reason: str
) -> None:
    token = cpo.hub.peer.token
    method = "POST" if act else "DELETE"
    hub.call(method, f"/partners/DE-ABC/{act}".rstrip("/"))

    status, code, message = _said(_list(hub, cpo, token))

    assert (status, code) == (401, 2000)
    assert reason in message


def test_a_stale_push_says_that_it_had_no_effect(hub: HubServer, cpo: Platform) -> None:
    segments = (*_OWN, "LOC1")
    cpo.hub.push(
        "PUT", "locations", segments, location(id="LOC1", last_updated="2026-02-01T00:00:00Z")
    )

    answer = cpo.hub.push(
        "PUT", "locations", segments, location(id="LOC1", last_updated="2026-01-31T00:00:00Z")
    )

    assert _said(answer) == (200, 1000, "no effect: the hub has a newer one, by last_updated")


def test_413_names_the_limit(hub: HubServer, cpo: Platform) -> None:
    answer = cpo.hub.push("PUT", "locations", (*_OWN, "LOC1"), body=b" " * (1_048_577))

    assert (answer.status, answer.code) == (413, 2000)
    assert "1,048,576 bytes at most" in answer.message


@pytest.mark.parametrize(
    ("coding", "status", "reason"),
    [
        ("br", 415, "gzip, deflate would do"),
        ("gzip", 400, "the body cannot be unpacked: it is no whole gzip"),
    ],
)
def test_a_body_that_is_packed_wrongly_is_told_so(
    hub: HubServer, cpo: Platform, coding: str, status: int, reason: str
) -> None:
    headers = {"Content-Encoding": coding}
    answer = cpo.hub.push("PUT", "locations", (*_OWN, "LOC1"), body=b"{}", headers=headers)

    assert (answer.status, answer.code) == (status, 2000)
    assert reason in answer.message


@pytest.mark.parametrize(
    ("method", "below", "status", "message"),
    [
        (
            "PUT",
            "2.3.0/receiver/locations/LOC1",
            404,
            "PUT of receiver/locations goes to /ocpi/2.3.0/receiver/locations/{country_code}/"
            "{party_id}/{location_id}[/{evse_uid}[/{connector_id}]]",
        ),
        (
            "GET",
            "2.3.0/locations",
            404,
            "a URL of locations begins with /ocpi/2.3.0/sender/locations or"
            " /ocpi/2.3.0/receiver/locations",
        ),
        ("DELETE", "2.3.0/receiver/locations/DE/ABC/1", 405, "receiver/locations takes GET, PUT,"),
        ("GET", "2.2.1/sender/locations", 404, "GET /ocpi/versions"),
        ("GET", "2.3.0/nonsense", 404, "GET /ocpi/2.3.0 lists"),
    ],
)
def test_a_url_of_the_wrong_shape_is_told_the_right_one(
    hub: HubServer, cpo: Platform, method: str, below: str, status: int, message: str
) -> None:
    answer = cpo.hub.call(method, f"{hub.url}/ocpi/{below}", token=cpo.hub.peer.token)

    assert (answer.status, answer.code) == (status, 2000)
    assert message in answer.message


def test_a_url_that_names_no_party_says_where_parties_are(hub: HubServer, cpo: Platform) -> None:
    answer = cpo.hub.push("PUT", "locations", ("LOC1", "EVSE1", "1"), body={})

    assert (answer.status, answer.code) == (200, 2001)
    assert "LOC1/EVSE1 in the URL is no party" in answer.message
    assert "{country_code}/{party_id}/{id}" in answer.message


def test_to_ones_own_party_says_so(hub: HubServer, cpo: Platform) -> None:
    answer = cpo.hub.push("PUT", "locations", (*_OWN, "LOC1"), location(id="LOC1"), to=_OWN)

    assert (answer.status, answer.code) == (200, 4000)
    assert "DE-ABC is your own party, and offers no RECEIVER interface" in answer.message


def _id(hub: HubServer, name: str) -> str:
    return str(hub.get(f"/partners/{name}").data["id"])
