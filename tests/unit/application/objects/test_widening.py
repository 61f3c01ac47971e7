"""A reader that wants more than before is sent what it did not want before, whole and once."""

from dataclasses import dataclass

import pytest

from adapters.memory import MemoryPartners
from domain.errors import RecordChanged
from domain.objects.stored import ObjectKey
from domain.partners.interest import EVERYTHING, NOTHING
from domain.partners.partner import Partner
from tests.builders import ABC, LOC1, T1, a_tariff, at
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.readers import (
    BERLIN,
    DE,
    INSIDE,
    NL,
    PARIS,
    TNM,
    Reader,
    a_choosing_house,
    a_choosing_reader,
    an_owner,
    choose,
    deliver,
    in_step,
    push,
    push_location,
)


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def house(reader: Reader) -> House:
    return a_choosing_house(reader)


def test_it_gets_what_it_did_not_want_before_and_nothing_else(house: House, reader: Reader) -> None:
    choose(house, locations=DE)
    push_location(house, "LOC1", ABC)
    push_location(house, "LOC9", TNM)
    push_location(house, "LOC8", TNM, coordinates=PARIS)
    deliver(house)

    choose(house, locations=EVERYTHING)

    assert in_step(house) == 2
    deliver(house)
    assert reader.got[0] == ("PUT", "locations/DE/ABC/LOC1")
    assert sorted(reader.got[1:]) == [
        ("PUT", "locations/NL/TNM/LOC8"),
        ("PUT", "locations/NL/TNM/LOC9"),
    ]
    assert in_step(house) == 0
    assert house.partners.get("emsp").interests.outgrown == ()


def test_it_waits_until_every_publisher_goes_by_the_choice(house: House) -> None:
    choose(house, locations=NL)
    push_location(house)
    choose(house, locations=DE)

    assert house.catch_up.sweep() == 0
    house.clock.advance(5)
    assert house.catch_up.sweep() == 1


def test_a_change_that_comes_before_it_is_in_step_comes_whole(house: House, reader: Reader) -> None:
    choose(house, locations=NL)
    push_location(house)
    choose(house, locations=DE)

    push(house, LOC1, {"status": "CHARGING", "last_updated": at(1)}, "E1", method="PATCH")
    deliver(house)

    assert reader.got == [("PUT", "locations/DE/ABC/LOC1")]
    assert reader.held["locations/DE/ABC/LOC1"] == house.document()


def test_what_moves_into_the_box_of_before_comes_whole(house: House, reader: Reader) -> None:
    """It had changed outside, and now looks as if the reader had been told all the time."""
    choose(house, locations=INSIDE)
    push_location(house)
    deliver(house)
    push_location(house, updated=1, coordinates=PARIS, name="Moved")
    choose(house)

    push(house, LOC1, {"coordinates": BERLIN, "last_updated": at(2)}, method="PATCH")
    deliver(house)

    assert reader.held["locations/DE/ABC/LOC1"] == house.document()


def test_what_moved_out_of_its_box_comes_once_the_box_is_gone(house: House, reader: Reader) -> None:
    choose(house, locations=INSIDE)
    push_location(house)
    deliver(house)
    push(house, LOC1, {"coordinates": PARIS, "last_updated": at(1)}, method="PATCH")

    choose(house)
    in_step(house)
    deliver(house)

    assert reader.held["locations/DE/ABC/LOC1"]["coordinates"] == PARIS


def test_a_reader_that_pulled_is_told_what_was_deleted_meanwhile(
    house: House, reader: Reader
) -> None:
    push(house, T1, a_tariff("T1"))
    push(house, ObjectKey("tariffs", ABC, "T2"), a_tariff("T2"))
    deliver(house)
    house.object_deletion.withdraw(T1, correlation_id="C-2")
    house.publisher.sweep(older_than_s=-1)
    deliver(house)
    choose(house, tariffs=NOTHING)
    house.object_deletion.withdraw(ObjectKey("tariffs", ABC, "T2"), correlation_id="C-3")
    house.publisher.sweep(older_than_s=-1)

    choose(house)
    in_step(house)
    deliver(house)

    assert [each for each in reader.got if each[0] == "DELETE"] == [
        ("DELETE", "tariffs/DE/ABC/T1"),
        ("DELETE", "tariffs/DE/ABC/T2"),
    ]


def test_more_than_a_page_is_brought_to_its_end(
    house: House, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.objects.widening._AT_ONCE", 2)
    choose(house, locations=NOTHING)
    for number in range(5):
        push_location(house, f"LOC{number}")

    choose(house)

    assert in_step(house) == 5
    deliver(house)
    assert len(reader.held) == 5


def test_a_suspended_partner_is_brought_into_step_once_it_is_resumed(
    house: House, reader: Reader
) -> None:
    choose(house, locations=NOTHING)
    push_location(house)
    house.clock.advance(60)
    house.administration.suspend("emsp")
    choose(house)

    assert in_step(house) == 0
    house.administration.resume("emsp")
    for _ in range(2):
        in_step(house)
    deliver(house)

    assert reader.got == [("PUT", "locations/DE/ABC/LOC1")]
    assert house.partners.get("emsp").interests.outgrown == ()


@dataclass(frozen=True)
class BusyPartners(MemoryPartners):
    """Another process writes the partner while it is brought into step."""

    def save(self, partner: Partner) -> Partner:
        held = self.held.get(partner.id)
        if held is not None and held.interests.outgrown and not partner.interests.outgrown:
            raise RecordChanged(partner.id)
        return super().save(partner)


def test_a_partner_that_is_written_meanwhile_is_brought_into_step_again(reader: Reader) -> None:
    house = House(wire=TalkingWire(reader.take), partners=BusyPartners())
    house.with_partners(an_owner(), a_choosing_reader())
    choose(house, locations=NOTHING)
    push_location(house)
    choose(house)

    assert [in_step(house), in_step(house)] == [1, 1]

    assert house.partners.get("emsp").interests.outgrown != ()
    assert len(house.deliveries.owed()) == 1
