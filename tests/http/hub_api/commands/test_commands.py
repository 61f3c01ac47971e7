"""Commands that their requester does not wait for: an id at once, and their state later (D-10)."""

from typing import Any

import pytest

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.commands import carrying_out, start_session, stop_session
from entrypoints.sandbox.fixtures import location
from entrypoints.sandbox.wire import Document
from tests.http.hub_server import HubServer

TO_ABC = {"OCPI-to-country-code": "DE", "OCPI-to-party-id": "ABC"}
HOME = "https://emsp.example/1"


def _begin(
    hub: HubServer,
    msp: Platform,
    body: Document,
    *,
    name: str = "START_SESSION",
    headers: Any = TO_ABC,
) -> Answer:
    return hub.call("POST", f"/commands/{name}", by=msp.hub, body=body, headers=headers)


def _without_url() -> Document:
    return {name: value for name, value in start_session("").items() if name != "response_url"}


def _send(hub: HubServer, begun: Answer) -> None:
    """What a worker does."""
    hub.container.hub.command_sender.send(begun.data["command_id"])


def test_it_has_an_id_at_once_and_a_state_later(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    begun = _begin(hub, msp, _without_url())
    path = f"/commands/{begun.data['command_id']}"
    pending = hub.get(path, by=msp.hub)
    assert not cpo.received
    _send(hub, begun)
    accepted = hub.get(path, by=msp.hub)
    [asked] = cpo.received
    cpo.hub.callback(asked.json()["response_url"], {"result": "EVSE_OCCUPIED", "x": 1})
    done = hub.get(path, by=msp.hub)

    assert (begun.status, begun.code, begun.data["status"]) == (202, 1000, "PENDING")
    assert pending.data["status"] == "PENDING"
    assert pending.data["response"] is None
    assert accepted.data["status"] == "ACCEPTED"
    assert accepted.data["response"]["document"] == {"result": "ACCEPTED", "timeout": 30}
    assert done.data["status"] == "EVSE_OCCUPIED"
    [result] = done.data["results"]
    assert (result["forwarding"], result["document"]) == (
        "held",
        {"result": "EVSE_OCCUPIED", "x": 1},
    )
    statuses = [step["status"] for step in done.data["steps"]]
    assert statuses == ["PENDING", "SENT", "ACCEPTED", "EVSE_OCCUPIED"]
    assert all(step["at"].endswith("Z") for step in done.data["steps"])
    assert (done.data["requester"], done.data["receiver"]) == ("NL-MS1", "DE-ABC")
    assert asked.from_ == ("NL", "MS1")


def test_its_result_goes_to_the_response_url_where_there_is_one(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    cpo.behave(carrying_out(cpo, [{"result": "ACCEPTED"}]), "commands")
    begun = _begin(hub, msp, start_session(msp.callback_url("commands", "1")))

    _send(hub, begun)

    got = msp.wait_for(lambda each: each.method == "POST")
    assert (got.json(), got.segments) == ({"result": "ACCEPTED"}, ("callback", "1"))


def test_its_operator_is_found_by_its_location(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=location())

    begun = _begin(hub, msp, start_session(HOME), headers=None)

    found = hub.get(f"/commands/{begun.data['command_id']}")
    assert (found.data["receiver"], found.data["location_id"]) == ("DE-ABC", "LOC1")


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("START_SESSION", start_session(HOME), (2003, "REJECTED")),
        ("STOP_SESSION", stop_session(HOME), (2001, "UNKNOWN_SESSION")),
    ],
)
def test_where_no_operator_is_found_there_is_no_command(
    hub: HubServer, msp: Platform, name: str, body: Document, expected: tuple[int, str]
) -> None:
    answer = _begin(hub, msp, body, name=name, headers=None)

    assert (answer.status, answer.code, answer.data["result"]) == (404, *expected)
    assert hub.get("/commands").data == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (start_session("ftp://emsp.example/"), (422, 2001)),
        (start_session(HOME, card=token("BE", "MS2")), (422, 2001)),
        ({"response_url": HOME}, (422, 2001)),
        ([], (422, 2001)),
        (b"{", (400, 2000)),
    ],
)
def test_what_is_no_command_is_refused(
    hub: HubServer, cpo: Platform, msp: Platform, body: Any, expected: tuple[int, int]
) -> None:
    answer = _begin(hub, msp, body)

    assert (answer.status, answer.code) == expected


def test_an_unknown_command_is_sent_as_it_is(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    begun = _begin(hub, msp, {"x": 1}, name="MY%20OWN")

    _send(hub, begun)

    [asked] = cpo.received
    assert (asked.segments, asked.json()) == (("MY OWN",), {"x": 1})


def test_an_unknown_party_is_4001_and_a_missing_one_too(hub: HubServer, msp: Platform) -> None:
    assert _begin(hub, msp, start_session(HOME)).code == 4001
    assert _begin(hub, msp, {}, name="MY_OWN", headers=None).code == 4001


def test_an_operator_sends_none(hub: HubServer) -> None:
    assert hub.call("POST", "/commands/START_SESSION", body={}).status == 403


def test_commands_are_shown_to_who_asked_and_to_operators(
    hub: HubServer, cpo: Platform, msp: Platform
) -> None:
    ids = [_begin(hub, msp, start_session(HOME)).data["command_id"] for _ in range(3)]

    listed = hub.get("/commands", by=msp.hub)
    page = hub.get("/commands?limit=1&offset=1")

    assert [each["command_id"] for each in listed.data] == ids[::-1]
    assert [each["command_id"] for each in page.data] == [ids[1]]
    assert page.headers["x-total-count"] == "3"
    assert hub.get("/commands", by=cpo.hub).data == []
    assert hub.get(f"/commands/{ids[0]}", by=cpo.hub).status == 404
    assert hub.get(f"/commands/{ids[0]}").ok
    assert hub.get("/commands/nothing").status == 404


def test_a_failure_is_said(hub: HubServer, cpo: Platform, msp: Platform) -> None:
    cpo.behave("http:500", "commands")
    begun = _begin(hub, msp, start_session(HOME))

    _send(hub, begun)

    found = hub.get(f"/commands/{begun.data['command_id']}", by=msp.hub)
    assert found.data["status"] == "FAILED"
    assert found.data["reason"] == "DE-ABC answered HTTP 500 without OCPI's envelope"
