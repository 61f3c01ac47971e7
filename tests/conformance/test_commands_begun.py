"""Commands of the hub API on a whole hub: sent by its worker, else by its sweeper (D-10)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.sandbox import Platform, Received
from entrypoints.sandbox.commands import carrying_out, start_session
from entrypoints.sandbox.wire import Document
from tests.conformance.guests import Join
from tests.conformance.running import RunningHub, a_hub
from tests.conformance.steps import fresh, party_of, until

pytestmark = pytest.mark.e2e
TO_ABC = {"OCPI-to-country-code": "DE", "OCPI-to-party-id": "ABC"}


def _begin(hub: RunningHub, msp: Platform, body: Document) -> str:
    """The id of the command, begun by its first party."""
    url = f"{hub.url}/hub/v1/commands/START_SESSION"
    answer = msp.hub.call("POST", url, token=msp.hub.peer.token, headers=TO_ABC, body=body)
    assert (answer.status, answer.code, answer.data["status"]) == (202, 1000, "PENDING")
    return str(answer.data["command_id"])


def _state(hub: RunningHub, msp: Platform, command_id: str) -> Document:
    url = f"{hub.url}/hub/v1/commands/{command_id}"
    found: Document = msp.hub.call("GET", url, token=msp.hub.peer.token).data
    return found


def _commands(cpo: Platform) -> list[Received]:
    return [each for each in cpo.received if each.module == "commands"]


def test_a_worker_sends_it_at_once_and_its_result_is_there_to_be_read(
    hub: RunningHub, p1: Platform, p3: Platform
) -> None:
    p1.behave(carrying_out(p1, [{"result": "ACCEPTED"}]), "commands")
    body = start_session("") | {"location_id": fresh()}
    del body["response_url"]

    command = _begin(hub, p3, body)

    until(lambda: len(_state(hub, p3, command)["results"]) == 1)
    found = _state(hub, p3, command)
    assert [step["status"] for step in found["steps"]][:2] == ["PENDING", "SENT"]
    assert found["results"][0]["forwarding"] == "held"
    assert len(_commands(p1)) == 1


def test_deadlines_are_kept_by_the_sweeper(join: Join, hub: RunningHub, p3: Platform) -> None:
    owner = join("CPO")
    owner.behave(carrying_out(owner, [], timeout=1), "commands")
    mine = p3.callback_url("commands", fresh())

    answer = p3.hub.push(
        "POST", "commands", ("START_SESSION",), start_session(mine), to=party_of(owner)
    )

    assert answer.data["timeout"] == 1
    [found] = [each for each in _listed(hub, p3) if each["receiver"] == "-".join(party_of(owner))]
    until(lambda: _state(hub, p3, found["command_id"])["status"] == "TIMEOUT")
    assert not [each for each in p3.received if each.module == "commands"]


def _listed(hub: RunningHub, msp: Platform) -> list[Document]:
    url = f"{hub.url}/hub/v1/commands"
    found: list[Document] = msp.hub.call("GET", url, token=msp.hub.peer.token).data
    return found


@pytest.fixture
def own_hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub that may be killed."""
    with a_hub(tmp_path / "hub") as running:
        yield running


def test_what_was_begun_and_what_is_awaited_outlive_a_crash(own_hub: RunningHub) -> None:
    """Killed between a command and its result; what came too late meanwhile is not made up."""
    with (
        Platform([("CPO", "DE", "ABC", "ABC")]) as cpo,
        Platform([("EMSP", "NL", "MS1", "MS1")]) as msp,
    ):
        cpo.hub.register(own_hub.versions_url, own_hub.invited("CPO:DE:ABC"))
        msp.hub.register(own_hub.versions_url, own_hub.invited("EMSP:NL:MS1"))
        cpo.behave(carrying_out(cpo, [], timeout=600), "commands")
        mine = msp.callback_url("commands", "1")
        waiting = _begin(own_hub, msp, start_session(mine))
        until(lambda: _state(own_hub, msp, waiting)["status"] == "ACCEPTED")
        [asked] = _commands(cpo)

        own_hub.restart()

        assert _state(own_hub, msp, waiting)["status"] == "ACCEPTED"
        result = cpo.hub.callback(asked.json()["response_url"], {"result": "ACCEPTED"})
        got = msp.wait_for(lambda each: each.path.endswith("/callback/1"))
        assert (result.ok, got.json()) == (True, {"result": "ACCEPTED"})
        assert len(_commands(cpo)) == 1
