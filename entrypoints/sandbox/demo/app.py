"""The chapters of the driver's app: it starts and stops a charge, and reserves a charger.

The app's provider and the charger's operator know nothing of each other; each talks to the hub.
"""

import time
from dataclasses import dataclass

from entrypoints.sandbox.charging import token
from entrypoints.sandbox.commands import carrying_out, reserve_now, start_session, stop_session
from entrypoints.sandbox.demo.day import WITHIN_S, Day, name_of, shown
from entrypoints.sandbox.demo.telling import Unexpected, expect
from entrypoints.sandbox.journal import Received
from entrypoints.sandbox.platform import Platform
from entrypoints.sandbox.wire import Answer, Document

_OPERATOR = ("DE", "ABC")
_HERE = {"location_id": "BER-ALEX", "evse_uid": "BER-ALEX-2"}
_SESSION = "SESSION-APP-1"


@dataclass(frozen=True)
class _Said:
    """What the provider was answered, when, and what the operator got meanwhile."""

    began: float
    answer: Answer
    asked: Received

    def result(self, provider: Platform, url: str, result: str) -> str:
        """How soon this result was at the provider, told as a line.

        :raises Unexpected: if it was not.
        """
        path = url.removeprefix(provider.url)
        try:
            got = provider.wait_for(
                lambda each: each.path == path and each.json().get("result") == result, WITHIN_S
            )
        except TimeoutError as late:
            raise Unexpected(f"{result} at {name_of(provider)}", "nothing of that") from late
        return f"{result} {(got.at - self.began) * 1000:.0f} ms after it was asked"


def a_driver_charges(day: Day) -> None:
    """START_SESSION to the charger's operator, STOP_SESSION to the operator that started it."""
    provider, operator = day.emsps[0], day.cpo
    operator.behave(carrying_out(operator, [{"result": "ACCEPTED"}]), "commands")
    with day.tell.step("In the app of NL/MS1 a driver starts a charge at Alexanderplatz"):
        url = provider.callback_url("commands", "start")
        said = _say(day, "START_SESSION", start_session(url, card=_card(), **_HERE))
        theirs = said.asked.json()["response_url"]
        day.tell.say("NL/MS1 named no receiver: the hub knows whose charger it is")
        expect(theirs.startswith(day.hub.url), "a response_url of the hub's", theirs)
        day.tell.say("DE/ABC was given a response_url of the hub's, and nothing else was changed")
        day.tell.say(f"the charger's own result: {said.result(provider, url, 'ACCEPTED')}")
    with day.tell.step("The driver stops it"):
        url = provider.callback_url("commands", "stop")
        said = _say(day, "STOP_SESSION", stop_session(url, _SESSION), to=_OPERATOR)
        day.tell.say(f"the charger's own result: {said.result(provider, url, 'ACCEPTED')}")
    operator.behave("well", "commands")


def a_driver_reserves(day: Day) -> None:
    """RESERVE_NOW, which the operator cancels later, at the same URL."""
    provider, operator = day.emsps[0], day.cpo
    url = provider.callback_url("commands", "reserve")
    operator.behave(carrying_out(operator, [{"result": "ACCEPTED"}]), "commands")
    with day.tell.step("The driver reserves the charger for later"):
        wanted = reserve_now(url, card=_card(), **_HERE)
        said = _say(day, "RESERVE_NOW", wanted)
        day.tell.say(f"the charger's own result: {said.result(provider, url, 'ACCEPTED')}")
    with day.tell.step("The charger breaks down: DE/ABC cancels the reservation"):
        cancelled = {"result": "CANCELED_RESERVATION"}
        theirs = said.asked.json()["response_url"]
        again = _Said(time.time(), operator.hub.callback(theirs, cancelled), said.asked)
        expect(again.answer.ok, "success for the cancellation", shown(again.answer))
        day.tell.say(f"NL/MS1 got {again.result(provider, url, 'CANCELED_RESERVATION')}")
        operator.hub.callback(theirs, cancelled)
        path = url.removeprefix(provider.url)
        got = [each.json()["result"] for each in provider.received if each.path == path]
        expect(got == ["ACCEPTED", "CANCELED_RESERVATION"], "one result each", ", ".join(got))
        day.tell.say("DE/ABC says so once more; NL/MS1 does not hear of it twice")
    operator.behave("well", "commands")


def _say(day: Day, name: str, body: Document, *, to: tuple[str, str] | None = None) -> _Said:
    """The provider asks, the operator answers ACCEPTED, and both are told."""
    provider, operator = day.emsps[0], day.cpo
    had, began = len(operator.received), time.time()
    answer = provider.hub.push("POST", "commands", (name,), body, to=to)
    ms = (time.time() - began) * 1000
    said = answer.data.get("result") if isinstance(answer.data, dict) else None
    expect(answer.ok and said == "ACCEPTED", f"ACCEPTED for {name}", f"{shown(answer)} {said}")
    asked = [each for each in operator.received[had:] if each.segments == (name,)]
    expect(len(asked) == 1, f"one {name} at {name_of(operator)}", f"{len(asked)}")
    seconds = answer.data["timeout"]
    day.tell.say(f"{name} -> {shown(answer)} ACCEPTED after {ms:.0f} ms, timeout {seconds} s")
    return _Said(began, answer, asked[0])


def _card() -> Document:
    return token("NL", "MS1", "APP-0001", type="APP_USER")
