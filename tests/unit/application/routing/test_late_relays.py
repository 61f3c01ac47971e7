"""A process that was stopped must not pass on a PATCH that the sweeper has made up for (S-7)."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.memory import FixedClock, MemoryObjects
from application.objects.pushed import Pushed
from application.routing.passed import Passed
from domain import errors
from domain.objects.stored import Stored
from domain.partners.party import Interface
from tests.builders import ABC, XYZ, Doc, PlainJson, a_partner, a_reader, an_endpoint, at
from tests.charging import S1, a_period, a_session
from tests.unit.application.house import House


@dataclass(frozen=True)
class SlowObjects(MemoryObjects):
    """Saving takes so long that the process may as well have been stopped."""

    clock: FixedClock = field(default_factory=FixedClock)
    takes_s: list[float] = field(default_factory=list)

    def save(self, stored: Stored) -> Stored:
        saved = super().save(stored)
        self.clock.advance(self.takes_s.pop() if self.takes_s else 0)
        return saved


def _house(clock: FixedClock, objects: MemoryObjects) -> House:
    house: House = House(clock=clock, objects=objects)
    endpoints = (an_endpoint("sessions", Interface.RECEIVER),)
    return house.with_partners(a_partner(), a_reader(endpoints=endpoints))


def _pushed(house: House, document: Doc, method: str) -> Any:
    body = PlainJson().dump(document)
    pushed = Pushed(S1, (), method, body, document, house.partners.get("cpo"), "C-1")
    passed = Passed(
        method=method,
        module="sessions",
        interface=Interface.RECEIVER,
        suffix="/DE/ABC/S1",
        query="",
        body=body,
        correlation_id="C-1",
        requester="cpo",
        sender=ABC,
        receiver=XYZ,
    )
    return house.session_push.push(pushed, passed)


@pytest.mark.parametrize("stopped_s", [6.0, 40.0])
def test_a_patch_whose_process_was_stopped_goes_out_as_present_state_alone(
    stopped_s: float,
) -> None:
    clock = FixedClock()
    objects = SlowObjects(clock=clock)
    house = _house(clock, objects)
    _pushed(house, a_session(), "PUT")
    objects.takes_s.append(stopped_s)
    patch = {"charging_periods": [a_period(1)], "last_updated": at(1)}

    with pytest.raises(errors.ReceiverAway):
        _pushed(house, patch, "PATCH")

    assert [request.method for request in house.wire.asked] == ["PUT"]
    [delivery] = house.deliveries.owed(partner_id="emsp")
    assert delivery.key == S1
