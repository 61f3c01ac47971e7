"""An attempt reads the object as it is: its newest change may go out before that one is marked."""

from collections.abc import Iterator

import pytest

from adapters.memory import answer
from domain.ports import WireAnswer, WireRequest
from tests.builders import LOC1, T1, XYZ, a_location, a_tariff, an_evse, at
from tests.unit.application.attempts import settled
from tests.unit.application.house import House, TalkingWire, to
from tests.unit.application.tariffs import a_pricing_house, push_tariff, withdraw


@pytest.fixture
def house() -> Iterator[House]:
    """XYZ has the tariff T1 and the location LOC1, and a change of the tariff is marked."""
    house = a_pricing_house(wire=TalkingWire())
    push_tariff(house, a_tariff())
    house.push(a_location())
    settled(house)
    push_tariff(house, a_tariff(updated=1))
    yield house
    house.pump.close()


def pumped(house: House) -> list[str]:
    """What XYZ is sent now, a method each."""
    house.wire.asked.clear()
    house.clock.advance(10)
    while house.pump.run(seconds=5):
        pass
    return [each.method for each in house.wire.asked if "https://emsp." in each.url]


def test_a_delete_that_went_out_before_it_was_requested_is_not_sent_again(house: House) -> None:
    withdraw(house)
    assert pumped(house) == ["DELETE"]

    assert house.publisher.publish(T1) == 2

    assert pumped(house) == []
    assert house.deliveries.owed(partner_id="emsp") == ()


def test_what_waits_for_its_request_is_forgotten_as_soon_as_that_comes(house: House) -> None:
    """A pump is awake then; later only the sweeper would see to it."""
    withdraw(house)
    assert pumped(house) == ["DELETE"]

    house.publisher.publish(T1)
    house.pump.run(seconds=5)

    assert house.deliveries.owed(partner_id="emsp") == ()


def test_one_that_was_requested_while_it_went_out_is_not_sent_again(house: House) -> None:
    withdraw(house)

    def publishing(request: WireRequest) -> WireAnswer:
        if to(request) == XYZ:
            house.publisher.publish(T1)
        return answer()

    house.wire.answers = publishing

    assert pumped(house) == ["DELETE"]
    assert house.deliveries.owed(partner_id="emsp") == ()
    assert pumped(house) == []


def test_what_was_never_requested_after_it_is_forgotten(house: House) -> None:
    withdraw(house)
    pumped(house)

    assert [len(house.deliveries.owed(partner_id="emsp")), pumped(house)] == [1, []]
    assert house.deliveries.owed(partner_id="emsp") == ()


def test_what_comes_after_it_is_sent(house: House) -> None:
    withdraw(house)
    pumped(house)

    push_tariff(house, a_tariff(updated=3))

    assert pumped(house) == ["PUT"]


def test_one_that_was_refused_is_sent_again_once_it_is_requested(house: House) -> None:
    withdraw(house)
    house.wire.answers = lambda _: answer(code=2001)
    assert pumped(house) == ["DELETE"]

    house.publisher.publish(T1)

    assert pumped(house) == ["DELETE"]


def test_a_part_that_went_out_says_nothing_of_what_another_request_is_about(house: House) -> None:
    house.push(an_evse(status="BLOCKED", updated=2), "E1")
    house.object_intake.take(house.pushed({"name": "New", "last_updated": at(3)}, method="PATCH"))
    assert pumped(house) == ["PUT", "PUT"]

    house.publisher.publish(LOC1)

    assert pumped(house) == ["PATCH"]
