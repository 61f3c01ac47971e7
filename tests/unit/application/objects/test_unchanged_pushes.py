"""A push that says what is stored already is sent again only to readers that refused or lack it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adapters.memory import answer
from application.objects.pushed import Accepted
from domain.delivery.deliveries import DeliveryState
from domain.documents import same_json
from domain.partners.agreements import AgreementPolicy
from domain.partners.party import PartyId
from tests.builders import ABC, LOC1, XYZ, a_location, a_partner, a_reader, an_evse, at
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.pushes import patch, take

UNCHANGED = Accepted(unchanged=True)
OTHER = PartyId("BE", "OTH")


@pytest.fixture
def house() -> House:
    return House(wire=TalkingWire()).with_partners(a_partner(), a_reader())


def published(house: House, *pushes: Any) -> None:
    """LOC1 is pushed, published and delivered."""
    house.push(a_location())
    delivered(house)


def delivered(house: House) -> list[str]:
    """What is due is sent; the hosts that got something just now."""
    before = len(house.wire.asked)
    house.clock.advance(60)
    house.pump.run(seconds=20.0)
    return [str(each.url).split("/")[2] for each in house.wire.asked[before:]]


def test_the_same_bytes_again_are_sent_to_no_reader(house: House) -> None:
    published(house)
    before = house.stored()

    assert take(house, a_location()) == UNCHANGED

    assert delivered(house) == []
    assert house.stored() == before
    assert house.wake.published == 1


@pytest.mark.parametrize(
    "again",
    [
        dict(reversed(a_location().items())),
        a_location(last_updated=at(0).replace(".000Z", "Z")),
    ],
    ids=["in another order", "the same moment in other words"],
)
def test_what_is_equal_as_json_is_sent_to_no_reader(house: House, again: Any) -> None:
    published(house)

    assert take(house, again) == UNCHANGED
    assert delivered(house) == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_equal_part_is_sent_to_no_reader(house: House, method: str) -> None:
    published(house)

    assert take(house, an_evse(), "E1", method=method) == UNCHANGED
    assert delivered(house) == []


def test_a_change_of_one_field_at_the_same_time_is_sent(house: House) -> None:
    published(house)

    assert not patch(house, 0, "E1", status="CHARGING").unchanged
    house.publisher.publish(LOC1)

    assert delivered(house) == ["emsp.example"]


def test_the_same_at_a_later_time_is_sent(house: House) -> None:
    published(house)

    assert not take(house, a_location(updated=1)).unchanged


def test_a_reader_that_refused_it_gets_it_again(house: House) -> None:
    house.wire.answers = lambda _: answer(code=2001, message="no")
    published(house)
    [refused] = house.deliveries.owed()
    assert refused.state is DeliveryState.REFUSED
    house.wire.answers = lambda _: answer()

    assert take(house, a_location()) == UNCHANGED

    assert delivered(house) == ["emsp.example"]
    assert house.deliveries.owed() == ()


def test_a_reader_that_joined_since_gets_it_once(house: House) -> None:
    published(house)
    house.with_partners(a_reader("late", OTHER))
    house.recovery.admit(house.partners.get("late"))
    house.clock.advance(1)

    assert take(house, a_location()) == UNCHANGED
    assert delivered(house) == ["late.example"]

    assert take(house, a_location()) == UNCHANGED
    assert delivered(house) == []


def test_what_an_earlier_version_published_is_sent_to_who_joined_since_then(house: House) -> None:
    published(house)
    house.objects.held[LOC1, "*"] = replace(house.stored(), published_at=None)
    assert take(house, a_location()) == UNCHANGED
    assert delivered(house) == []
    house.recovery.admit(house.partners.get("emsp"))

    assert take(house, a_location()) == UNCHANGED
    assert delivered(house) == ["emsp.example"]


def test_an_agreement_made_since_makes_its_parties_lack_it() -> None:
    house = House(wire=TalkingWire(), policy=AgreementPolicy.REQUIRED)
    house.with_partners(a_partner(), a_reader(), a_reader("other", OTHER))
    published(house)
    house.clock.advance(60)
    house.administration.agree(ABC, XYZ)

    assert take(house, a_location()) == UNCHANGED
    assert delivered(house) == ["emsp.example"]


def test_what_is_still_to_be_published_is_left_to_that(house: House) -> None:
    take(house, a_location())

    assert take(house, a_location()) == UNCHANGED
    assert (house.wake.published, house.unpublished()) == (2, [LOC1])
    house.publisher.publish(LOC1)

    assert delivered(house) == ["emsp.example"]


def test_whose_word_it_is_now_is_kept(house: House) -> None:
    published(house)
    house.partners.save(replace(house.partners.get("cpo"), roles=()))
    house.with_partners(a_partner("moved"))

    assert take(house, a_location(), by=house.partners.get("moved")) == UNCHANGED

    assert house.stored().origin == "moved"
    assert delivered(house) == []


def test_what_was_deleted_is_new_again(house: House) -> None:
    published(house)
    house.object_deletion.withdraw(LOC1, correlation_id="C-2")

    assert not take(house, a_location()).unchanged


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"a": [1, "x", None]}, {"a": [Decimal("1.0"), "x", None]}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": True}, {"a": True}, True),
        ({"a": None}, {}, False),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ({"a": 1}, [1], False),
        ("1", 1, False),
    ],
)
def test_json_is_compared_by_what_it_says(one: Any, other: Any, is_same: bool) -> None:
    assert same_json(one, other) is is_same
