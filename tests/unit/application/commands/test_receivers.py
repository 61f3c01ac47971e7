"""Which operator a command or a charging profile is for."""

from dataclasses import replace

import pytest

from domain import errors
from domain.commands.kinds import Refusal
from domain.partners.party import Role
from tests.builders import ABC, QRS, a_partner, a_role
from tests.unit.application.commands_asked import (
    ALL,
    P3,
    QUERY,
    a_house,
    asked,
    asked_profile,
    has_session,
    says,
    sent_by,
)
from tests.unit.application.house import House


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("START_SESSION", Refusal(2003, "REJECTED")),
        ("UNLOCK_CONNECTOR", Refusal(2003, "REJECTED")),
        ("RESERVE_NOW", Refusal(2003, "REJECTED")),
        ("STOP_SESSION", Refusal(1000, "UNKNOWN_SESSION")),
        ("CANCEL_RESERVATION", Refusal(1000, "REJECTED")),
    ],
)
@pytest.mark.parametrize("how", ["ask", "begin"])
def test_where_no_operator_is_found_the_hub_says_so(name: str, refusal: Refusal, how: str) -> None:
    house = a_house()

    assert getattr(house.command_sender, how)(asked(name, to=None)) == refusal
    assert not house.commands.held


def test_an_unknown_command_without_a_receiver_is_4001() -> None:
    with pytest.raises(errors.UnknownReceiver):
        a_house().command_sender.ask(asked("MY_OWN", to=None, session_id="S1"))


@pytest.mark.parametrize("name", ["START_SESSION", "UNLOCK_CONNECTOR", "RESERVE_NOW"])
def test_the_owner_of_the_location_is_asked(house: House, name: str) -> None:
    house.command_sender.ask(asked(name, to=None, location_id="loc1"))

    assert house.wire.asked[0].receiver == ABC


@pytest.mark.parametrize("name", ["STOP_SESSION", "MY_OWN"])
def test_the_owner_of_the_session_is_asked(house: House, name: str) -> None:
    has_session(house)

    house.command_sender.ask(asked(name, to=None, session_id="s1"))

    assert house.wire.asked[0].receiver == ABC


def test_a_session_that_another_emsp_pays_for_is_unknown(house: House) -> None:
    has_session(house, reader=QRS)

    answers = [house.command_sender.ask(asked("STOP_SESSION", to=None))]
    answers += [
        house.command_sender.ask(asked_profile(method, to=None, query=QUERY)) for method in ALL
    ]

    assert answers == [Refusal(1000, "UNKNOWN_SESSION")] * 4
    assert not house.wire.asked


def test_of_two_owners_of_a_session_one_has_to_be_named(house: House) -> None:
    house.with_partners(a_partner("other", a_role(Role.CPO, QRS)))
    has_session(house)
    has_session(house, QRS)

    with pytest.raises(errors.AmbiguousObject):
        house.command_sender.ask(asked("STOP_SESSION", to=None))


def test_a_reservation_is_cancelled_where_it_was_made(house: House) -> None:
    sent_by(house, "RESERVE_NOW")
    sent_by(house, "CANCEL_RESERVATION", to=None, reservation_id="r1")

    assert [each.receiver for each in house.wire.asked] == [ABC, ABC]


def test_a_reservation_that_was_refused_is_not_there_to_be_cancelled(house: House) -> None:
    sent_by(house, "RESERVE_NOW", answer=says("REJECTED", 0))

    answered = house.command_sender.ask(asked("CANCEL_RESERVATION", to=None))

    assert answered == Refusal(1000, "REJECTED")


def test_an_unnamed_reservation_has_no_operator(house: House) -> None:
    cancelling = replace(asked("CANCEL_RESERVATION", to=None), document={"response_url": P3})

    assert house.command_receivers.of(cancelling) is None
