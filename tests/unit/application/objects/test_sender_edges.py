"""Delivering a state, at the edges: one at a time for an object, parts that lack their whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from adapters.memory import answer
from domain.delivery.answers import Verdict
from domain.delivery.deliveries import LaneId
from domain.partners.partner import PartnerState
from domain.partners.party import Role
from tests.builders import ABC, LOC1, QRS, a_location, a_partner, a_reader, a_role, at
from tests.charging import S1, a_session
from tests.unit.application.attempts import attempt, pushed, sent, settled
from tests.unit.application.billing import a_payer
from tests.unit.application.house import House


@dataclass
class NotedLocks:
    """Keeps no caller out, and notes what was locked for how long."""

    held: list[tuple[str, float]] = field(default_factory=list)

    @contextmanager
    def hold(self, name: str, *, seconds: float) -> Iterator[None]:
        self.held.append((name, seconds))
        yield


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


def test_an_object_goes_to_a_receiver_once_at_a_time_for_longer_than_a_send() -> None:
    locks = NotedLocks()
    house = House(locks=locks).with_partners(a_partner(), a_reader())  # type: ignore[arg-type]
    house.push(a_location())

    attempt(house)

    assert (f"FR/XYZ|{LOC1}", 12.0) in locks.held


def test_a_patch_of_a_whole_object_that_is_lacking_goes_out_as_the_object(house: House) -> None:
    change = {"postal_code": "10115", "last_updated": at(1)}
    pushed(house, ("PATCH", change))
    house.wire.asked.clear()
    house.wire.script.extend([answer(code=2003)])

    made = attempt(house)

    assert made is not None
    assert made.verdict is Verdict.ACCEPTED
    assert [(method, path) for method, path, _ in sent(house)] == [("PATCH", ""), ("PUT", "")]


@pytest.mark.parametrize("state", [PartnerState.SUSPENDED, PartnerState.UNREGISTERED])
def test_nothing_goes_out_of_an_owner_that_is_suspended_or_has_left(
    house: House, state: PartnerState
) -> None:
    house.push(a_location())
    house.partners.save(replace(house.partners.get("cpo"), state=state))

    assert attempt(house) is None
    assert sent(house) == []


def test_an_owner_that_moved_to_another_platform_is_shown_still(house: House) -> None:
    house.push(a_location())
    left = house.partners.get("cpo")
    house.partners.save(replace(left, roles=(a_role(party=QRS),)))
    assert attempt(house) is None

    house.partners.save(a_partner("new", a_role(party=ABC)))
    settled(house)
    house.push(a_location(updated=5), by=house.partners.get("new"))

    made = attempt(house)
    assert made is not None
    assert made.verdict is Verdict.ACCEPTED


def test_a_session_goes_to_the_party_that_it_names_and_only_where_that_is() -> None:
    house = House().with_partners(a_partner(), a_payer())
    session = house.pushed(a_session(), key=S1)
    house.object_intake.take(session)
    house.publisher.publish(S1)
    house.clock.advance(60)
    lease = house.deliveries.lease(LaneId("emsp"), holder="test", seconds=60)
    assert lease is not None
    [delivery] = house.deliveries.claim(lease, now=house.clock.now(), limit=9)
    of_another = replace(delivery, receiver=QRS)

    assert attempt(house, of_another) is None
    known = house.partners.get("emsp")
    house.partners.save(replace(known, roles=(a_role(Role.EMSP, QRS),)))
    assert attempt(house, delivery) is None
    assert sent(house) == []
