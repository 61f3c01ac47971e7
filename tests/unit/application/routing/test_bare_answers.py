"""Operators' responses without an envelope: understood where they answer a command."""

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.memory import answer
from application.routing.passed import Relayed
from domain.errors import ReceiverFailed
from domain.ports import WireAnswer
from tests.builders import a_partner, a_reader
from tests.unit.application.commands_asked import a_house, asked, asked_profile, last
from tests.unit.application.house import House
from tests.unit.application.relays import given, passed

RESPONSE = {"result": "ACCEPTED", "timeout": 20}


def bare(document: Any, **fields: Any) -> WireAnswer:
    usual = answer(body=b" " + json.dumps(document).encode())
    return replace(usual, **{"code": None, "data": None, "bare": document, **fields})


@pytest.mark.parametrize("ask", [asked, asked_profile])
def test_a_bare_response_is_put_into_an_envelope(ask: Any) -> None:
    house = a_house()
    house.wire.script.append(bare(RESPONSE))

    relayed = house.command_sender.ask(ask())

    assert isinstance(relayed, Relayed)
    envelope = json.loads(relayed.body or b"")
    assert (relayed.status, relayed.code) == (200, 1000)
    assert (envelope["data"], envelope["status_code"]) == (RESPONSE, 1000)
    assert envelope["timestamp"].endswith("Z")
    command = last(house)
    assert command.response is not None
    assert (command.status, command.response.timeout_s) == ("ACCEPTED", 20)


@pytest.mark.parametrize(
    "said",
    [bare({"answer": "yes"}), bare(None), bare({"result": 1}), bare(RESPONSE, status=500)],
    ids=["another object", "none", "a number", "a failure"],
)
def test_what_is_no_response_is_no_answer(said: WireAnswer) -> None:
    house = a_house()
    house.wire.script.append(said)

    with pytest.raises(ReceiverFailed, match="without OCPI's envelope"):
        house.command_sender.ask(asked())


def test_a_bare_answer_to_anything_else_is_no_answer() -> None:
    house = House().with_partners(a_partner(), a_reader())
    given(house, bare(RESPONSE))

    with pytest.raises(ReceiverFailed, match="without OCPI's envelope"):
        house.request_relay.relay(passed())
