"""Cases 56 and 83: who is named TO and FROM on every leg, scenario by scenario."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from entrypoints.sandbox import Answer, Platform, Received
from entrypoints.sandbox.wire import Document
from tests.conformance.cards import a_card, authorize, known_to_hub, put_card
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1
from tests.conformance.steps import (
    a_location,
    about,
    fresh,
    outcome,
    parties,
    patch,
    put,
    status,
)

pytestmark = pytest.mark.e2e
Party = tuple[str, str]


@dataclass(frozen=True)
class Stage:
    """An object of each kind that the hub knows, and who calls whom."""

    p1: Platform
    p3: Platform
    item: Document
    card: Document


@dataclass(frozen=True)
class Row:
    """`sent`: TO as the requester wrote it. `received` and `answered`: (TO, FROM)."""

    call: Callable[[Stage, Party | None], Answer]
    sent: Party | None
    received: tuple[Party, Party] | None
    answered: tuple[Party, Party]
    receiver: str = "p3"


def _put(stage: Stage, to: Party | None) -> Answer:
    later = {"last_updated": "2026-04-01T00:00:00Z"}
    return put(stage.p1, stage.item | later, to=to)


def _patch(stage: Stage, to: Party | None) -> Answer:
    return patch(stage.p1, stage.item, "EVSE1", change=status("CHARGING"), to=to)


def _put_card(stage: Stage, to: Party | None) -> Answer:
    later = {"last_updated": "2026-04-01T00:00:00Z"}
    return put_card(stage.p3, stage.card | later, to=to)


def _get(stage: Stage, to: Party | None) -> Answer:
    return stage.p3.hub.get("locations", (stage.item["id"],), to=to)


def _get_list(stage: Stage, to: Party | None) -> Answer:
    return stage.p3.hub.get("locations", to=to)


def _authorize(stage: Stage, to: Party | None) -> Answer:
    return authorize(stage.p1, stage.card, to=to)


_ROWS = {
    "direct PUT": Row(_put, MS1, (MS1, ABC), (ABC, MS1)),
    "direct PATCH": Row(_patch, MS1, (MS1, ABC), (ABC, MS1)),
    "direct PUT of a token": Row(_put_card, ABC, (ABC, MS1), (MS1, ABC), "p1"),
    "direct GET": Row(_get, ABC, (ABC, MS1), (MS1, ABC), "p1"),
    "direct GET of a list": Row(_get_list, ABC, (ABC, MS1), (MS1, ABC), "p1"),
    "direct authorize": Row(_authorize, MS1, (MS1, ABC), (ABC, MS1)),
    "broadcast PUT": Row(_put, HUB, (MS1, HUB), (ABC, HUB)),
    "broadcast PATCH": Row(_patch, HUB, (MS1, HUB), (ABC, HUB)),
    "broadcast PUT of a token": Row(_put_card, HUB, (ABC, HUB), (MS1, HUB), "p1"),
    "open PUT is a broadcast": Row(_put, None, (MS1, HUB), (ABC, HUB)),
    "open GET": Row(_get, None, (ABC, MS1), (MS1, ABC), "p1"),
    "open authorize": Row(_authorize, None, (MS1, ABC), (ABC, MS1)),
    "authorize asked of the hub": Row(_authorize, HUB, (MS1, ABC), (ABC, MS1)),
    "GET ALL": Row(_get_list, HUB, None, (MS1, HUB)),
    "GET ALL without TO": Row(_get_list, None, None, (MS1, HUB)),
    "one object of the hub's": Row(_get, HUB, None, (MS1, HUB)),
    "a PUT to an unknown party": Row(_put, ("XX", "NON"), None, (ABC, HUB)),
    "an authorize of an unknown party": Row(_authorize, ("XX", "NON"), None, (ABC, HUB)),
}


@pytest.fixture
def stage(p1: Platform, p3: Platform) -> Stage:
    item = p1.own("locations", a_location(p1))
    put(p1, item)
    p3.wait_for(about(item))
    card = known_to_hub(p3, a_card(p3))
    p1.wait_for(lambda each: each.segments[2:] == (card["uid"],))
    p1.clear()
    p3.clear()
    return Stage(p1, p3, item, card)


@pytest.mark.parametrize("name", _ROWS)
def test_case_056_every_leg_names_its_parties(stage: Stage, name: str) -> None:
    row = _ROWS[name]
    receiver = {"p1": stage.p1, "p3": stage.p3}[row.receiver]

    answer = row.call(stage, row.sent)

    assert parties(answer) == row.answered
    assert answer.headers["x-request-id"] == answer.request_id
    assert answer.headers["x-correlation-id"] == answer.correlation_id
    if row.received is None:
        assert not [each for each in receiver.received if _is_of(each, answer)]
        return
    received = receiver.wait_for(lambda each: _is_of(each, answer))
    assert (received.to, received.from_) == row.received
    assert received.headers["x-request-id"] != answer.request_id


def _is_of(received: Received, answer: Answer) -> bool:
    """Whether the hub's request belongs to the exchange that was answered so."""
    return received.headers.get("x-correlation-id") == answer.correlation_id


def test_case_083_between_two_hubs_the_parties_are_named_at_both_ends(
    join: Join, p1: Platform
) -> None:
    second_hub = join("EMSP:SE:E4E", "CPO:SE:C4C", hub_party_id="NLHB4")
    beyond, charging = ("SE", "E4E"), ("SE", "C4C")
    card = known_to_hub(second_hub, a_card(second_hub))

    there = authorize(p1, card)
    item = a_location(p1)
    told = put(p1, item)
    back = second_hub.hub.get("locations", to=ABC, from_=beyond)
    pushed = second_hub.hub.push(
        "PUT", "tokens", ("SE", "E4E", fresh("T")), {}, to=ABC, from_=("NL", "HB4")
    )

    asked = second_hub.wait_for(lambda each: _is_of(each, there))
    broadcast = second_hub.wait_for(lambda each: _is_of(each, told))
    listed = p1.wait_for(lambda each: _is_of(each, back))
    assert (asked.to, asked.from_, parties(there)) == (beyond, ABC, (ABC, beyond))
    assert (broadcast.to, broadcast.from_) == (beyond, HUB)
    assert (listed.to, listed.from_, parties(back)) == (ABC, beyond, (beyond, ABC))
    assert outcome(pushed) == (200, 2001)
    assert parties(pushed) == (("NL", "HB4"), HUB)
    assert charging not in {each.to for each in second_hub.received if about(item)(each)}
