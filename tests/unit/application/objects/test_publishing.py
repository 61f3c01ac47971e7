"""Telling readers, the sweep that finds what was left behind, and operators' view of it."""

from dataclasses import dataclass, replace

import pytest

from adapters.memory import MemoryDeliveries
from domain.delivery.deliveries import DeliveryState, LaneId
from domain.delivery.lanes import LaneHealth
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId, Role
from tests.builders import (
    LOC1,
    NOON,
    XYZ,
    a_location,
    a_partner,
    a_reader,
    a_request,
    a_role,
    an_evse,
    at,
)
from tests.unit.application.gates import Gate, a_house
from tests.unit.application.house import House

NSP = PartyId("BE", "NSP")


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


def take(house: House, updated: float = 0) -> None:
    house.object_intake.take(house.pushed(a_location(updated=updated)))


def test_every_reading_party_gets_one_request(house: House) -> None:
    house.with_partners(a_partner("two", a_role(Role.NSP, NSP), a_role(Role.OTHER, XYZ)))
    take(house)

    assert house.publisher.publish(LOC1) == 3

    owed = house.deliveries.owed()
    assert {(str(each.lane), each.receiver) for each in owed} == {
        ("emsp/state", XYZ),
        ("two/state", XYZ),
        ("two/state", NSP),
    }
    assert house.wake.pumped == 1


def test_publishing_twice_is_the_same_as_once(house: House) -> None:
    take(house)

    assert [house.publisher.publish(LOC1) for _ in range(2)] == [1, 0]
    assert house.publisher.publish(ObjectKey("locations", XYZ, "none")) == 0
    assert len(house.deliveries.owed()) == 1


def test_without_readers_nothing_is_owed_and_no_pump_woken() -> None:
    house = House().with_partners(a_partner())
    take(house)

    assert house.publisher.publish(LOC1) == 0
    assert house.stored().unpublished is None
    assert house.wake.pumped == 0


@dataclass(frozen=True)
class SlowDeliveries(MemoryDeliveries):
    """A change of the object comes in while its readers are marked."""

    def owe(self, requests, *, now):  # type: ignore[no-untyped-def]
        super().owe(requests, now=now)
        if requests[0].revision == 1:
            house = HOUSES[0]
            house.object_intake.take(
                house.pushed({"status": "CHARGING", "last_updated": at(1)}, "E1", method="PATCH")
            )


HOUSES: list[House] = []


def test_a_change_that_comes_in_meanwhile_stays_to_be_published() -> None:
    house = House(deliveries=SlowDeliveries()).with_partners(a_partner(), a_reader())
    HOUSES[:] = [house]
    take(house)

    house.publisher.publish(LOC1)
    [owed] = house.deliveries.owed()
    assert owed.revision == 1
    assert house.stored().unpublished is not None
    house.publisher.publish(LOC1)

    [owed] = house.deliveries.owed()
    assert owed.revision == 2
    assert house.stored().unpublished is None


def test_what_was_unpublished_for_a_while_is_found(house: House) -> None:
    take(house)

    assert house.publisher.sweep(older_than_s=2) == 0
    house.clock.advance(2.001)
    assert house.publisher.sweep(older_than_s=2) == 1
    assert len(house.deliveries.owed()) == 1


# --- the sweep


def test_a_sweep_with_nothing_left_behind_wakes_no_pump(house: House) -> None:
    assert house.sweep.sweep(idle_s=99) is False
    assert house.wake.pumped == 0


def test_a_sweep_wakes_the_pump_for_lanes_that_wait(house: House) -> None:
    take(house)
    house.clock.advance(3)

    assert house.sweep.sweep(idle_s=9.9) is True

    assert house.wake.pumped == 2
    assert house.wire.asked == []


def test_a_sweep_pumps_by_itself_where_no_worker_does(house: House) -> None:
    take(house)
    house.clock.advance(3)

    assert house.sweep.sweep(idle_s=10) is True

    assert house.deliveries.owed() == ()
    house.pump.close()


def test_a_sweep_that_is_told_to_stop_pumps_no_more(house: House) -> None:
    take(house)
    house.clock.advance(3)

    house.sweep.sweep(idle_s=10, stop=lambda: True)

    assert len(house.deliveries.owed()) == 1


def test_a_sweep_goes_on_with_the_lanes_that_it_has_in_hand(gate: Gate) -> None:
    gate.shut.add(XYZ)
    house = a_house(gate)
    take(house)
    house.clock.advance(3)
    house.sweep.sweep(idle_s=10, stop=lambda: gate.hanging() == 1)
    gate.opened.set()

    assert house.sweep.sweep(idle_s=0) is True

    assert house.deliveries.owed() == ()
    house.pump.close()


# --- operators


def test_operators_see_what_is_owed_and_how_lanes_are(house: House) -> None:
    house.deliveries.owe([a_request()], now=NOON)
    lease = house.deliveries.lease(LaneId("emsp"), holder="pump", seconds=60)

    [owed] = house.delivery_overview.owed(partner_id="emsp", state=DeliveryState.DUE)
    assert house.delivery_overview.find(owed.id) == owed
    assert house.delivery_overview.find("nothing") is None
    assert (
        house.delivery_overview.owed(partner_id="cpo")
        == house.delivery_overview.owed(state=DeliveryState.PARKED)
        == ()
    )
    assert house.delivery_overview.health() == {LaneId("emsp"): LaneHealth()}
    assert lease is not None


def test_operators_can_have_what_was_refused_tried_again(house: House) -> None:
    house.deliveries.owe([a_request()], now=NOON)
    [owed] = house.deliveries.owed()
    house.deliveries.held[owed.id] = replace(owed, state=DeliveryState.REFUSED)

    assert house.delivery_overview.retry(owed.id)
    assert house.deliveries.lanes_due(now=NOON) == (LaneId("emsp"),)
    assert house.wake.pumped == 1
    assert not house.delivery_overview.retry("nothing")
    assert house.wake.pumped == 1


def test_an_evse_of_its_own_is_published_as_its_location(house: House) -> None:
    house.push(a_location())
    house.push(an_evse("E2", updated=1), "E2")

    assert [str(each.key) for each in house.deliveries.owed()] == [str(LOC1)]
