"""Commands are passed on once, now, and only if that is right."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from adapters.memory import FixedClock, answer
from application.routing.forwarding import Relayed
from domain import errors
from domain.commands.kinds import Refusal
from domain.commands.phases import Phase
from domain.commands.requests import Side
from domain.errors import AddressRefused, Conflict, NoAnswer, StoreUnavailable, Unreachable
from domain.objects.stored import EVERYONE, ObjectKey, Stored
from domain.partners.partner import PartnerState
from domain.partners.party import PartyId, Role
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, NOON, QRS, XYZ, PlainSecrets, a_partner, a_role, after, at
from tests.unit.application.commands_asked import (
    BASE,
    P3,
    a_body,
    a_house,
    asked,
    asked_profile,
    begun_by,
    envelope,
    last,
    now,
    says,
    sent_by,
)
from tests.unit.application.house import House, TalkingWire

ALL = ("GET", "PUT", "DELETE")
QUERY = "duration=9&response_url=https://p3.example/1"


@pytest.fixture
def house() -> House:
    house = a_house()
    house.push({**_location(), "id": "LOC1"})
    return house


def _location() -> dict[str, Any]:
    return {"country_code": "DE", "party_id": "ABC", "last_updated": at(0)}


def _has_session(house: House, owner: PartyId = ABC, *, reader: PartyId = XYZ) -> None:
    key = ObjectKey("sessions", owner, "S1")
    house.objects.save(Stored(key, EVERYONE, b"{}", NOON, "cpo", reader=reader))


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


# --- who is asked


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("START_SESSION", Refusal(2003, "REJECTED")),
        ("UNLOCK_CONNECTOR", Refusal(2003, "REJECTED")),
        ("RESERVE_NOW", Refusal(2003, "REJECTED")),
        ("STOP_SESSION", Refusal(1000, "UNKNOWN_SESSION")),
        ("CANCEL_RESERVATION", Refusal(1000, "REJECTED")),
    ],
)
@pytest.mark.parametrize("how", ["ask", "begin"])
def test_where_no_operator_is_found_the_hub_says_so(name: str, refusal: Refusal, how: str) -> None:
    house = a_house()

    assert getattr(house.command_sender, how)(asked(name, to=None)) == refusal
    assert not house.commands.held


def test_an_unknown_command_without_a_receiver_is_4001() -> None:
    with pytest.raises(errors.UnknownReceiver):
        a_house().command_sender.ask(asked("MY_OWN", to=None, session_id="S1"))


@pytest.mark.parametrize("name", ["START_SESSION", "UNLOCK_CONNECTOR", "RESERVE_NOW"])
def test_the_owner_of_the_location_is_asked(house: House, name: str) -> None:
    house.command_sender.ask(asked(name, to=None, location_id="loc1"))

    assert house.wire.asked[0].receiver == ABC


@pytest.mark.parametrize("name", ["STOP_SESSION", "MY_OWN"])
def test_the_owner_of_the_session_is_asked(house: House, name: str) -> None:
    _has_session(house)

    house.command_sender.ask(asked(name, to=None, session_id="s1"))

    assert house.wire.asked[0].receiver == ABC


def test_a_session_that_another_emsp_pays_for_is_unknown(house: House) -> None:
    _has_session(house, reader=QRS)

    answers = [house.command_sender.ask(asked("STOP_SESSION", to=None))]
    answers += [
        house.command_sender.ask(asked_profile(method, to=None, query=QUERY)) for method in ALL
    ]

    assert answers == [Refusal(1000, "UNKNOWN_SESSION")] * 4
    assert not house.wire.asked


def test_of_two_owners_of_a_session_one_has_to_be_named(house: House) -> None:
    house.with_partners(a_partner("other", a_role(Role.CPO, QRS)))
    _has_session(house)
    _has_session(house, QRS)

    with pytest.raises(errors.AmbiguousObject):
        house.command_sender.ask(asked("STOP_SESSION", to=None))


def test_a_reservation_is_cancelled_where_it_was_made(house: House) -> None:
    sent_by(house, "RESERVE_NOW")
    sent_by(house, "CANCEL_RESERVATION", to=None, reservation_id="r1")

    assert [each.receiver for each in house.wire.asked] == [ABC, ABC]


def test_a_reservation_that_was_refused_is_not_there_to_be_cancelled(house: House) -> None:
    sent_by(house, "RESERVE_NOW", answer=says("REJECTED", 0))

    answered = house.command_sender.ask(asked("CANCEL_RESERVATION", to=None))

    assert answered == Refusal(1000, "REJECTED")


def test_an_unnamed_reservation_has_no_operator(house: House) -> None:
    cancelling = replace(asked("CANCEL_RESERVATION", to=None), document={"response_url": P3})

    assert house.addressees.of(cancelling) is None


# --- charging profiles


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_in_a_query_the_response_url_is_replaced_encoded(house: House, method: str) -> None:
    query = "duration=9&response_url=https://p3.example/cb?id=1&x=2"

    house.command_sender.ask(asked_profile(method, query=query))

    [request] = house.wire.asked
    assert request.url.startswith("https://cpo.example/2.3.0/receiver/chargingprofiles/S1?")
    assert request.url.endswith(
        "?duration=9&response_url=https%3A%2F%2Fhub.example%2Focpi%2F2.3.0%2Fsender"
        "%2Fchargingprofiles%2Fcallback%2Fnew-token-1"
    )
    assert last(house).response_url == "https://p3.example/cb?id=1&x=2"


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("GET", ""),
        ("GET", "duration=9"),
        ("GET", "response_url=https://p3/1"),
        ("GET", "duration=x&response_url=https://p3/1"),
        ("GET", "duration=²&response_url=https://p3/1"),
        ("DELETE", ""),
        ("DELETE", "response_url="),
        ("DELETE", "response_url=https://p3/" + "x" * 250),
        ("DELETE", "response_url=https://10.0.0.1/"),
    ],
)
def test_what_a_profile_needs_in_its_query_is_demanded(
    house: House, method: str, query: str
) -> None:
    with pytest.raises(errors.InvalidDocument):
        house.command_sender.ask(asked_profile(method, query=query))

    assert not house.wire.asked


@pytest.mark.parametrize("method", ALL)
def test_a_profile_is_asked_of_the_owner_of_the_session(house: House, method: str) -> None:
    _has_session(house)

    house.command_sender.ask(asked_profile(method, to=None, query=QUERY))

    assert house.wire.asked[0].receiver == ABC


def test_of_an_unknown_session_there_is_no_profile(house: House) -> None:
    refusal = house.command_sender.ask(asked_profile("PUT", to=None))

    assert refusal == Refusal(1000, "UNKNOWN_SESSION")


def test_who_set_a_profile_is_remembered_for_as_long_as_it_holds(house: House) -> None:
    house.wire.script.append(says())
    house.command_sender.ask(asked_profile("PUT"))

    assert house.addressees.of_profile(ABC, "s1") == XYZ
    with pytest.raises(errors.UnknownReceiver):
        house.addressees.of_profile(XYZ, "S1")
    with pytest.raises(errors.UnknownReceiver):
        house.addressees.of_profile(ABC, "S2")


@pytest.mark.parametrize("answered", [says("TOO_OFTEN", 0), says("REJECTED"), envelope(code=2000)])
def test_a_profile_that_was_refused_was_set_by_no_party(house: House, answered: Any) -> None:
    house.wire.script.append(answered)
    house.command_sender.ask(asked_profile("PUT"))

    with pytest.raises(errors.UnknownReceiver):
        house.addressees.of_profile(ABC, "S1")


def test_the_url_of_a_profile_lives_an_hour_beyond_its_time(house: House) -> None:
    house.wire.script.extend([says(timeout=60), says(timeout=60)])
    house.command_sender.ask(asked_profile("PUT"))
    kept = last(house)
    house.command_sender.ask(asked_profile("DELETE", query="response_url=https://p3/1"))
    forgotten = last(house)

    assert kept.expires == forgotten.expires == after(60 + 3600)
    assert kept.kept_until == after(60 + 3600 + 30 * 86_400)
    assert forgotten.kept_until == forgotten.expires


# --- asynchronously


def test_what_is_begun_waits_for_a_worker(house: House) -> None:
    begun = begun_by(house)

    assert begun.status == "PENDING"
    assert house.wake.commanded == [begun.id]
    assert not house.wire.asked


def test_a_worker_sends_it_once_however_often_it_is_told(house: House) -> None:
    begun = begun_by(house)
    house.wire.script.append(says())

    for _ in range(3):
        house.command_sender.send(begun.id)

    assert len(house.wire.asked) == 1
    assert now(house, begun).status == "ACCEPTED"


def test_without_a_response_url_it_gets_the_hubs(house: House) -> None:
    begun = begun_by(house, response_url=None)
    house.command_sender.send(begun.id)

    assert begun.response_url is None
    assert (house.wire.asked[0].body or b"").startswith(
        b'{"response_url":"https://hub.example/ocpi/2.3.0/sender/commands/START_SESSION/new-'
    )


def test_what_is_too_late_is_left_to_the_sweeper(house: House) -> None:
    begun = begun_by(house)
    house.clock.advance(30)

    house.command_sender.send(begun.id)

    assert not house.wire.asked
    assert now(house, begun) == begun


def test_a_command_that_is_not_there_is_not_sent(house: House) -> None:
    house.command_sender.send("nothing")

    assert not house.wire.asked


def test_a_receiver_that_has_gone_meanwhile_is_noted(house: House) -> None:
    begun = begun_by(house)
    house.partners.save(replace(house.partners.get("cpo"), state=PartnerState.SUSPENDED))

    house.command_sender.send(begun.id)

    assert (now(house, begun).status, now(house, begun).reason) == (
        "FAILED",
        "DE-ABC is suspended",
    )


def test_a_receiver_that_has_moved_meanwhile_could_not_answer(house: House) -> None:
    begun = begun_by(house)
    cpo = house.partners.get("cpo")
    house.partners.save(replace(cpo, state=PartnerState.UNREGISTERED, roles=(), tokens=()))
    house.partners.save(replace(cpo, id="new", tokens=(), revision=0))

    house.command_sender.send(begun.id)

    assert not house.wire.asked
    assert now(house, begun).reason == "DE-ABC is at another platform now"


def test_an_answer_that_does_not_come_is_noted(house: House) -> None:
    begun = begun_by(house)
    house.wire.script.append(NoAnswer("slow", timed_out=True))

    house.command_sender.send(begun.id)

    assert now(house, begun).status == "FAILED"


# --- noting what came of it


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
    house.commands = _Failing(house, Conflict("changed"))

    assert sent_by(house).status == "ACCEPTED"


def test_what_is_gone_meanwhile_is_not_written_again() -> None:
    house = a_house()
    failing = _Failing(house, Conflict("gone"))
    house.commands = failing
    failing.is_gone = True

    assert sent_by(house).status == "SENT"


def test_a_record_that_never_holds_still_is_given_up() -> None:
    house = a_house()
    house.commands = _Failing(house, *(Conflict("changed") for _ in range(50)))

    assert sent_by(house).status == "SENT"
    assert house.counted("commands_not_noted", command="START_SESSION") == 1
