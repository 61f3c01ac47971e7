"""Operators' tokens in the hub API: named, with a role, known at once and revoked at once."""

import pytest

from entrypoints.sandbox import Platform
from tests.http.hub_server import HubServer

ROLES = ("observer", "operator", "finance", "admin")
_FEE = ("PUT", "/agreements/DE-ABC~NL-MS1/fees/EUR", {"percent": 1})
_SUSPEND = ("POST", "/partners/DE-ABC/suspend", None)
_REPLAY = ("POST", "/cdrs/unknown/replay", None)
_ADD = ("POST", "/operators", {"name": "bo", "role": "observer"})
_CLOSED = {
    "observer": (_FEE, _SUSPEND, _REPLAY, _ADD, ("GET", "/operators", None)),
    "operator": (_FEE, _ADD, ("GET", "/settlement", None), ("GET", "/audit", None)),
    "finance": (_SUSPEND, _ADD, ("GET", "/audit", None), ("GET", "/audit/verify", None)),
    "admin": (),
}
_OPEN = {
    "observer": (("GET", "/partners", None), ("GET", "/settlement", None), ("GET", "/audit", None)),
    "operator": (("GET", "/partners", None), _SUSPEND, _REPLAY),
    "finance": (("GET", "/partners", None), ("GET", "/settlement", None), _FEE, _REPLAY),
    "admin": (_FEE, _SUSPEND, _ADD, ("GET", "/audit/verify", None), ("GET", "/operators", None)),
}


def made(hub: HubServer, role: str, name: str = "anna") -> str:
    """The token of a new operator."""
    answer = hub.call("POST", "/operators", body={"name": name, "role": role})
    assert answer.status == 201
    return str(answer.data["token"])


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not_do_is_403_with_a_plain_sentence(
    hub: HubServer, cpo: Platform, role: str
) -> None:
    token = made(hub, role)

    for method, path, body in _CLOSED[role]:
        answer = hub.call(method, path, token=token, body=body)
        assert (answer.status, answer.code) == (403, 2000), path
        assert answer.message.startswith(f"the role {role} may not ")
        assert answer.message.endswith(" may")


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_do_is_open(hub: HubServer, cpo: Platform, role: str) -> None:
    hub.call("POST", "/agreements", body={"one": "DE-ABC", "other": "NL-MS1"})
    token = made(hub, role)

    for method, path, body in _OPEN[role]:
        assert hub.call(method, path, token=token, body=body).status not in (401, 403), path


def test_operators_are_listed_without_their_tokens(hub: HubServer) -> None:
    token = made(hub, "finance")

    [listed] = hub.get("/operators").data
    assert (listed["name"], listed["role"], listed["revoked"]) == ("anna", "finance", None)
    assert token not in repr(listed)
    assert token not in str(list(hub.container.mongo()["operators"].find()))


def test_a_revoked_token_opens_nothing_at_once(hub: HubServer) -> None:
    token = made(hub, "admin")
    assert hub.call("GET", "/partners", token=token).status == 200

    revoked = hub.call("DELETE", "/operators/anna")

    assert revoked.data["revoked"] is not None
    answer = hub.call("GET", "/partners", token=token)
    assert (answer.status, answer.message) == (401, "this operator's token is revoked")
    assert hub.call("DELETE", "/operators/anna").data == revoked.data
    again = hub.call("POST", "/operators", body={"name": "anna", "role": "admin"})
    assert again.status == 409


def test_an_operator_s_token_opens_nothing_of_ocpi(hub: HubServer) -> None:
    token = made(hub, "admin")
    stranger = Platform([("OTHER", "NL", "TST", "")]).hub

    assert stranger.call("GET", f"{hub.url}/ocpi/versions", token=token).status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "Anna", "role": "admin"}, 400),
        ({"name": "anna", "role": "root"}, 422),
        ({"name": "anna"}, 422),
        ({"name": "x" * 41, "role": "admin"}, 422),
    ],
)
def test_what_makes_no_operator_is_refused(
    hub: HubServer, body: dict[str, str], status: int
) -> None:
    assert hub.call("POST", "/operators", body=body).status == status
    assert hub.get("/operators").data == []


def test_an_operator_that_never_was_is_404(hub: HubServer) -> None:
    assert hub.call("DELETE", "/operators/anna").status == 404
