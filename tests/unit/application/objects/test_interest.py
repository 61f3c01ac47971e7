"""A reader is pushed what it wants, and no more; what it may see in lists stays the same."""

import pytest

from domain.objects.paging import PageRequest
from domain.objects.stored import ObjectKey
from domain.partners.interest import EVERYTHING, NOTHING
from domain.partners.party import PartyId
from tests.builders import ABC, LOC1, T1, XYZ, a_tariff, a_token_object, at
from tests.charging import a_session
from tests.unit.application.charging_now import report, report_to_hub
from tests.unit.application.house import House
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
    choose,
    deliver,
    in_step,
    push,
    push_location,
)

LOC9 = ObjectKey("locations", TNM, "LOC9")


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def house(reader: Reader) -> House:
    return a_choosing_house(reader)


def listed(house: House, module: str = "locations") -> int:
    viewer = house.object_reader.lister(module, XYZ)
    return house.objects.page(module, PageRequest(0, 9), viewer=viewer).total


def test_it_is_pushed_what_the_owners_of_a_country_change(house: House, reader: Reader) -> None:
    choose(house, locations=DE)

    push_location(house, "LOC1", ABC)
    push_location(house, "LOC9", TNM)
    deliver(house)

    assert reader.got == [("PUT", "locations/DE/ABC/LOC1")]
    assert listed(house) == 2


def test_other_readers_are_told_as_before(reader: Reader) -> None:
    house = a_choosing_house(reader, a_choosing_reader("two", PartyId("BE", "TWO")))
    choose(house, locations=NL)
    push_location(house)

    assert [str(each.lane) for each in house.deliveries.owed()] == ["two/state"]


def test_what_is_outside_the_box_is_not_pushed(house: House, reader: Reader) -> None:
    choose(house, locations=INSIDE)

    push_location(house, "LOC1", coordinates=BERLIN)
    push_location(house, "LOC9", TNM, coordinates=PARIS)
    push(house, LOC9, {"status": "CHARGING", "last_updated": at(1)}, "E1", method="PATCH")
    deliver(house)

    assert reader.got == [("PUT", "locations/DE/ABC/LOC1")]
    assert listed(house) == 2


def test_a_location_that_moves_into_the_box_comes_whole(house: House, reader: Reader) -> None:
    choose(house, locations=INSIDE)
    push_location(house, coordinates=PARIS)
    deliver(house)

    push(house, LOC1, {"coordinates": BERLIN, "last_updated": at(1)}, method="PATCH")
    deliver(house)
    push(house, LOC1, {"status": "CHARGING", "last_updated": at(2)}, "E1", method="PATCH")
    deliver(house)

    assert [method for method, _ in reader.got] == ["PUT", "PATCH"]
    assert reader.held["locations/DE/ABC/LOC1"] == house.document()
    assert reader.wrongs == []


def test_a_location_that_moves_out_of_the_box_is_told_no_more(house: House, reader: Reader) -> None:
    choose(house, locations=INSIDE)
    push_location(house, coordinates=BERLIN)
    deliver(house)

    push(house, LOC1, {"coordinates": PARIS, "last_updated": at(1)}, method="PATCH")
    deliver(house)

    assert [method for method, _ in reader.got] == ["PUT"]
    assert reader.held["locations/DE/ABC/LOC1"]["coordinates"] == BERLIN


def test_of_what_it_pulls_it_is_pushed_nothing_and_the_list_has_it(
    house: House, reader: Reader
) -> None:
    choose(house, tariffs=NOTHING)
    push(house, T1, a_tariff())
    push_location(house)
    house.object_deletion.withdraw(T1, correlation_id="C-2")
    house.publisher.sweep(older_than_s=-1)
    deliver(house)

    assert reader.got == [("PUT", "locations/DE/ABC/LOC1")]
    assert listed(house, "tariffs") == 0


def test_the_end_of_a_tariff_is_told_to_a_reader_that_has_narrowed(
    house: House, reader: Reader
) -> None:
    push(house, T1, a_tariff())
    deliver(house)
    choose(house, tariffs=NL)

    house.object_deletion.withdraw(T1, correlation_id="C-2")
    house.publisher.sweep(older_than_s=-1)
    deliver(house)

    assert [method for method, _ in reader.got] == ["PUT", "DELETE"]


def test_what_is_owed_and_not_wanted_any_more_is_dropped(house: House, reader: Reader) -> None:
    push_location(house)
    assert len(house.deliveries.owed()) == 1

    choose(house, locations=NL)
    deliver(house)

    assert (reader.got, house.deliveries.owed()) == ([], ())


def test_narrowing_deletes_nothing_at_the_reader(house: House, reader: Reader) -> None:
    push_location(house)
    deliver(house)

    choose(house, locations=NL)
    in_step(house)
    deliver(house)

    assert reader.got == [("PUT", "locations/DE/ABC/LOC1")]


def test_an_operator_of_chargers_may_pull_tokens(reader: Reader) -> None:
    house = a_choosing_house(reader)
    choose(house, "cpo", tokens=NOTHING)
    token = ObjectKey("tokens", XYZ, "T1", "RFID")

    house.push(a_token_object(), key=token, by=house.partners.get("emsp"))

    assert [str(each.lane) for each in house.deliveries.owed()] == ["tnm/state"]


def test_sessions_that_are_pulled_are_pushed_by_the_hub_no_more(
    house: House, reader: Reader
) -> None:
    choose(house, sessions=NOTHING)

    report_to_hub(house, a_session())
    house.publisher.sweep(older_than_s=-1)
    deliver(house)

    assert (reader.got, house.deliveries.owed(), listed(house, "sessions")) == ([], (), 1)


def test_a_session_that_the_operator_addresses_to_it_is_passed_on(
    house: House, reader: Reader
) -> None:
    choose(house, sessions=NOTHING)

    report(house, a_session())

    assert [method for method, _ in reader.got] == ["PUT"]


def test_client_info_may_be_pulled(house: House, reader: Reader) -> None:
    choose(house, hubclientinfo=NOTHING)

    house.administration.suspend("tnm")
    house.publisher.sweep(older_than_s=-1)
    deliver(house)

    assert not [name for _, name in reader.got if name.startswith("hubclientinfo")]


def test_an_owner_that_says_the_same_again_is_not_told_to_who_does_not_want_it(
    house: House, reader: Reader
) -> None:
    choose(house, locations=NL)
    push_location(house)

    push_location(house)

    assert house.deliveries.owed() == ()


def test_everything_is_pushed_again_after_a_reset(house: House, reader: Reader) -> None:
    choose(house, locations=NL)
    choose(house, locations=EVERYTHING)
    push_location(house)
    deliver(house)

    assert reader.got == [("PUT", "locations/DE/ABC/LOC1")]
