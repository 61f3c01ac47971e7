"""Conformance cases 113 to 119: commands, their answers and their results."""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from entrypoints.sandbox import Answer, Exchange, Platform, Received, Reply, refused, success
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.commands import (
    cancel_reservation,
    carrying_out,
    reserve_now,
    start_session,
    stop_session,
    unlock_connector,
)
from entrypoints.sandbox.exchange import Behaviour
from entrypoints.sandbox.wire import Document
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, RunningHub
from tests.conformance.steps import (
    INVALID,
    OK,
    Predicate,
    a_location,
    fresh,
    outcome,
    parties,
    party_of,
    put,
)

pytestmark = pytest.mark.e2e
ACCEPTED = {"result": "ACCEPTED"}


def _command(
    p: Platform, name: str, body: Document | bytes, to: tuple[str, str] | None = None
) -> Answer:
    return p.hub.push("POST", "commands", (name,), body, to=to)


def _asked(p: Platform, name: str, **said: object) -> Received:
    """The one command of this name that came to the operator."""
    [found] = [each for each in p.received if each.module == "commands" and _is(each, name, said)]
    return found


def _is(received: Received, name: str, said: dict[str, object]) -> bool:
    return received.segments == (name,) and said.items() <= received.json().items()


def _at(url: str) -> Predicate:
    path = urlsplit(url).path
    return lambda received: received.method == "POST" and received.path == path


def _answers(data: Document, code: int = 1000) -> Behaviour:
    def behave(_: Exchange) -> Reply:
        return success(data) if code == 1000 else refused(code, "told so", data=data)

    return behave


def _to_hub(p: Platform, name: str) -> str:
    return str(_asked(p, name).json()["response_url"])


def test_case_113_a_command_arrives_unchanged_but_for_its_response_url(
    hub: RunningHub, p1: Platform, p3: Platform
) -> None:
    mine = p3.callback_url("commands", fresh())
    written = json.dumps(start_session(mine) | {"x_more": [1.0, "ä"]}, indent=1).encode()
    p1.behave(_answers({"result": "ACCEPTED", "timeout": 30, "x": 1}), "commands")

    answer = _command(p3, "START_SESSION", written, ABC)

    asked = _asked(p1, "START_SESSION")
    theirs = asked.json()["response_url"]
    assert asked.body == written.replace(mine.encode(), theirs.encode())
    assert theirs.startswith(hub.place("sender/commands/START_SESSION/"))
    assert len(theirs) <= 255
    assert (asked.to, asked.from_, asked.role) == (ABC, MS1, "RECEIVER")
    assert outcome(answer) == OK
    assert answer.data == {"result": "ACCEPTED", "timeout": 30, "x": 1}
    assert answer.raw == asked.answer_body
    assert parties(answer) == (MS1, ABC)
    assert asked.headers["x-correlation-id"] == answer.correlation_id
    assert asked.headers["x-request-id"] != answer.request_id


@pytest.mark.parametrize("envelope", [False, True])
@pytest.mark.parametrize("says_to", [True, False])
def test_case_114_122_the_result_reaches_the_requester(
    p1: Platform, p2: Platform, p3: Platform, envelope: bool, says_to: bool
) -> None:
    mine = p3.callback_url("commands", fresh())
    _command(p3, "START_SESSION", start_session(mine), ABC)
    theirs = _to_hub(p1, "START_SESSION")
    result: Document = ACCEPTED | {"message": [{"language": "en", "text": "Go"}]}
    body = {"data": result, "status_code": 1000} if envelope else result

    foreign = p2.hub.callback(theirs, body, to=MS1)
    answer = p1.hub.callback(theirs, body, to=MS1 if says_to else None)

    got = p3.wait_for(_at(mine))
    assert outcome(foreign) == (404, 2000)
    assert outcome(answer) == OK
    assert "data" not in json.loads(answer.raw)
    assert parties(answer) == (ABC, MS1)
    assert got.json() == body
    assert got.body == next(each for each in p1.sent if each.url == theirs).body
    assert (got.from_, got.to) == (ABC, MS1)
    assert got.headers["x-correlation-id"] == answer.correlation_id
    assert got.headers["x-request-id"] != answer.request_id
    assert got.answer_status == 200
    assert len([each for each in p3.received if _at(mine)(each)]) == 1


def test_a_repeated_result_has_no_second_effect(p1: Platform, p3: Platform) -> None:
    mine = p3.callback_url("commands", fresh())
    _command(p3, "START_SESSION", start_session(mine), ABC)
    theirs = _to_hub(p1, "START_SESSION")

    answers = [p1.hub.callback(theirs, ACCEPTED, to=MS1) for _ in range(3)]

    assert [outcome(answer) for answer in answers] == [OK, OK, OK]
    assert len([each for each in p3.received if _at(mine)(each)]) == 1


def test_a_result_to_a_url_that_the_hub_never_made_is_404(hub: RunningHub, p1: Platform) -> None:
    for path in ("commands/START_SESSION/nothing", "chargingprofiles/callback/nothing"):
        answer = p1.hub.callback(hub.place(f"sender/{path}"), ACCEPTED, to=MS1)

        assert outcome(answer) == (404, 2000)


def test_a_result_that_says_nothing_is_2001(p1: Platform, p3: Platform) -> None:
    mine = p3.callback_url("commands", fresh())
    _command(p3, "START_SESSION", start_session(mine), ABC)

    answer = p1.hub.callback(_to_hub(p1, "START_SESSION"), {"data": {}}, to=MS1)

    assert outcome(answer) == INVALID


def test_case_115_a_reservation_is_accepted_and_later_cancelled_by_the_operator(
    p1: Platform, p3: Platform
) -> None:
    mine = p3.callback_url("commands", fresh())
    reserved = _command(p3, "RESERVE_NOW", reserve_now(mine, reservation_id=fresh("R")), ABC)
    theirs = _to_hub(p1, "RESERVE_NOW")

    first = p1.hub.callback(theirs, ACCEPTED, to=MS1)
    later = p1.hub.callback(theirs, {"result": "CANCELED_RESERVATION"}, to=MS1)
    again = p1.hub.callback(theirs, {"result": "CANCELED_RESERVATION"}, to=MS1)

    got = [each.json()["result"] for each in p3.received if _at(mine)(each)]
    assert [outcome(each) for each in (reserved, first, later, again)] == [OK] * 4
    assert got == ["ACCEPTED", "CANCELED_RESERVATION"]


@pytest.mark.parametrize("to", [None, HUB])
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("UNLOCK_CONNECTOR", unlock_connector),
        ("START_SESSION", start_session),
        ("RESERVE_NOW", reserve_now),
    ],
)
def test_case_116_without_to_the_owner_of_the_location_is_found(
    join: Join, p3: Platform, name: str, body: Callable[..., Document], to: tuple[str, str] | None
) -> None:
    owner = join("CPO")
    place = a_location(owner)
    put(owner, place)
    mine = p3.callback_url("commands", fresh())

    asked = body(mine, location_id=place["id"])
    answer = _command(p3, name, asked, to)

    assert (outcome(answer), answer.data["result"]) == (OK, "ACCEPTED")
    assert parties(answer) == (MS1, party_of(owner))
    assert _asked(owner, name).to == party_of(owner)


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("UNLOCK_CONNECTOR", unlock_connector, (2003, "REJECTED")),
        ("START_SESSION", start_session, (2003, "REJECTED")),
        ("RESERVE_NOW", reserve_now, (2003, "REJECTED")),
    ],
)
def test_case_116_an_unknown_location_is_2003_and_rejected(
    p3: Platform, name: str, body: Callable[..., Document], expected: tuple[int, str]
) -> None:
    mine = p3.callback_url("commands", fresh())

    answer = _command(p3, name, body(mine, location_id=fresh()))

    assert outcome(answer) == (200, expected[0])
    assert answer.data == {"result": expected[1], "timeout": 0}
    assert parties(answer) == (MS1, HUB)


def test_stop_session_of_an_unknown_session_is_unknown_session(p3: Platform) -> None:
    mine = p3.callback_url("commands", fresh())

    answer = _command(p3, "STOP_SESSION", stop_session(mine, fresh("S")))

    assert outcome(answer) == OK
    assert answer.data == {"result": "UNKNOWN_SESSION", "timeout": 0}


def test_stop_session_goes_to_the_party_named(p1: Platform, p3: Platform) -> None:
    session = fresh("S")

    answer = _command(p3, "STOP_SESSION", stop_session(p3.callback_url("commands"), session), ABC)

    assert outcome(answer) == OK
    assert _asked(p1, "STOP_SESSION", session_id=session).from_ == MS1


def test_cancel_reservation_finds_the_operator_that_was_asked_to_reserve(
    p1: Platform, p3: Platform, p4: Platform
) -> None:
    name, mine = fresh("R"), p3.callback_url("commands", fresh())
    _command(p3, "RESERVE_NOW", reserve_now(mine, reservation_id=name), ABC)

    answer = _command(p3, "CANCEL_RESERVATION", cancel_reservation(mine, name.lower()))
    foreign = _command(p4, "CANCEL_RESERVATION", cancel_reservation(mine, name))

    assert (outcome(answer), answer.data["result"]) == (OK, "ACCEPTED")
    assert _asked(p1, "CANCEL_RESERVATION").to == ABC
    assert outcome(foreign) == OK
    assert foreign.data == {"result": "REJECTED", "timeout": 0}


@pytest.mark.parametrize(
    ("how", "code"), [("reset", 4000), ("hang", 4002), ("http:401", 4000), ("garbage", 4000)]
)
def test_case_117_an_operator_that_does_not_answer_is_not_answered_for(
    join: Join, p3: Platform, how: str, code: int
) -> None:
    owner = join("CPO")
    owner.behave(how, "commands")
    mine = p3.callback_url("commands", fresh())

    answer = _command(p3, "START_SESSION", start_session(mine), party_of(owner))

    assert outcome(answer) == (200, code)
    assert "data" not in json.loads(answer.raw)
    assert parties(answer) == (MS1, HUB)
    assert len([each for each in owner.received if each.module == "commands"]) == 1
    owner.behave("well")


def test_case_117_an_operator_that_is_gone_is_4003(join: Join, p3: Platform) -> None:
    owner = join("CPO")
    owner.stop()

    answer = _command(p3, "START_SESSION", start_session("https://example.com/"), party_of(owner))

    assert outcome(answer) == (200, 4003)
    assert "data" not in json.loads(answer.raw)
    owner.start()


def test_a_result_that_overtakes_its_response_is_passed_on(p1: Platform, p3: Platform) -> None:
    mine = p3.callback_url("commands", fresh())
    p1.behave(_first_the_result(p1), "commands")

    answer = _command(p3, "START_SESSION", start_session(mine), ABC)

    assert (outcome(answer), answer.data["timeout"]) == (OK, 9)
    assert [each.json() for each in p3.received if _at(mine)(each)] == [ACCEPTED]


def _first_the_result(operator: Platform) -> Behaviour:
    def behave(exchange: Exchange) -> Reply:
        operator.hub.callback(exchange.request.json()["response_url"], ACCEPTED, to=MS1)
        return success({"result": "ACCEPTED", "timeout": 9})

    return behave


def test_a_result_after_a_timeout_of_nothing_is_passed_on_once(p1: Platform, p3: Platform) -> None:
    mine = p3.callback_url("commands", fresh())
    p1.behave(_answers({"result": "ACCEPTED", "timeout": 0}), "commands")
    _command(p3, "START_SESSION", start_session(mine), ABC)

    answers = [p1.hub.callback(_to_hub(p1, "START_SESSION"), ACCEPTED, to=MS1) for _ in range(2)]

    assert [outcome(each) for each in answers] == [OK, OK]
    assert [each.json() for each in p3.received if _at(mine)(each)] == [ACCEPTED]


def test_a_result_waits_for_a_requester_that_cannot_be_reached(join: Join, p1: Platform) -> None:
    driver = join("EMSP")
    mine = driver.callback_url("commands", fresh())
    card = token(*party_of(driver))
    _command(driver, "START_SESSION", start_session(mine, card=card), ABC)
    theirs = _to_hub(p1, "START_SESSION")
    driver.stop()

    answer = p1.hub.callback(theirs, ACCEPTED, to=party_of(driver))
    driver.start()

    assert outcome(answer) == OK
    driver.hub.credentials()
    driver.wait_for(_at(mine), 60.0)
    assert len([each for each in driver.received if _at(mine)(each)]) == 1


@pytest.mark.parametrize("to", [ABC, None])
def test_case_119_a_token_of_another_provider_is_refused(
    p1: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    mine = p3.callback_url("commands", fresh())

    answer = _command(p3, "START_SESSION", start_session(mine, card=token("BE", "MS2")), to)
    reserving = _command(p3, "RESERVE_NOW", reserve_now(mine, card=token("BE", "MS2")), to)

    assert (outcome(answer), outcome(reserving)) == (INVALID, INVALID)
    assert not [each for each in p1.received if each.module == "commands"]


def test_case_119_parties_are_compared_without_regard_to_case(p1: Platform, p3: Platform) -> None:
    mine = p3.callback_url("commands", fresh())

    answer = _command(p3, "START_SESSION", start_session(mine, card=token("nl", "ms1")), ABC)

    assert outcome(answer) == OK


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_url": None},
        {"response_url": "file:///etc/passwd"},
        {"response_url": "http://user:word@example.com/"},
        {"response_url": "http://169.254.169.254/latest"},
        {"response_url": "https://example.com/" + "x" * 240},
        {"location_id": None},
        {"connector_id": "1", "evse_uid": None},
        {"token": {"uid": "T"}},
    ],
)
def test_a_command_that_breaks_the_tables_is_2001_and_not_passed_on(
    p1: Platform, p3: Platform, wrong: Document
) -> None:
    good = start_session(p3.callback_url("commands"))
    body = {name: value for name, value in (good | wrong).items() if value is not None}

    answer = _command(p3, "START_SESSION", body, ABC)

    assert outcome(answer) == INVALID
    assert not [each for each in p1.received if each.module == "commands"]


def test_what_is_no_json_is_400(p3: Platform) -> None:
    answer = _command(p3, "START_SESSION", b"{", ABC)

    assert outcome(answer) == (400, 2000)


def test_commands_are_in_the_version_details_with_both_interfaces(p3: Platform) -> None:
    listed = {(each.identifier, each.role) for each in p3.hub.peer.endpoints}

    for module in ("commands", "chargingprofiles"):
        assert {(module, "SENDER"), (module, "RECEIVER")} <= listed


def test_an_operator_carries_out_a_command_while_it_is_answered(p1: Platform, p3: Platform) -> None:
    mine = p3.callback_url("commands", fresh())
    p1.behave(carrying_out(p1, [{"result": "EVSE_OCCUPIED"}]), "commands")

    answer = _command(p3, "START_SESSION", start_session(mine), ABC)

    assert answer.data == {"result": "ACCEPTED", "timeout": 30}
    assert p3.wait_for(_at(mine)).json() == {"result": "EVSE_OCCUPIED"}


def test_the_operators_refusal_is_its_own(p1: Platform, p3: Platform) -> None:
    p1.behave(_answers({"result": "REJECTED", "timeout": 0}, 2003), "commands")

    answer = _command(p3, "START_SESSION", start_session(p3.callback_url("commands")), ABC)

    assert outcome(answer) == (200, 2003)
    assert answer.data == {"result": "REJECTED", "timeout": 0}
    assert parties(answer) == (MS1, ABC)
