"""The hub as the one who calls: registering at a partner, turning its tokens, saying goodbye."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.memory import answer
from application.registering import Caller
from domain.errors import (
    NoAnswer,
    NoMatchingEndpoints,
    NotRegistered,
    OutboundFailed,
    PartnerUnusable,
    PartyTaken,
    RegistrationRefused,
    UnknownCaller,
    Unreachable,
    UnsupportedVersion,
)
from domain.partner import Partner, PartnerState
from domain.party import Role
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, NOON, a_partner, a_role, an_endpoint, some_credentials
from tests.unit.application.house import House, TalkingWire

URL = "https://cpo.example/versions"
VERSIONS = [{"version": v, "url": f"https://cpo.example/{v}"} for v in ("2.2.1", "2.3.0")]
LOCATIONS = {"identifier": "locations", "role": "SENDER", "url": "https://cpo.example/locations"}
CREDENTIALS = {"identifier": "credentials", "role": "SENDER", "url": "https://cpo.example/creds"}


class Platform:
    """A partner that can be registered at; `says` overrides its answer to a method."""

    def __init__(self, **says: WireAnswer | OutboundFailed) -> None:
        self.says = says
        self.endpoints = [CREDENTIALS, LOCATIONS]
        self.versions: list[dict[str, str]] = VERSIONS

    def __call__(self, request: WireRequest) -> WireAnswer:
        if request.method in self.says:
            said = self.says[request.method]
            if isinstance(said, OutboundFailed):
                raise said
            return said
        if request.method != "GET":
            return answer(status=201, data=some_credentials(token="token-c"))
        if request.url == URL:
            return answer(data=self.versions)
        return answer(data={"version": "2.3.0", "endpoints": self.endpoints})


def a_house(platform: Platform | None = None, *partners: Partner) -> House:
    return House(wire=TalkingWire(platform or Platform())).with_partners(*partners)


def connect(house: House) -> Partner:
    return house.connecting.connect(name="CPO", url=URL, token="token-a")


def enter(house: House, token: str, *, functional: bool = True) -> Caller:
    return house.registering.authenticate(token, functional=functional)


def sent_token(house: House, method: str) -> str:
    [request] = [each for each in house.wire.asked if each.method == method]
    return str(dict(house.json.parse(request.body))["token"])  # type: ignore[arg-type]


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


# --- rotation ------------------------------------------------------------------------------------


def test_a_rotation_brings_new_tokens_both_ways_and_a_grace_for_the_old_one() -> None:
    house = a_house(None, a_partner())

    rotated = house.connecting.rotate("cpo")

    assert house.connecting.outbound_token(rotated) == "token-c"
    assert house.wire.asked[0].token == "to-cpo"
    assert enter(house, "cpo-token")
    assert enter(house, sent_token(house, "PUT"))
    with pytest.raises(UnknownCaller):
        enter(house, "cpo-token")


def test_a_compromised_token_has_no_grace() -> None:
    house = a_house(None, a_partner())

    house.connecting.rotate("cpo", compromised=True)

    with pytest.raises(UnknownCaller):
        enter(house, "cpo-token")


def test_when_the_answer_is_lost_both_tokens_are_let_in_until_the_new_one_is_used() -> None:
    house = a_house(Platform(PUT=NoAnswer("timeout", timed_out=True)), a_partner())
    with pytest.raises(PartnerUnusable):
        house.connecting.rotate("cpo")
    new = sent_token(house, "PUT")

    assert enter(house, "cpo-token")
    assert enter(house, new, functional=False)
    assert enter(house, "cpo-token")
    assert enter(house, new)
    with pytest.raises(UnknownCaller):
        enter(house, "cpo-token")
    assert house.connecting.outbound_token(house.partners.get("cpo")) == "to-cpo"


@pytest.mark.parametrize(
    "partner", [a_partner(state=PartnerState.SUSPENDED), a_partner(outbound_token=None)]
)
def test_only_a_connection_has_tokens_to_turn(partner: Partner) -> None:
    house = a_house(None, partner)

    with pytest.raises(NotRegistered):
        house.connecting.rotate("cpo")


# --- endpoints, goodbye --------------------------------------------------------------------------


def test_endpoints_that_have_moved_are_read_again() -> None:
    house = a_house(None, a_partner())

    refreshed = house.connecting.refresh(house.partners.get("cpo"))

    assert [endpoint.url for endpoint in refreshed.endpoints] == [
        "https://cpo.example/creds",
        "https://cpo.example/locations",
    ]
    assert house.connecting.refresh(refreshed) is refreshed


def test_who_has_no_token_cannot_be_called() -> None:
    house = a_house(None, a_partner(outbound_token=None))

    with pytest.raises(NotRegistered):
        house.connecting.outbound_token(house.partners.get("cpo"))


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

    assert house.connecting.say_goodbye(house.partners.get("cpo")) is heard
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

    assert house.connecting.say_goodbye(mute) is False
    assert house.wire.asked == []


def test_roles_are_those_the_partner_answers_with() -> None:
    roles = (a_role(), a_role(Role.EMSP, ABC))
    said = answer(data=some_credentials(*roles, token="token-c"))
    house = a_house(Platform(PUT=said), replace(a_partner(), roles=(a_role(),)))

    assert house.connecting.rotate("cpo").roles == roles
