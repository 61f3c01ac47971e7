"""Tokens as the hub takes, keeps, lists and sends them: the type is part of who they are."""

from typing import Any

import pytest

from application.modules import MODULES
from domain.errors import InvalidDocument, UnknownToken
from domain.objects.paging import PageRequest
from domain.objects.stored import EVERYONE, ObjectKey
from domain.partners.party import PartyId, Role
from tests.builders import ABC, HUB, XYZ, a_role, a_token_object, at
from tests.unit.application.house import House
from tests.unit.application.roaming import (
    OTHER,
    T1,
    a_cpo,
    a_house,
    a_platform,
    an_emsp,
    push_token,
)


@pytest.fixture
def house() -> House:
    return a_house(a_cpo(), an_emsp(), an_emsp("third", OTHER))


def deliver(house: House) -> None:
    house.pump.run(seconds=20.0)


def listed(house: House, party: PartyId, module: str = "tokens") -> int:
    viewer = house.object_reader.lister(module, party)
    return house.object_reader.page(module, PageRequest(0, 10), viewer=viewer).total


def test_one_uid_of_two_types_is_two_tokens(house: House) -> None:
    push_token(house, a_token_object())
    push_token(house, a_token_object(type="APP_USER", valid=False))

    assert house.document(T1)["valid"] is True
    assert house.document(ObjectKey("tokens", XYZ, "t1", "app_user"))["valid"] is False
    assert listed(house, ABC) == 2


@pytest.mark.parametrize(
    ("fields", "wrong"), [({"type": "OTHER"}, "type"), ({"uid": "T2"}, "uid")], ids=str
)
def test_a_body_that_is_another_token_than_the_url_names_is_refused(
    house: House, fields: Any, wrong: str
) -> None:
    pushed = house.pushed(a_token_object(**fields), key=T1)

    with pytest.raises(InvalidDocument) as refused:
        house.object_intake.take(pushed)

    assert [problem.path for problem in refused.value.problems] == [wrong]


def test_a_patch_of_a_token_that_is_not_known_says_so(house: House) -> None:
    patch = {"valid": False, "last_updated": at(1)}
    with pytest.raises(UnknownToken):
        house.push(patch, method="PATCH", key=T1)

    push_token(house)
    house.push(patch, method="PATCH", key=T1, by=house.partners.get("emsp"))

    assert house.document(T1) == a_token_object(updated=1, valid=False)


def test_a_token_goes_to_operators_with_its_type_where_it_is_not_the_default(house: House) -> None:
    push_token(house)
    push_token(house, a_token_object("A/1", type="APP_USER"))

    deliver(house)

    assert [(request.url, request.receiver) for request in house.wire.asked] == [
        ("https://cpo.example/2.3.0/receiver/tokens/FR/XYZ/T1", ABC),
        ("https://cpo.example/2.3.0/receiver/tokens/FR/XYZ/A%2F1?type=APP_USER", ABC),
    ]


def test_only_operators_list_others_tokens(house: House) -> None:
    push_token(house)

    assert [listed(house, party) for party in (ABC, XYZ, OTHER, HUB)] == [1, 1, 0, 1]


def test_others_tokens_are_read_but_not_owned_by_operators() -> None:
    tokens = MODULES["tokens"]

    assert tokens.owners == {Role.EMSP, Role.OTHER}
    assert tokens.readers == {Role.CPO}


def test_pulled_tokens_are_taken_where_they_are_newer(house: House) -> None:
    push_token(house, a_token_object(updated=5))

    def take(updated: float) -> bool:
        emsp = house.partners.get("emsp")
        pushed = house.pushed(a_token_object(updated=updated), key=T1, by=emsp)
        return house.object_intake.take_if_newer(pushed)

    assert [take(4), take(5), take(6), take(6)] == [False, False, True, False]
    assert house.document(T1)["last_updated"] == at(6)


def test_a_platform_that_is_both_is_not_sent_its_own() -> None:
    house = a_house(a_platform("emsp", a_role(Role.EMSP, XYZ), a_role(Role.CPO, OTHER)), a_cpo())
    push_token(house)

    deliver(house)

    assert [request.receiver for request in house.wire.asked] == [ABC]
    assert house.stored(T1, EVERYONE).unpublished is None
