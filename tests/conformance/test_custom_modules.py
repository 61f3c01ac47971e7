"""Modules and commands that the hub knows nothing of: passed on by TO (T-EXT-3, case 118)."""

import pytest

from entrypoints.sandbox import Answer, Platform, Reply, success
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, RunningHub
from tests.conformance.steps import OK, outcome, parties, party_of

pytestmark = pytest.mark.e2e
THINGS = "nltnm-things"


@pytest.fixture
def owner(join: Join) -> Platform:
    """A CPO that offers both interfaces of a module of its own."""
    own = [(THINGS, "RECEIVER"), (THINGS, "SENDER")]
    return join("CPO", modules=[("locations", "SENDER"), *own])


def _headers(to: tuple[str, str] | None) -> dict[str, str]:
    named = {"OCPI-from-country-code": MS1[0], "OCPI-from-party-id": MS1[1]}
    if to is not None:
        named |= {"OCPI-to-country-code": to[0], "OCPI-to-party-id": to[1]}
    return named


def _call(
    hub: RunningHub, p3: Platform, method: str, path: str, to: tuple[str, str] | None, body: bytes
) -> Answer:
    url = hub.place(path)
    token = p3.hub.peer.token
    return p3.hub.call(method, url, token=token, headers=_headers(to), body=body or None)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("interface", ["receiver", "sender"])
def test_a_custom_module_is_passed_on_as_it_is(
    hub: RunningHub, owner: Platform, p3: Platform, method: str, interface: str
) -> None:
    owner.behave(lambda _: success({"did": method}, headers={"X-Total-Count": "7"}), THINGS)
    body = b'{ "any" : [1.0, "\\u00e4"] }' if method in ("POST", "PUT", "PATCH") else b""
    path = f"{interface}/{THINGS}/a%2Fb/c?x=1&y=%20z"

    answer = _call(hub, p3, method, path, party_of(owner), body)

    received = owner.wait_for(lambda each: each.module == THINGS)
    assert (outcome(answer), answer.data) == (OK, {"did": method})
    assert (received.method, received.role) == (method, interface.upper())
    assert received.path.endswith(f"/{THINGS}/a%2Fb/c")
    assert (received.query, received.body) == ("x=1&y=%20z", body)
    assert (received.to, received.from_) == (party_of(owner), MS1)
    assert parties(answer) == (MS1, party_of(owner))
    assert received.headers["x-request-id"] != answer.request_id
    assert received.headers["x-correlation-id"] == answer.correlation_id
    assert answer.raw == received.answer_body
    assert answer.headers["x-total-count"] == "7"


def test_a_custom_module_has_a_list_too(hub: RunningHub, owner: Platform, p3: Platform) -> None:
    owner.behave(lambda _: success([1, 2]), THINGS)

    assert _call(hub, p3, "GET", f"sender/{THINGS}", party_of(owner), b"").data == [1, 2]


@pytest.mark.parametrize("to", [None, HUB, ("XX", "NON")])
def test_a_custom_module_without_a_receiver_is_4001(
    hub: RunningHub, owner: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    answer = _call(hub, p3, "PUT", f"receiver/{THINGS}/1", to, b"{}")

    assert outcome(answer) == (200, 4001)
    assert parties(answer) == (MS1, HUB)
    assert not [each for each in owner.received if each.module == THINGS]


def test_a_custom_module_that_the_receiver_lacks_is_4000(hub: RunningHub, p3: Platform) -> None:
    assert outcome(_call(hub, p3, "PUT", f"receiver/{THINGS}/1", ABC, b"{}")) == (200, 4000)


def test_custom_modules_are_not_listed_in_the_details(hub: RunningHub, p3: Platform) -> None:
    answer = p3.hub.call("GET", hub.place(""), token=p3.hub.peer.token)

    assert {each["identifier"] for each in answer.data["endpoints"]} == {
        "cdrs",
        "chargingprofiles",
        "commands",
        "credentials",
        "hubclientinfo",
        "locations",
        "sessions",
        "tariffs",
        "tokens",
    }


def test_a_custom_module_is_for_those_who_may_come_in(hub: RunningHub, p3: Platform) -> None:
    url = hub.place(f"receiver/{THINGS}/1")
    foreign = _headers(ABC) | {"OCPI-from-party-id": "MS9"}

    assert p3.hub.call("GET", url, headers=_headers(ABC)).status == 401
    assert p3.hub.call("GET", url, token=p3.hub.peer.token, headers=foreign).status == 403


@pytest.mark.parametrize("module", ["locations", "tokens", "sessions", "cdrs", "commands"])
def test_ocpis_own_modules_are_never_taken_for_custom_ones(
    hub: RunningHub, p3: Platform, module: str
) -> None:
    answer = _call(hub, p3, "DELETE", f"receiver/{module}/DE/ABC/X/Y/Z/1", ABC, b"")

    assert answer.status in (404, 405)


def test_case_118_an_unknown_command_is_passed_on(
    hub: RunningHub, p1: Platform, p3: Platform
) -> None:
    body = b'{ "x":1.0,"response_url" : "https://example.com/1" }'

    answer = _call(hub, p3, "POST", "receiver/commands/MY_CUSTOM", ABC, body)

    received = p1.wait_for(lambda each: each.module == "commands")
    assert (outcome(answer), answer.data["result"]) == (OK, "ACCEPTED")
    assert received.segments == ("MY_CUSTOM",)
    assert (received.to, received.from_) == (ABC, MS1)
    theirs = received.json()["response_url"]
    assert theirs.startswith(hub.place("sender/commands/MY_CUSTOM/"))
    assert received.body == body.replace(b"https://example.com/1", theirs.encode())
    assert outcome(_call(hub, p3, "POST", "receiver/commands/MY_CUSTOM", None, body)) == (200, 4001)


@pytest.mark.parametrize("body", [b"<x/>", b"[1, 2]", b"", b'{"y": 2}'])
def test_an_unknown_command_may_have_any_body(
    hub: RunningHub, p1: Platform, p3: Platform, body: bytes
) -> None:
    answer = _call(hub, p3, "POST", "receiver/commands/MY%20CUSTOM", ABC, body)

    received = p1.wait_for(lambda each: each.module == "commands")
    assert outcome(answer) == OK
    assert received.path.endswith("/commands/MY%20CUSTOM")
    assert received.body == body


def test_what_comes_back_is_a_reply_even_without_routing_headers(
    hub: RunningHub, owner: Platform, p3: Platform
) -> None:
    """The hub fills in what a receiver leaves out."""
    left_out = {"OCPI-to-country-code": "", "OCPI-from-party-id": "", "X-Request-ID": "wrong"}
    owner.behave(lambda _: Reply(200, success([]).body, left_out), THINGS)

    answer = _call(hub, p3, "GET", f"sender/{THINGS}", party_of(owner), b"")

    assert parties(answer) == (MS1, party_of(owner))
    assert answer.headers["x-request-id"] == answer.request_id
