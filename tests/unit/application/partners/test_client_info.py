"""Partners hear of each other: at every change, once, and only who may see the party."""

from typing import Any

import pytest

from domain.delivery.deliveries import Delivery
from domain.objects.client_info import key_of
from domain.objects.stored import ObjectKey, Stored
from domain.partners.approval import Invited
from domain.partners.partner import PartnerState
from domain.partners.party import Role
from tests.builders import ABC, HUB, XYZ, a_role, at
from tests.unit.application.house import House
from tests.unit.application.roaming import (
    OTHER,
    a_closed_house,
    a_cpo,
    a_house,
    a_platform,
    an_emsp,
    told,
)


def publish(house: House) -> list[Delivery]:
    """Publish all that the hub was woken for; what is owed after it."""
    house.publisher.drain(seconds=60)
    return list(house.deliveries.owed())


def receivers(house: House, key: ObjectKey) -> set[str]:
    return {each.lane.target for each in publish(house) if each.key == key}


def test_what_has_changed_is_told_once() -> None:
    house = a_house()

    assert house.client_info.reconcile() == 2
    assert house.client_info.reconcile() == 0
    assert told(house) == {"DE/ABC/CPO": "CONNECTED", "FR/XYZ/EMSP": "CONNECTED"}


def test_every_platform_is_told_of_the_others_and_none_of_itself() -> None:
    house = a_house(a_cpo(), an_emsp(), an_emsp("third", OTHER))
    house.client_info.reconcile()

    assert receivers(house, key_of(ABC, Role.CPO)) == {"emsp", "third"}


def test_a_platform_of_several_parties_is_told_once() -> None:
    both = a_platform("both", a_role(Role.EMSP, XYZ), a_role(Role.NSP, OTHER))
    house = a_house(a_cpo(), both)
    house.client_info.reconcile()

    found = [each for each in publish(house) if each.key == key_of(ABC, Role.CPO)]

    assert [each.receiver for each in found] == [XYZ]


def test_its_time_is_the_hubs_own_and_stands_until_the_next_change() -> None:
    house = a_house()
    house.client_info.reconcile()
    house.clock.advance(10)
    house.partners.probed("cpo", failures=2, reachable=False, now=house.clock.now())

    assert house.client_info.reconcile() == 1

    told_of = house.document(key_of(ABC, Role.CPO))
    assert (told_of["status"], told_of["last_updated"]) == ("OFFLINE", at(10))
    assert house.document(key_of(XYZ, Role.EMSP))["last_updated"] == at(0)


def test_a_party_that_moved_is_told_of_as_it_is_where_it_lives_now() -> None:
    gone = PartnerState.UNREGISTERED
    for states in ((gone, PartnerState.REGISTERED), (PartnerState.REGISTERED, gone)):
        house = a_house(a_cpo("one", state=states[0]), a_cpo("two", state=states[1]))

        house.client_info.reconcile()

        assert told(house) == {"DE/ABC/CPO": "CONNECTED"}


class _Raced(House):
    """Another process writes every object first."""

    def race(self) -> None:
        save = self.objects.save

        def first(stored: Stored) -> Stored:
            save(stored)
            return save(stored)

        object.__setattr__(self.objects, "save", first)


def test_two_that_tell_of_the_same_change_tell_it_once() -> None:
    house = _Raced().with_partners(a_cpo())
    assert isinstance(house, _Raced)
    house.race()

    assert house.client_info.reconcile() == 0
    assert house.wake.published == 0


def test_an_announced_invitation_is_told_of_and_another_one_is_not() -> None:
    house = a_house()

    house.administration.invite(name="New", roles=[Invited(Role.CPO, OTHER)], announce=True)
    house.administration.invite(name="Quiet", roles=[Invited(Role.CPO, HUB.parse("SE/QUI"))])

    assert told(house)["BE/OTH/CPO"] == "PLANNED"
    assert "SE/QUI/CPO" not in told(house)


@pytest.mark.parametrize("step", ["suspend", "remove"])
def test_who_is_suspended_or_removed_is_gone_for_good_until_it_is_back(step: str) -> None:
    house = a_house()

    getattr(house.administration, step)("cpo")

    assert told(house)["DE/ABC/CPO"] == "SUSPENDED"


def test_who_is_resumed_is_connected_again() -> None:
    house = a_house()
    house.administration.suspend("cpo")

    house.administration.resume("cpo")

    assert told(house)["DE/ABC/CPO"] == "CONNECTED"


def test_a_new_agreement_tells_the_two_of_each_other() -> None:
    house = a_closed_house()
    house.client_info.reconcile()
    assert publish(house) == []

    house.administration.agree(ABC, XYZ)

    owed = publish(house)
    assert {(each.key.owner, each.receiver) for each in owed} == {(ABC, XYZ), (XYZ, ABC)}


@pytest.mark.parametrize("state", [{}, {"reachable": False, "ailing": True}])
def test_who_is_welcome_is_told_of_tried_again_and_pulled(state: dict[str, Any]) -> None:
    house = a_house(a_cpo(**state), an_emsp())

    house.recovery.welcome(house.partners.get("cpo"))

    cpo = house.partners.get("cpo")
    assert (cpo.reachable, cpo.ailing, cpo.last_seen) == (True, False, house.clock.now())
    assert told(house)["DE/ABC/CPO"] == "CONNECTED"
    assert (house.wake.pumped, house.wake.synchronized) == (1, ["cpo"])
