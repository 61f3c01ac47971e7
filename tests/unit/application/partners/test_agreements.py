"""Agreements, stand-in answers, announced invitations: what else operators decide."""

import pytest

from domain.errors import InvalidParameter
from domain.objects.paging import PageRequest
from domain.partners.approval import Invited
from domain.partners.party import PartyId, Role
from tests.builders import ABC, XYZ, a_location
from tests.unit.application.house import House
from tests.unit.application.roaming import a_closed_house, a_house

THIRD = PartyId("BE", "THI")


@pytest.fixture
def house() -> House:
    house = a_closed_house()
    house.push(a_location())
    return house


def seen(house: House) -> int:
    viewer = house.object_reader.lister("locations", XYZ)
    return house.object_reader.page("locations", PageRequest(0, 10), viewer=viewer).total


def test_an_agreement_and_its_end_take_effect_at_once(house: House) -> None:
    assert seen(house) == 0

    made = house.administration.agree(XYZ, ABC)
    assert seen(house) == 1

    assert house.administration.disagree(made.id)
    assert seen(house) == 0
    assert not house.administration.disagree(made.id)


def test_an_agreement_is_made_once(house: House) -> None:
    made = house.administration.agree(XYZ, ABC)
    house.clock.advance(60)
    told = house.wake.published

    assert house.administration.agree(ABC, XYZ) == made
    assert house.administration.agreed() == (made,)
    assert house.wake.published == told


def test_an_agreement_that_is_made_again_is_the_one_of_these_two(house: House) -> None:
    house.administration.agree(XYZ, THIRD)
    made = house.administration.agree(XYZ, ABC)
    house.clock.advance(60)

    assert house.administration.agree(XYZ, ABC) == made


def test_no_party_agrees_with_itself(house: House) -> None:
    with pytest.raises(InvalidParameter):
        house.administration.agree(ABC, ABC)


def test_agreements_are_listed_oldest_first(house: House) -> None:
    first = house.administration.agree(XYZ, THIRD)
    house.clock.advance(1)
    second = house.administration.agree(ABC, XYZ)

    assert house.administration.agreed() == (first, second)


def test_a_platform_is_told_of_the_roles_that_it_has_agreements_with(house: House) -> None:
    cpo = house.partners.get("cpo")
    assert house.directories.read().reachable_roles(by=cpo) == ()

    house.administration.agree(ABC, XYZ)

    assert house.directories.read().reachable_roles(by=cpo) == house.partners.get("emsp").roles


def test_the_stand_in_answer_is_switched_per_partner() -> None:
    house = a_house()
    assert house.partners.get("emsp").stand_in

    assert not house.administration.let_stand_in("emsp", allowed=False).stand_in
    assert house.administration.let_stand_in("emsp", allowed=True).stand_in


@pytest.mark.parametrize("announce", [True, False])
def test_an_invitation_may_be_announced(announce: bool) -> None:
    house = a_house()

    invitation = house.administration.invite(
        name="New", roles=[Invited(Role.CPO, THIRD)], announce=announce
    )

    assert house.partners.get(invitation.partner.id).is_announced is announce
    others = house.object_reader.watcher(house.partners.get("emsp")).owners
    assert (THIRD in others) is announce
