"""Attempts at what is owed to XYZ, and what was sent in them."""

from typing import Any

from adapters.memory import answer
from application.objects.sender import ObjectSender
from domain.delivery.answers import Attempt
from domain.delivery.deliveries import Delivery, LaneId
from tests.builders import (
    a_location,
    at,
)
from tests.unit.application.house import House

BASE = "https://emsp.example/2.3.0/receiver/locations/DE/ABC/LOC1"

TO_STATUS = {"status": "CHARGING", "last_updated": at(1)}

LACKING = answer(code=2003)

GONE = answer(status=404, code=None)

MOVED_TO = "https://emsp.example/new"


def claim(house: House) -> Delivery:
    """All that is owed, claimed."""
    house.clock.advance(60)
    lease = house.deliveries.lease(LaneId("emsp"), holder="test", seconds=60)
    assert lease is not None
    [delivery] = house.deliveries.claim(lease, now=house.clock.now(), limit=9)
    house.deliveries.give_back(lease)
    return delivery


def settled(house: House) -> None:
    """XYZ has it all."""
    house.deliveries.forget("emsp")


def attempt(house: House, delivery: Delivery | None = None, *, ours: bool = True) -> Attempt | None:
    return house.wiring.get(ObjectSender).attempt(delivery or claim(house), still_ours=lambda: ours)


def tried(house: House, *answers: Any) -> Attempt:
    house.wire.script.extend(answers)
    made = attempt(house)
    assert made is not None
    return made


def sent(house: House) -> list[tuple[str, str, Any]]:
    return [
        (each.method, each.url.removeprefix(BASE), each.body and house.json.parse(each.body))
        for each in house.wire.asked
        if each.method != "GET"
    ]


def pushed(house: House, *pushes: tuple[Any, ...]) -> None:
    """LOC1 is known; these are not yet."""
    house.push(a_location())
    settled(house)
    for method, document, *path in pushes:
        house.push(document, *path, method=method)
