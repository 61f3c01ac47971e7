"""Operators and partners: invite, connect, look, suspend, resume, rotate, remove (D-14, D-16)."""

from typing import Any

import pytest

from entrypoints.sandbox import Platform
from tests.http.commands import run
from tests.http.hub_server import ADMIN, HubServer

_CPO = {"role": "CPO", "country_code": "DE", "party_id": "ABC"}


def _platform() -> Platform:
    return Platform([("CPO", "DE", "ABC", "ABC Charging")])


def test_an_invitation_is_all_that_a_partner_needs(hub: HubServer) -> None:
    invited = hub.call("POST", "/partners", body={"name": "ABC", "roles": [_CPO]})

    assert (invited.status, set(invited.data)) == (
        201,
        {"id", "partner_id", "token", "versions_url"},
    )
    with _platform() as platform:
        answer = platform.hub.register(invited.data["versions_url"], invited.data["token"])
        assert answer.status == 201
    assert hub.get(f"/partners/{invited.data['partner_id']}").data["state"] == "REGISTERED"


def test_partners_are_shown_with_their_roles_and_without_a_secret(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    answer = hub.get("/partners")

    shown = [(each["partner_id"], each["type"], each["state"]) for each in answer.data]
    assert shown == [("DE-ABC", "CPO", "REGISTERED"), ("NL-MS1", "EMSP", "REGISTERED")]
    assert answer.headers["x-total-count"] == "2"
    [abc, _] = answer.data
    assert abc["reachable"] is True
    assert abc["last_seen"] is not None
    assert abc["roles"][0]["business_details"] == {"name": "ABC Charging"}
    secrets = [cpo.hub.peer.token, msp.hub.peer.token, ADMIN]
    assert not any(secret.encode() in answer.raw for secret in secrets)
    assert b"outbound" not in answer.raw
    assert b"fingerprint" not in answer.raw


@pytest.mark.parametrize("name", ["DE-ABC", "de-abc", "CPO:DE:ABC"])
def test_a_partner_is_found_by_party_and_by_name(hub: HubServer, cpo: Platform, name: str) -> None:
    assert hub.get(f"/partners/{name}").data["partner_id"] == "DE-ABC"


def test_an_invited_partner_is_found_by_its_party_too(hub: HubServer) -> None:
    hub.call("POST", "/partners", body={"name": "ABC", "roles": [_CPO], "expires_in_days": 3})

    shown = hub.get("/partners/DE-ABC").data

    assert (shown["state"], shown["partner_id"], shown["type"]) == ("INVITED", "DE-ABC", "CPO")
    assert shown["invited"] == [_CPO]
    assert shown["invitation_expires"] is not None


def test_a_name_of_several_partners_is_a_409_that_says_which(hub: HubServer, msp: Platform) -> None:
    ids = [_invited(hub, "Same", party_id) for party_id in ("AAA", "BBB")]

    shown, listed = hub.get("/partners/Same"), hub.get("/lanes?partner=Same")
    by_a_partner = hub.get("/deliveries?partner=Same", by=msp.hub)

    assert [(each.status, each.code) for each in (shown, listed)] == [(409, 2000)] * 2
    assert [f"{each} (Same)" in shown.message for each in ids] == [True, True]
    assert run(hub, "partner", "show", "Same").stderr == f"ocpi-hub: {shown.message}\n"
    assert hub.get(f"/partners/{ids[0]}").data["partner_id"] == "DE-AAA"
    assert by_a_partner.status == 403
    assert not any(each in by_a_partner.message for each in ids)


def _invited(hub: HubServer, name: str, party_id: str) -> str:
    role = {**_CPO, "party_id": party_id}
    invited = hub.call("POST", "/partners", body={"name": name, "roles": [role]})
    return str(invited.data["id"])


def test_a_role_that_is_taken_is_not_invited(hub: HubServer, cpo: Platform) -> None:
    answer = hub.call("POST", "/partners", body={"name": "Again", "roles": [_CPO]})

    assert (answer.status, answer.code) == (409, 2001)
    assert "CPO DE-ABC" in answer.message


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("", {}, {"name", "roles"}),
        ("", {"name": 7, "roles": [{**_CPO, "role": "HUB"}]}, {"name", "roles[0].role"}),
        ("", {"name": "ABC", "roles": []}, {"roles"}),
        ("", {"name": "ABC", "roles": [_CPO], "days": 3}, {"days"}),
        ("", {"name": "ABC", "roles": [_CPO], "expires_in_days": 0}, {"expires_in_days"}),
        ("/connect", {"name": "ABC"}, {"url", "token"}),
        ("/connect", {"name": "A", "url": "ftp://a", "token": "a b"}, {"url", "token"}),
    ],
)
def test_every_wrong_field_is_named(
    hub: HubServer, path: str, body: dict[str, Any], wrong: set[str]
) -> None:
    answer = hub.call("POST", f"/partners{path}", body=body)

    assert (answer.status, answer.code) == (422, 2001)
    assert {each["path"] for each in answer.data["errors"]} == wrong


@pytest.mark.parametrize(("body", "expected"), [(b"{", (400, 2000)), (b"[]", (422, 2001))])
def test_what_is_no_object_is_refused(
    hub: HubServer, body: bytes, expected: tuple[int, int]
) -> None:
    answer = hub.call("POST", "/partners", body=body)

    assert (answer.status, answer.code) == expected


def test_the_hub_registers_at_a_partner(hub: HubServer) -> None:
    with _platform() as platform:
        where = {"url": platform.versions_url, "token": platform.invite()}
        body = {"name": "ABC", "roles": [_CPO], **where}
        answer = hub.call("POST", "/partners/connect", body=body)

        assert (answer.status, answer.code) == (201, 1000), answer.message
        assert (answer.data["partner_id"], answer.data["state"]) == ("DE-ABC", "REGISTERED")
        assert hub.get("/locations", by=platform.hub).status == 200


def test_a_partner_that_is_connected_without_roles_is_approved_or_rejected(hub: HubServer) -> None:
    with _platform() as platform:
        body = {"name": "ABC", "url": platform.versions_url, "token": platform.invite()}
        waiting = hub.call("POST", "/partners/connect", body=body).data

        assert (waiting["state"], waiting["status"]) == ("TO_APPROVE", None)
        assert waiting["waiting"]["roles"] == [_CPO]
        closed = hub.get("/locations", by=platform.hub)
        assert (closed.status, closed.code) == (403, 2001)
        approved = hub.call("POST", "/partners/ABC/approve").data
        assert (approved["state"], approved["approved"]["roles"]) == ("REGISTERED", [_CPO])
        assert hub.call("POST", "/partners/ABC/reject").status == 409


def test_a_rejected_partner_is_unregistered(hub: HubServer) -> None:
    with _platform() as platform:
        body = {"name": "ABC", "url": platform.versions_url, "token": platform.invite()}
        hub.call("POST", "/partners/connect", body=body)

        assert hub.call("POST", "/partners/ABC/reject").data["state"] == "UNREGISTERED"
        assert platform.connection.peer is None


def test_a_set_is_changed_released_and_invited_again(hub: HubServer, cpo: Platform) -> None:
    pattern = {"role": "CPO", "country_code": "DE", "party_id": "*"}
    body = {"roles": [_CPO, pattern], "hub_party": "DE-HUB"}

    changed = hub.call("PUT", "/partners/DE-ABC/approved", body=body)

    assert changed.data["approved"] == {"roles": [_CPO, pattern], "hub_party": "DE-HUB"}
    assert hub.call("PUT", "/partners/DE-ABC/approved", body={"roles": [pattern]}).code == 2001
    again = hub.call("POST", "/partners/DE-ABC/invite", body={"expires_in_days": 2})
    assert (again.status, set(again.data)) == (201, {"id", "partner_id", "token", "versions_url"})
    assert hub.get("/locations", by=cpo.hub).status == 401
    name = again.data["id"]
    hub.call("DELETE", f"/partners/{name}")
    assert hub.call("POST", "/partners", body={"name": "New", "roles": [_CPO]}).code == 2001
    assert hub.call("POST", f"/partners/{name}/release").data["keeps"] == []
    assert hub.call("POST", "/partners", body={"name": "New", "roles": [_CPO]}).status == 201


def test_a_partner_that_refuses_the_token_is_not_connected(hub: HubServer) -> None:
    with _platform() as platform:
        body = {"name": "ABC", "url": platform.versions_url, "token": "not-the-token"}
        answer = hub.call("POST", "/partners/connect", body=body)

    assert (answer.status, answer.code) == (503, 3001)
    assert "401" in answer.message


def test_a_suspended_partner_is_kept_out_until_it_is_resumed(hub: HubServer, cpo: Platform) -> None:
    suspended = hub.call("POST", "/partners/DE-ABC/suspend")
    outside = hub.get("/locations", by=cpo.hub).status
    resumed = hub.call("POST", "/partners/DE-ABC/resume")

    assert (suspended.data["state"], suspended.data["reachable"]) == ("SUSPENDED", False)
    assert outside == 401
    assert resumed.data["state"] == "REGISTERED"
    assert hub.get("/locations", by=cpo.hub).status == 200


def test_rotating_gives_both_sides_new_tokens(hub: HubServer, cpo: Platform) -> None:
    before = cpo.hub.peer.token

    answer = hub.call("POST", "/partners/DE-ABC/rotate", body={"compromised": True})

    assert answer.code == 1000, answer.message
    assert cpo.hub.peer.token != before
    assert hub.call("GET", "/locations", token=before).status == 401
    assert hub.get("/locations", by=cpo.hub).status == 200


def test_rotating_needs_no_body(hub: HubServer, cpo: Platform) -> None:
    before = cpo.hub.peer.token

    assert hub.call("POST", "/partners/DE-ABC/rotate").code == 1000
    assert hub.call("GET", "/locations", token=before).status == 200


def test_a_removed_partner_is_told_and_cut_off(hub: HubServer, cpo: Platform) -> None:
    token = cpo.hub.peer.token

    removed = hub.call("DELETE", "/partners/DE-ABC")

    assert removed.data["state"] == "UNREGISTERED"
    assert [each.method for each in cpo.received if each.module == "credentials"] == ["DELETE"]
    assert hub.call("GET", "/locations", token=token).status == 401


@pytest.mark.parametrize("verb", ["suspend", "resume", "rotate"])
def test_what_a_partners_state_does_not_allow_is_a_conflict(hub: HubServer, verb: str) -> None:
    hub.call("POST", "/partners", body={"name": "ABC", "roles": [_CPO]})

    answer = hub.call("POST", f"/partners/ABC/{verb}")

    assert (answer.status, answer.code) == (409, 2000)
