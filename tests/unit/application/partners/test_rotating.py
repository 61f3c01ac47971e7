"""The hub turns the tokens of a connection, reads endpoints again, says goodbye."""

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from adapters.memory import MemoryPartners, answer
from domain.errors import (
    HandshakeUnderWay,
    HubError,
    LockedOut,
    NoAnswer,
    NotRegistered,
    PartnerUnusable,
    PartyTaken,
    RegistrationRefused,
    UnknownCaller,
    Unreachable,
)
from domain.partners.approval import Approved
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Role
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, a_partner, a_role, after, an_endpoint, some_credentials
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.platforms import Platform, a_house, enter, sent_token

# --- rotation


def test_a_rotation_brings_new_tokens_both_ways_and_a_grace_for_the_old_one() -> None:
    house = a_house(None, a_partner(registered_at=after(-99)))

    rotated = house.credentials_client.rotate("cpo")

    assert rotated.registered_at == after(-99)
    assert house.credentials_client.outbound_token(rotated) == "token-c"
    assert house.wire.asked[0].token == "to-cpo"
    assert enter(house, "cpo-token")
    assert enter(house, sent_token(house, "PUT"))
    with pytest.raises(UnknownCaller):
        enter(house, "cpo-token")


def test_a_rotation_that_is_answered_405_says_so() -> None:
    house = a_house(Platform(PUT=answer(status=405, code=2000)), a_partner())

    with pytest.raises(RegistrationRefused, match="PUT credentials was answered HTTP 405"):
        house.credentials_client.rotate("cpo")


def test_a_compromised_token_is_dead_before_the_partner_is_called() -> None:
    house = a_house(None, a_partner())
    platform = house.wire.answers

    def with_the_old_token(request: WireRequest) -> WireAnswer:
        with pytest.raises(UnknownCaller):
            enter(house, "cpo-token", functional=False)
        answered: WireAnswer = platform(request)
        return answered

    house.wire.answers = with_the_old_token

    house.credentials_client.rotate("cpo", compromised=True)

    assert enter(house, sent_token(house, "PUT"))
    with pytest.raises(UnknownCaller):
        enter(house, "cpo-token")


@pytest.mark.parametrize(
    "said",
    [
        Unreachable("gone"),
        NoAnswer("timeout", timed_out=True),
        answer(code=2001),
        answer(data={"token": "c"}),
        answer(data=some_credentials(a_role(Role.NSP), token="c")),
    ],
)
def test_a_compromised_token_is_dead_after_every_answer_of_the_partner(said: Any) -> None:
    house = a_house(Platform(PUT=said), a_partner())

    with pytest.raises(LockedOut, match="partner invite --again cpo"):
        house.credentials_client.rotate("cpo", compromised=True)

    with pytest.raises(UnknownCaller):
        enter(house, "cpo-token", functional=False)


def test_two_handshakes_with_a_partner_are_never_under_way_at_once() -> None:
    house = a_house(None, a_partner())

    with house.one_at_a_time.take("cpo"):
        with pytest.raises(HandshakeUnderWay):
            house.credentials_client.rotate("cpo")
        assert not house.credentials_client.say_goodbye(house.partners.get("cpo"))

    assert house.wire.asked == []
    assert house.credentials_client.rotate("cpo").is_registered


def test_when_the_answer_is_lost_both_tokens_are_let_in_until_the_new_one_is_used() -> None:
    house = a_house(Platform(PUT=NoAnswer("timeout", timed_out=True)), a_partner())
    with pytest.raises(PartnerUnusable):
        house.credentials_client.rotate("cpo")
    new = sent_token(house, "PUT")

    assert enter(house, "cpo-token")
    assert enter(house, new, functional=False)
    assert enter(house, "cpo-token")
    assert enter(house, new)
    with pytest.raises(UnknownCaller):
        enter(house, "cpo-token")
    assert house.credentials_client.outbound_token(house.partners.get("cpo")) == "to-cpo"


class Racing(MemoryPartners):
    """Another process changes the partner right before what was agreed with it is saved."""

    races: ClassVar[int] = 0

    def save(self, partner: Partner) -> Partner:
        was = self.held.get(partner.id)
        if was is not None and was.outbound_token != partner.outbound_token and not self.races:
            type(self).races += 1
            super().save(replace(was, stand_in=False))
        return super().save(partner)


def test_a_change_at_the_same_moment_loses_neither_itself_nor_the_new_token() -> None:
    house = House(wire=TalkingWire(Platform()), partners=Racing()).with_partners(a_partner())

    rotated = house.credentials_client.rotate("cpo")

    assert Racing.races == 1
    assert house.credentials_client.outbound_token(rotated) == "token-c"
    assert not rotated.stand_in


@pytest.mark.parametrize(
    ("says", "error"),
    [
        ({"PUT": answer(data=some_credentials(a_role(Role.NSP), token="token-c"))}, PartyTaken),
        ({"GET": Unreachable("gone")}, PartnerUnusable),
        ({"GET": answer(status=500, code=3000)}, PartnerUnusable),
    ],
)
def test_a_partner_that_has_turned_its_token_is_called_with_the_new_one_from_then_on(
    says: dict[str, Any], error: type[HubError]
) -> None:
    house = a_house(Platform(**says), a_partner())
    before = house.partners.get("cpo")

    with pytest.raises(error):
        house.credentials_client.rotate("cpo")

    after = house.partners.get("cpo")
    assert house.credentials_client.outbound_token(after) == "token-c"
    assert (after.roles, after.endpoints) == (before.roles, before.endpoints)
    assert enter(house, "cpo-token")


def test_a_partner_that_is_removed_during_its_rotation_stays_without_a_token() -> None:
    platform = Platform()
    house = a_house(platform, a_partner())

    def is_removed_meanwhile(request: WireRequest) -> WireAnswer:
        if request.method == "PUT":
            house.administration.remove("cpo")
        return platform(request)

    house.wire.answers = is_removed_meanwhile
    with pytest.raises(NotRegistered):
        house.credentials_client.rotate("cpo")

    assert house.partners.get("cpo").outbound_token is None


@pytest.mark.parametrize(
    "partner", [a_partner(state=PartnerState.SUSPENDED), a_partner(outbound_token=None)]
)
def test_only_a_connection_has_tokens_to_turn(partner: Partner) -> None:
    house = a_house(None, partner)

    with pytest.raises(NotRegistered):
        house.credentials_client.rotate("cpo")


# --- endpoints, goodbye


def test_endpoints_that_have_moved_are_read_again() -> None:
    house = a_house(None, a_partner())

    refreshed = house.credentials_client.refresh(house.partners.get("cpo"))

    assert [endpoint.url for endpoint in refreshed.endpoints] == [
        "https://cpo.example/creds",
        "https://cpo.example/locations",
    ]
    assert house.credentials_client.refresh(refreshed) is refreshed


def test_who_has_no_token_cannot_be_called() -> None:
    house = a_house(None, a_partner(outbound_token=None))

    with pytest.raises(NotRegistered):
        house.credentials_client.outbound_token(house.partners.get("cpo"))


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (answer(), True),
        (answer(code=None), False),
        (answer(code=2000), False),
        (Unreachable("gone"), False),
    ],
)
def test_a_goodbye_is_said_once_and_may_not_be_heard(said: Any, heard: bool) -> None:
    house = a_house(Platform(DELETE=said), a_partner())

    assert house.credentials_client.say_goodbye(house.partners.get("cpo")) is heard
    assert [(call.method, call.token) for call in house.wire.asked] == [("DELETE", "to-cpo")]


@pytest.mark.parametrize(
    "mute",
    [
        a_partner(outbound_token=None),
        a_partner(outbound_token="other|sealed"),
        a_partner(endpoints=(an_endpoint(),)),
    ],
)
def test_who_cannot_be_told_is_not_told(mute: Partner) -> None:
    house = a_house(None, mute)

    assert house.credentials_client.say_goodbye(mute) is False
    assert house.wire.asked == []


def test_roles_are_those_the_partner_answers_with() -> None:
    roles = (a_role(), a_role(Role.EMSP, ABC))
    said = answer(data=some_credentials(*roles, token="token-c"))
    house = a_house(Platform(PUT=said), replace(a_partner(), approved=Approved.of(roles)))

    assert house.credentials_client.rotate("cpo").roles == roles
