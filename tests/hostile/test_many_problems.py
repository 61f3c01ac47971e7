"""A body with a hundred thousand faults is answered shortly, and costs what a good one costs."""

import json

import pytest

from entrypoints.sandbox import Answer, Platform, RegistrationRefused
from entrypoints.sandbox.fixtures import evse
from entrypoints.sandbox.reply import success
from tests.conformance.guests import Join
from tests.conformance.running import RunningHub
from tests.conformance.steps import CREATED, INVALID, a_location, outcome, place
from tests.hostile.test_link_header import cpu_s

pytestmark = pytest.mark.e2e

MIB = 1_048_576
TURNS = 2
LEAST_S = 0.3
"""What /proc counts in hundredths says little below this."""


@pytest.fixture
def owner(join: Join) -> Platform:
    return join("CPO")


def written(owner: Platform, evses: str, **further: object) -> bytes:
    """A location with these EVSEs, cut or filled up to no more than 1 MiB."""
    item = json.dumps(a_location(owner, id="BIG", evses=[], **further))
    return item.replace('"evses": []', f'"evses":[{evses}]').encode()


def evses(**further: object) -> str:
    """As many EVSEs as there is room for."""
    one = json.dumps(evse("E0000") | further, separators=(",", ":"))
    return ",".join(one.replace("E0000", f"E{n:04}") for n in range((MIB - 2000) // (len(one) + 1)))


def refused(owner: Platform) -> dict[str, bytes]:
    room = MIB - 2000
    return {
        "empty evses": written(owner, "{}," * (room // 3) + "{}"),
        "empty images": written(owner, ('{"images":[%s{}]},' % ("{}," * 900)) * 380 + "{}"),
        "a wrong status each": written(owner, evses(status="x")),
        "half a character each": written(owner, evses(note="\ud800", status="x")),
        "a wrong field at the end": written(owner, evses(), publish_allowed_to=[{}]),
        "lists": written(owner, "[]," * (room // 3) + "[]"),
        "exponents": written(owner, "1e9999," * (room // 7) + "0"),
        "numbers": written(owner, "0.1," * (room // 4) + "0"),
        "nulls": written(owner, "null," * (room // 5) + "null"),
    }


def malformed(owner: Platform) -> dict[str, bytes]:
    return {
        "depth": b"[" * MIB,
        "objects": b'{"a":' * (MIB // 5),
        "a key twice": b"{" + b'"a":0,' * (MIB // 6 - 2) + b'"b":0}',
        "no end": written(owner, evses())[:-1],
        "not a digit": b"-" * MIB,
        "bytes": b"\xff" * MIB,
    }


def push(owner: Platform, body: bytes) -> Answer:
    item = a_location(owner, id="BIG")
    return owner.hub.push("PUT", "locations", place(item), body, to=owner.hub.hub_party)


def cost(hub: RunningHub, owner: Platform, body: bytes) -> tuple[float, Answer]:
    """CPU seconds of the web tier for a few of these, and how the last was answered."""
    assert len(body) <= MIB
    before = cpu_s(hub, "gunicorn")
    for _ in range(TURNS):
        answer = push(owner, body)
    return cpu_s(hub, "gunicorn") - before, answer


def test_a_refused_body_costs_no_more_than_three_accepted_ones(
    hub: RunningHub, owner: Platform
) -> None:
    assert outcome(push(owner, written(owner, evses()))) == CREATED
    accepted, _ = cost(hub, owner, written(owner, evses()))
    most = 3 * max(accepted, LEAST_S)

    for why, body in refused(owner).items():
        spent, answer = cost(hub, owner, body)
        assert outcome(answer) == INVALID, why
        assert spent < most, f"{why}: {spent:.2f} s, an accepted one {accepted:.2f} s"
        assert len(answer.message) <= 255
        assert len(answer.data["errors"]) <= 20
    for why, body in malformed(owner).items():
        spent, answer = cost(hub, owner, body)
        assert outcome(answer) == (400, 2000), why
        assert spent < most, f"{why}: {spent:.2f} s, an accepted one {accepted:.2f} s"


def test_what_is_left_out_of_an_explanation_is_counted(owner: Platform) -> None:
    answer = push(owner, written(owner, "{}," * 999 + "{}"))

    assert outcome(answer) == INVALID
    assert [each["path"] for each in answer.data["errors"]][:4] == [
        f"evses[0].{name}" for name in ("uid", "status", "connectors", "last_updated")
    ]
    assert answer.data["more"] == 1000
    assert "more" in answer.message


@pytest.mark.parametrize("what", ["versions", "version_details"])
def test_a_handshake_full_of_nothing_fails_shortly_and_cheaply(
    hub: RunningHub, owner: Platform, what: str
) -> None:
    nothing: list[object] = [{}] * 300_000
    data = nothing if what == "versions" else {"version": "2.3.0", "endpoints": nothing}
    end = "/versions" if what == "versions" else "/2.3.0"
    owner.behave(
        lambda exchange: success(data) if exchange.request.path.endswith(end) else exchange.answer()
    )
    before = cpu_s(hub, "gunicorn")

    with pytest.raises(RegistrationRefused) as refusal:
        owner.hub.rotate()

    assert cpu_s(hub, "gunicorn") - before < 3
    owner.behave("well")
    assert outcome(refusal.value.answer) == (200, 3001)
    assert len(refusal.value.answer.message) <= 255
