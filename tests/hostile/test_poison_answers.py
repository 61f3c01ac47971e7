"""Answers and records that no store takes: each is one attempt, and the lane goes on.

What is poison for MongoDB: text with half a character (a lone surrogate), ten megabytes of it, a
number of 65 bits, a record past 16 MB.
"""

import logging
from collections.abc import Sequence

import pytest

from application.delivery.senders import Senders
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery
from domain.delivery.lanes import Breaker
from tests.hostile.fronts import Answer, Scene

HALF = b'"\\ud800"'


def enveloped(message: bytes, code: int = 2001) -> Answer:
    """JSON by hand: a library would not write it."""
    body = b'{"status_code":%d,"status_message":%s,"timestamp":"2026-11-28T00:00:00Z"}'
    return 200, "application/json", body % (code, message)


POISON = {
    "half a character": enveloped(HALF),
    "half a character in a bare refusal": (422, "application/json", b"\xed\xa0\x80 \xff"),
    "a megabyte": enveloped(b'"%s"' % (b"x" * 1_000_000)),
    "a megabyte of half characters": enveloped(b'"%s"' % (b"\\ud800" * 160_000)),
    "zeros": enveloped(b'"\\u0000\\u0000"'),
}


@pytest.mark.parametrize("name", POISON)
def test_a_poisonous_answer_is_one_attempt_and_the_lane_goes_on(
    scene: Scene, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    scene.front.refuses = lambda asked: POISON[name] if asked == "BAD" else None
    scene.push("BAD", "LOC1", "LOC2")

    scene.hub.deliver()

    [delivery] = scene.hub.container.hub.delivery_overview.owed()
    assert delivery.key.id == "BAD"
    assert delivery.attempts == 1
    assert delivery.last is not None
    assert delivery.last.reason.isprintable()
    assert len(delivery.last.reason) <= 200
    assert scene.front.asked.count("BAD") == 1
    assert {"LOC1", "LOC2"} <= set(scene.front.asked)
    assert "Traceback" not in caplog.text


def test_ten_megabytes_of_words_are_no_answer_and_hold_up_no_other(scene: Scene) -> None:
    flood = enveloped(b'"%s"' % (b"x" * 10_000_000))
    scene.front.refuses = lambda asked: flood if asked == "BAD" else None
    scene.push("BAD", "LOC1", "LOC2")

    scene.hub.deliver()

    [delivery] = scene.hub.container.hub.delivery_overview.owed()
    assert delivery.last is not None
    assert (delivery.key.id, delivery.last.verdict) == ("BAD", Verdict.SICK)
    assert len(delivery.last.reason) <= 200


def test_where_poison_gets_through_the_attempt_is_a_fault_with_back_off_and_one_line(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As if text were not made plain at the wire: the pump bears it all the same."""
    pumping = scene.hub.container.hub.pump
    calls: list[str] = []
    begun = scene.hub.container.clock.now()

    class Poisonous:
        def begin_lanes(self) -> None:
            """Nothing was read."""

        def prepare(self, deliveries: Sequence[Delivery]) -> None:
            """Nothing is read."""

        def attempt(self, delivery: Delivery, **_: object) -> Attempt:
            calls.append(delivery.key.id)
            now = scene.hub.container.clock.now()
            if delivery.key.id == "BAD":
                return Attempt(now, Verdict.REFUSED, "\ud800", http=200, ocpi=2001)
            return Attempt(now, Verdict.ACCEPTED, "", http=200, ocpi=1000)

    poisonous = Poisonous()
    senders = Senders(poisonous, poisonous, poisonous, scene.hub.container.clock)
    monkeypatch.setattr(pumping, "senders", senders)
    scene.push("BAD", "LOC1", "LOC2")

    with caplog.at_level(logging.ERROR):
        scene.hub.deliver()

    [delivery] = scene.hub.container.hub.delivery_overview.owed()
    assert delivery.last is not None
    assert (delivery.last.verdict, delivery.attempts) == (Verdict.FAULT, 1)
    assert (delivery.due - delivery.last.at).total_seconds() >= 1.6
    assert delivery.last.at >= begun
    assert calls.count("BAD") == 1, "it waits for its turn"
    assert scene.breaker() is Breaker.CLOSED
    lines = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert len(lines) == 1
    assert "BAD" in lines[0].getMessage()
