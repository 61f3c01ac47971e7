"""The hub as the one who calls: registering at a partner, turning its tokens, saying goodbye."""

from typing import Any

import pytest

from adapters.memory import answer
from domain.errors import (
    NoAnswer,
    NoMatchingEndpoints,
    PartnerUnusable,
    PartyTaken,
    RegistrationRefused,
    UnknownCaller,
    Unreachable,
    UnsupportedVersion,
)
from domain.partner import PartnerState
from domain.ports import WireAnswer, WireRequest
from tests.builders import NOON, a_partner, a_role
from tests.unit.application.platforms import (
    LOCATIONS,
    VERSIONS,
    Platform,
    a_house,
    connect,
    enter,
    sent_token,
)


def test_the_hub_registers_at_a_partner_in_the_highest_version_of_both() -> None:
    house = a_house()

    partner = connect(house)

    assert (partner.state, partner.version) == (PartnerState.REGISTERED, "2.3.0")
    assert (partner.roles, partner.registered_at) == ((a_role(),), NOON)
    assert house.connecting.outbound_token(partner) == "token-c"
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


def test_a_partner_whose_party_is_taken_is_told_that_it_is_not_registered_after_all() -> None:
    house = a_house(None, a_partner("other"))

    with pytest.raises(PartyTaken):
        connect(house)

    assert house.wire.asked[-1].method == "DELETE"
    assert house.wire.asked[-1].token == "token-c"
    assert [each.id for each in house.partners.all() if each.is_registered] == ["other"]


def test_a_goodbye_that_is_not_heard_does_not_hide_why_it_was_said() -> None:
    house = a_house(Platform(DELETE=NoAnswer("reset", timed_out=False)), a_partner("other"))

    with pytest.raises(PartyTaken):
        connect(house)


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
