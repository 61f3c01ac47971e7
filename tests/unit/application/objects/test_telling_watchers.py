"""What is sent in the background goes to no party that may no longer see it."""

from dataclasses import replace
from typing import Any

import pytest

from domain.objects.client_info import key_of
from domain.partners.agreements import Agreement
from domain.partners.partner import PartnerState
from domain.partners.party import Role
from tests.builders import ABC, HUB, LOC1, XYZ, a_location, a_role
from tests.unit.application.house import House
from tests.unit.application.roaming import (
    OTHER,
    a_closed_house,
    a_cpo,
    a_house,
    a_platform,
    an_emsp,
    push_token,
)


def deliver(house: House) -> None:
    house.pump.run(seconds=20.0)


def reconcile(house: House) -> None:
    house.client_info.reconcile()
    house.publisher.drain(seconds=60)


def test_client_info_is_sent_without_routing_headers_to_the_partys_url() -> None:
    house = a_house()
    reconcile(house)

    deliver(house)

    sent = {request.url: request for request in house.wire.asked}
    request = sent["https://emsp.example/2.3.0/receiver/hubclientinfo/DE/ABC"]
    assert (request.method, request.sender, request.receiver) == ("PUT", None, None)
    assert request.body == house.stored(key_of(ABC, Role.CPO)).body
    assert len(sent) == 2


def test_what_is_routed_names_the_hub_and_the_receiver() -> None:
    house = a_house()
    house.push(a_location())

    deliver(house)

    assert [(each.sender, each.receiver) for each in house.wire.asked] == [(HUB, XYZ)]


@pytest.mark.parametrize("agreed", [True, False])
def test_without_the_agreement_that_was_there_nothing_is_sent(agreed: bool) -> None:
    house = a_closed_house()
    made = house.administration.agree(ABC, XYZ)
    house.push(a_location())
    push_token(house)
    reconcile(house)
    assert len(house.deliveries.owed()) == 4

    if not agreed:
        house.administration.disagree(made.id)
    deliver(house)

    assert len(house.wire.asked) == 4 * agreed
    assert house.deliveries.owed() == ()


def test_client_info_goes_to_a_platform_by_any_of_its_parties() -> None:
    both = a_platform("both", a_role(Role.EMSP, XYZ), a_role(Role.NSP, OTHER))
    house = a_closed_house(a_cpo(), both)
    house.agreements.add(Agreement(OTHER, ABC, house.clock.now()))
    reconcile(house)

    deliver(house)

    urls = {request.url for request in house.wire.asked}
    assert "https://both.example/2.3.0/receiver/hubclientinfo/DE/ABC" in urls


@pytest.mark.parametrize(
    "later",
    [
        {"state": PartnerState.SUSPENDED},
        {"roles": (a_role(Role.CPO, XYZ),)},
        {"roles": (a_role(Role.EMSP, OTHER),)},
    ],
    ids=["suspended", "no reader any more", "another party"],
)
def test_a_receiver_that_is_no_reader_any_more_is_sent_nothing(later: Any) -> None:
    house = a_house()
    house.push(a_location())

    house.partners.save(replace(house.partners.get("emsp"), **later))
    deliver(house)

    assert house.wire.asked == []
    assert house.deliveries.owed() == ()


@pytest.mark.parametrize("state", [PartnerState.SUSPENDED, PartnerState.UNREGISTERED])
def test_the_objects_of_an_owner_that_has_left_are_sent_to_no_party(state: PartnerState) -> None:
    house = a_house()
    house.push(a_location())

    house.partners.save(replace(house.partners.get("cpo"), state=state))
    deliver(house)

    assert house.wire.asked == []


def test_that_an_owner_has_left_is_sent_to_those_who_knew_it() -> None:
    house = a_house(a_cpo(), an_emsp())
    house.administration.suspend("cpo")
    reconcile(house)

    deliver(house)

    urls = [request.url for request in house.wire.asked]
    assert urls == ["https://emsp.example/2.3.0/receiver/hubclientinfo/DE/ABC"]


def test_an_owner_that_has_moved_to_another_platform_is_still_there() -> None:
    house = a_house()
    house.push(a_location())
    gone = PartnerState.UNREGISTERED
    house.partners.save(replace(house.partners.get("cpo"), state=gone))
    house.with_partners(a_cpo("new"))

    deliver(house)

    assert house.stored(LOC1).origin == "cpo"
    assert [request.receiver for request in house.wire.asked] == [XYZ]
