"""One uid, several owners: all are asked at once, and the first that allows it wins (H-TK-4)."""

import threading
from collections.abc import Callable

import pytest

from adapters.memory import answer
from application.routing.passed import Relayed
from domain.errors import OutboundFailed, ReceiverAway
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import WireAnswer, WireRequest
from tests.builders import XYZ, a_token_object
from tests.unit.application.asking import AWAY, ask, says, stood_in
from tests.unit.application.house import House, TalkingWire, to
from tests.unit.application.roaming import OTHER, a_cpo, a_house, an_emsp, push_token

Saying = dict[PartyId, WireAnswer | OutboundFailed]


def two_owners(saying: Saying) -> House:
    """T1 is XYZ's, and newer OTHER's."""

    def speak(request: WireRequest) -> WireAnswer:
        said = saying[to(request)]
        if isinstance(said, OutboundFailed):
            raise said
        return said

    house = several(speak, a_cpo(), an_emsp(), an_emsp("other", OTHER))
    push_token(house)
    other = a_token_object(country_code="BE", party_id="OTH", updated=1, whitelist="NEVER")
    push_token(house, other, by=house.partners.get("other"))
    return house


def several(speak: Callable[[WireRequest], WireAnswer], *partners: Partner) -> House:
    return a_house(*partners, wire=TalkingWire(speak))


@pytest.mark.parametrize("allowing", [XYZ, OTHER])
def test_of_several_owners_the_one_that_allows_it_wins(allowing: PartyId) -> None:
    house = two_owners({XYZ: says("BLOCKED"), OTHER: says("EXPIRED"), allowing: says("ALLOWED")})

    given = ask(house)

    assert isinstance(given, Relayed)
    assert given.sender == allowing


@pytest.mark.parametrize(
    "other",
    [
        says("BLOCKED"),
        answer(body=b'{"status_code":1000}'),
        answer(body=b'{"status_code":1000,"data":["ALLOWED"]}'),
        answer(code=2000),
        answer(status=404, code=None),
        answer(code=None),
    ],
)
def test_if_none_allows_it_the_newest_tokens_owner_has_said_it(other: WireAnswer) -> None:
    house = two_owners({XYZ: other, OTHER: says("EXPIRED")})

    given = ask(house)

    assert isinstance(given, Relayed)
    assert given.sender == OTHER
    assert len(house.wire.asked) == 2


def test_an_owner_that_may_be_stood_in_for_allows_it_too() -> None:
    house = two_owners({XYZ: AWAY, OTHER: says("BLOCKED")})

    assert stood_in(house, ask(house))["token"] == a_token_object()


def test_a_stood_in_block_is_no_leave_to_charge_also_if_its_token_says_allowed() -> None:
    house = two_owners({XYZ: AWAY, OTHER: says("BLOCKED")})
    push_token(house, a_token_object(updated=0.5, valid=False, allowed="ALLOWED"))

    given = ask(house)

    assert isinstance(given, Relayed)
    assert given.sender == OTHER


def test_if_the_newest_tokens_owner_is_away_that_is_the_answer() -> None:
    house = two_owners({XYZ: says("BLOCKED"), OTHER: AWAY})

    with pytest.raises(ReceiverAway):
        ask(house)


def test_a_driver_does_not_wait_for_an_owner_that_hangs_once_another_has_allowed_it() -> None:
    opened = threading.Event()

    def speak(request: WireRequest) -> WireAnswer:
        if to(request) == OTHER:
            assert opened.wait(30)
        return says("ALLOWED")

    house = two_owners({})
    house.wire.answers = speak
    try:
        given = ask(house)
    finally:
        opened.set()

    assert isinstance(given, Relayed)
    assert given.sender == XYZ
