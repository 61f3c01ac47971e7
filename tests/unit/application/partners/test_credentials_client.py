"""The hub as the one who calls: registering at a partner, turning its tokens, saying goodbye."""

from typing import Any

import pytest

from adapters.memory import answer
from domain.errors import (
    AwaitsApproval,
    NoAnswer,
    NoMatchingEndpoints,
    NotRegistered,
    PartnerUnusable,
    PartyTaken,
    RegistrationRefused,
    UnknownCaller,
    Unreachable,
    UnsupportedVersion,
)
from domain.partners.approval import NOTHING, Approved, Invited
from domain.partners.partner import PartnerState
from domain.partners.party import PartyId, Role
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, NOON, XYZ, a_partner, a_role, some_credentials
from tests.unit.application.platforms import (
    LOCATIONS,
    VERSIONS,
    Platform,
    a_house,
    connect,
    enter,
    sent_token,
)

ANOTHER = Approved((Invited(Role.CPO, XYZ),))


def test_the_hub_registers_at_a_partner_in_the_highest_version_of_both() -> None:
    house = a_house()

    partner = connect(house)

    assert (partner.state, partner.version) == (PartnerState.REGISTERED, "2.3.0")
    assert (partner.roles, partner.registered_at) == ((a_role(),), NOON)
    assert house.credentials_client.outbound_token(partner) == "token-c"
    assert enter(house, sent_token(house, "POST")).partner.id == partner.id
    assert [(call.method, call.token) for call in house.wire.asked] == [
        ("GET", "token-a"),
        ("GET", "token-a"),
        ("POST", "token-a"),
        ("GET", "token-c"),
        ("GET", "token-c"),
    ]


def test_the_partner_is_let_in_with_its_token_while_the_hubs_request_is_open() -> None:
    house = a_house()
    platform = house.wire.answers

    def calling_back(request: WireRequest) -> WireAnswer:
        if request.method == "POST":
            token = sent_token(house, "POST")
            assert enter(house, token, functional=False)
            with pytest.raises(UnknownCaller):
                enter(house, token, functional=True)
        answered: WireAnswer = platform(request)
        return answered

    house.wire.answers = calling_back

    assert connect(house).is_registered


@pytest.mark.parametrize(
    ("said", "refusal", "reason"),
    [
        (Unreachable("refused"), PartnerUnusable, "refused"),
        (answer(status=405, code=2000), RegistrationRefused, "believes that the hub is registered"),
        (answer(code=3001, message="cannot reach you"), RegistrationRefused, "cannot reach you"),
        (answer(status=500, code=1000), RegistrationRefused, "HTTP 500"),
        (answer(data={"token": "c"}), PartnerUnusable, "not valid"),
    ],
)
def test_a_partner_that_does_not_agree_leaves_nothing_behind(
    said: Any, refusal: type[Exception], reason: str
) -> None:
    house = a_house(Platform(POST=said))

    with pytest.raises(refusal, match=reason):
        connect(house)

    [partner] = house.partners.all()
    assert (partner.state, partner.tokens) == (PartnerState.UNREGISTERED, ())
    house.wire.answers = Platform()
    assert connect(house).is_registered


def test_a_partner_that_names_another_party_is_told_that_it_is_not_registered_after_all() -> None:
    house = a_house(None, a_partner("other"))

    with pytest.raises(PartyTaken):
        connect(house, ANOTHER)

    assert house.wire.asked[-1].method == "DELETE"
    assert house.wire.asked[-1].token == "token-c"
    assert [each.id for each in house.partners.all() if each.is_registered] == ["other"]


def test_a_goodbye_that_is_not_heard_does_not_hide_why_it_was_said() -> None:
    house = a_house(Platform(DELETE=NoAnswer("reset", timed_out=False)), a_partner("other"))

    with pytest.raises(PartyTaken):
        connect(house, ANOTHER)


def test_without_a_version_in_common_or_a_credentials_endpoint_nothing_is_begun() -> None:
    house = a_house()
    house.wire.answers.versions = VERSIONS[:1]
    with pytest.raises(UnsupportedVersion):
        connect(house)
    house.wire.answers = Platform()
    house.wire.answers.endpoints = [LOCATIONS]
    with pytest.raises(NoMatchingEndpoints):
        connect(house)

    assert house.partners.all() == ()


def test_who_is_connected_without_a_set_awaits_approval() -> None:
    house = a_house()

    partner = connect(house, NOTHING)

    assert (partner.state, partner.roles) == (PartnerState.TO_APPROVE, ())
    assert partner.waiting == (a_role(),)
    assert partner.holds == frozenset()
    token = sent_token(house, "POST")
    assert enter(house, token, functional=False)
    with pytest.raises(AwaitsApproval, match="awaits approval"):
        enter(house, token)


def test_a_set_that_another_platform_has_is_refused_before_any_call() -> None:
    house = a_house(None, a_partner("other"))

    with pytest.raises(PartyTaken, match="held by Other"):
        connect(house)

    assert house.wire.asked == []


@pytest.mark.parametrize(
    ("said", "token"),
    [
        (answer(data={"token": "c"}), "c"),
        (answer(data={"token": 7}), "token-a"),
        (answer(data=None), "token-a"),
        (answer(status=502, code=None), "token-a"),
        (NoAnswer("timeout", timed_out=True), "token-a"),
        (answer(data=some_credentials(a_role(party=XYZ), token="token-c")), "token-c"),
    ],
)
def test_who_may_believe_that_the_hub_is_registered_is_told_that_it_is_not(
    said: Any, token: str
) -> None:
    house = a_house(Platform(POST=said))

    with pytest.raises((PartnerUnusable, RegistrationRefused, PartyTaken)):
        connect(house)

    assert (house.wire.asked[-1].method, house.wire.asked[-1].token) == ("DELETE", token)


@pytest.mark.parametrize("said", [answer(code=3001), Unreachable("refused")])
def test_who_refused_or_was_not_reached_has_nothing_to_undo(said: Any) -> None:
    house = a_house(Platform(POST=said))

    with pytest.raises((RegistrationRefused, PartnerUnusable)):
        connect(house)

    assert [each.method for each in house.wire.asked].count("DELETE") == 0


def test_a_failed_connection_keeps_no_party() -> None:
    house = a_house(Platform(POST=answer(code=3001)))
    with pytest.raises(RegistrationRefused):
        connect(house)

    [partner] = house.partners.all()

    assert partner.holds == frozenset()


def test_who_is_removed_during_a_handshake_is_not_registered_by_its_end() -> None:
    house = a_house()
    platform = house.wire.answers

    def removing(request: WireRequest) -> WireAnswer:
        if request.token == "token-c" and request.method == "GET":
            [partner] = house.partners.all()
            if partner.state is PartnerState.INVITED:
                house.administration.remove(partner.id)
        answered: WireAnswer = platform(request)
        return answered

    house.wire.answers = removing

    with pytest.raises(NotRegistered, match="UNREGISTERED meanwhile"):
        connect(house)
    assert house.partners.all()[0].state is PartnerState.UNREGISTERED


def test_a_hub_is_connected_with_its_party() -> None:
    said = answer(data=some_credentials(token="token-c", hub_party_id="DEHUB"))
    house = a_house(Platform(POST=said))
    berlin = PartyId("DE", "HUB")

    partner = connect(house, Approved((Invited(Role.CPO, ABC),), berlin))

    assert partner.hub_party == berlin
