"""Commands are passed on once, now, and only if that is right."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from adapters.memory import FixedClock, answer
from application.routing.passed import Relayed
from domain import errors
from domain.commands.phases import Phase
from domain.commands.requests import Side
from domain.errors import AddressRefused, NoAnswer, RecordChanged, StoreUnavailable, Unreachable
from domain.partners.partner import PartnerState
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, XYZ, PlainSecrets, after
from tests.unit.application.commands_asked import (
    BASE,
    P3,
    a_body,
    a_house,
    asked,
    begun_by,
    envelope,
    last,
    now,
    says,
    sent_by,
)
from tests.unit.application.house import House, TalkingWire


def test_what_arrives_is_what_was_asked_but_for_the_response_url(house: House) -> None:
    house.wire.script.append(says(timeout=7))

    relayed = house.command_sender.ask(asked())

    [request] = house.wire.asked
    theirs = f"{BASE}/commands/START_SESSION/new-token-1"
    assert isinstance(relayed, Relayed)
    assert relayed.body == says(timeout=7).body
    assert house.json.parse(request.body) == a_body("START_SESSION") | {"response_url": theirs}
    assert request.url == "https://cpo.example/2.3.0/receiver/commands/START_SESSION"
    assert (request.sender, request.receiver, request.correlation_id) == (XYZ, ABC, "C-1")


def test_it_is_kept_and_claimed_before_a_byte_of_it_leaves() -> None:
    kept: list[str] = []
    wire = TalkingWire()
    house = a_house(wire=wire)

    def answers(_: WireRequest) -> WireAnswer:
        kept.append(last(house).status)
        return says()

    wire.answers = answers

    house.command_sender.ask(asked())

    assert kept == ["SENT"]


def test_what_was_answered_is_in_the_record(house: House) -> None:
    command = sent_by(house, answer=says(timeout=7))

    assert command.status == "ACCEPTED"
    assert [step.status for step in command.steps] == ["PENDING", "SENT", "ACCEPTED"]
    assert command.response is not None
    assert (command.response.timeout_s, command.deadline) == (7, after(7))
    assert (command.requester, command.target) == (Side("emsp", XYZ), Side("cpo", ABC))
    assert command.response_url == P3
    assert command.unsent is None


@pytest.mark.parametrize(
    ("answered", "status", "untold"),
    [
        (says("REJECTED", 0), "REJECTED", ("REJECTED",)),
        (says("REJECTED", 0, code=2003), "REJECTED", ("REJECTED",)),
        (says("ACCEPTED", 9, code=2000), "FAILED", ("FAILED",)),
        (says("NOT_SUPPORTED", None), "NOT_SUPPORTED", ("NOT_SUPPORTED",)),
        (says("ACCEPTED", True), "ACCEPTED", ()),
        (envelope(code=3000), "FAILED", ("FAILED",)),
        (envelope([1]), "FAILED", ("FAILED",)),
        (answer(status=404, code=None), "FAILED", ("FAILED",)),
    ],
)
def test_every_answer_is_relayed_and_noted(
    house: House, answered: Any, status: str, untold: tuple[str, ...]
) -> None:
    command = sent_by(house, answer=answered)

    assert (command.status, command.untold) == (status, untold)


def test_an_odd_response_is_counted_and_relayed(house: House) -> None:
    sent_by(house, answer=says("REJECTED", None))

    assert house.counted("odd_responses", command="START_SESSION") == 1


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (NoAnswer("slow", timed_out=True), errors.ReceiverTimedOut),
        (NoAnswer("broke", timed_out=False), errors.ReceiverFailed),
        (Unreachable("gone"), errors.ReceiverAway),
        (AddressRefused("private"), errors.ReceiverAway),
    ],
)
def test_no_response_is_ever_made_up(
    house: House, failure: Any, expected: type[errors.HubError]
) -> None:
    house.wire.script.append(failure)

    with pytest.raises(expected):
        house.command_sender.ask(asked())

    command = last(house)
    assert (command.phase, command.status) == (Phase.FAILED, "FAILED")
    assert command.reason


def test_a_platform_without_the_module_is_noted_as_failed(house: House) -> None:
    cpo = house.partners.get("cpo")
    house.partners.save(replace(cpo, endpoints=cpo.endpoints[:2]))

    with pytest.raises(errors.NotOffered):
        house.command_sender.ask(asked())

    assert last(house).status == "FAILED"


@pytest.mark.parametrize("change", [{"state": PartnerState.SUSPENDED}, {"roles": ()}])
def test_nothing_is_kept_of_what_cannot_be_sent_at_all(house: House, change: Any) -> None:
    house.partners.save(replace(house.partners.get("cpo"), **change))

    with pytest.raises((errors.ReceiverAway, errors.UnknownReceiver)):
        house.command_sender.ask(asked())

    assert not house.commands.held


@dataclass
class _SlowSecrets(PlainSecrets):
    """It takes five seconds to open a token."""

    clock: FixedClock = field(default_factory=FixedClock)

    def unseal(self, sealed: str, *, partner_id: str) -> str:
        self.clock.advance(5)
        return super().unseal(sealed, partner_id=partner_id)


@pytest.mark.parametrize(("started_at", "is_sent"), [(24.9, True), (25, False)])
def test_nothing_leaves_after_its_deadline(started_at: float, is_sent: bool) -> None:
    clock = FixedClock()
    house = a_house(clock=clock, secrets=_SlowSecrets(clock=clock))
    begun = begun_by(house)
    clock.advance(started_at)

    house.command_sender.send(begun.id)

    assert bool(house.wire.asked) is is_sent
    assert (now(house, begun).reason == "the deadline has passed") is not is_sent


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_url": None},
        {"response_url": "https://10.0.0.1/1"},
        {"location_id": None},
        {"token": {"country_code": "BE", "party_id": "MS2"}},
    ],
)
def test_a_wrong_command_is_refused_and_not_kept(house: House, wrong: Any) -> None:
    with pytest.raises(errors.InvalidDocument):
        house.command_sender.ask(asked(**wrong))

    assert not house.commands.held


def test_an_unknown_command_is_not_looked_at(house: House) -> None:
    token = {"country_code": "BE", "party_id": "MS2"}

    house.command_sender.ask(
        asked("MY OWN", token=token, location_id="LOC1", to=None, expiry_date=1)
    )

    [request] = house.wire.asked
    assert b"/commands/CUSTOM/new-token-1" in (request.body or b"")


@pytest.mark.parametrize("body", [None, b"<x/>"])
def test_an_unknown_command_without_a_document_goes_as_it_is(
    house: House, body: bytes | None
) -> None:
    house.command_sender.ask(replace(asked("MY_OWN"), body=body, document=None))

    assert house.wire.asked[0].body == body


def test_an_unknown_command_without_a_response_url_gets_none(house: House) -> None:
    house.command_sender.ask(asked("MY_OWN", response_url=None, x=1))
    begun = begun_by(house, "MY_OWN", response_url=None, x=1)
    house.command_sender.send(begun.id)

    assert [each.body for each in house.wire.asked] == [b'{"x":1}', b'{"x":1}']


class _Failing:
    """Commands whose store fails once the first write is done."""

    def __init__(self, house: House, *failures: Exception) -> None:
        self.store, self.failures, self.writes = house.commands, list(failures), 0
        self.held = house.commands.held
        self.is_gone = False

    def get(self, command_id: str) -> Any:
        return None if self.is_gone else self.store.get(command_id)

    def save(self, command: Any) -> Any:
        self.writes += 1
        if self.writes > 1 and self.failures:
            failure = self.failures.pop(0)
            raise failure
        return self.store.save(command)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@pytest.mark.parametrize("failure", [StoreUnavailable("away"), errors.OutOfTurn("over")])
def test_the_answer_is_the_requesters_even_if_it_cannot_be_noted(failure: Exception) -> None:
    house = a_house()
    house.commands = _Failing(house, failure)

    command = sent_by(house)

    assert command.status == "SENT"
    assert house.counted("commands_not_noted", command="START_SESSION") == 1


def test_a_process_that_writes_at_the_same_moment_is_not_written_over() -> None:
    house = a_house()
    house.commands = _Failing(house, RecordChanged("changed"))

    assert sent_by(house).status == "ACCEPTED"


def test_what_is_gone_meanwhile_is_not_written_again() -> None:
    house = a_house()
    failing = _Failing(house, RecordChanged("gone"))
    house.commands = failing
    failing.is_gone = True

    assert sent_by(house).status == "SENT"


def test_a_record_that_never_holds_still_is_given_up() -> None:
    house = a_house()
    house.commands = _Failing(house, *(RecordChanged("changed") for _ in range(50)))

    assert sent_by(house).status == "SENT"
    assert house.counted("commands_not_noted", command="START_SESSION") == 1
