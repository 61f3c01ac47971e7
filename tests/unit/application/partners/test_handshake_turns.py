"""One handshake a partner at a time, and few at once."""

import threading
from contextlib import ExitStack

import pytest

from domain.errors import (
    HandshakeUnderWay,
    PartyTaken,
    RecordChanged,
)
from domain.partners.approval import Approved, Invited
from domain.partners.partner import PartnerState
from domain.partners.party import PartyId, Role
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, a_partner, some_credentials
from tests.unit.application.handshakes import answering, caller_of, invited, register
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.platforms import Platform


@pytest.fixture
def house() -> House:
    return House()


def test_a_second_handshake_of_a_partner_is_told_to_come_later(house: House) -> None:
    house.with_partners(a_partner())

    with house.one_at_a_time.take("cpo"), pytest.raises(HandshakeUnderWay):
        house.credentials_server.renew(caller_of(house), some_credentials(), version="2.3.0")

    assert house.wire.asked == []
    assert not house.bulkhead.asked
    answering(house)
    assert house.credentials_server.renew(caller_of(house), some_credentials(), version="2.3.0")


def test_handshakes_with_all_partners_keep_a_quarter_of_the_threads_at_most(house: House) -> None:
    with ExitStack() as under_way:
        for number in range(house.bulkhead.most):
            under_way.enter_context(house.one_at_a_time.take(f"p{number}"))

        with pytest.raises(HandshakeUnderWay, match="too many"):
            under_way.enter_context(house.one_at_a_time.take("another"))

    with house.one_at_a_time.take("another"):
        assert len(house.bulkhead.asked["handshakes"].turns) == 1


def test_what_the_care_pool_asks_takes_no_turn_from_requests(house: House) -> None:
    with ExitStack() as under_way:
        for number in range(house.bulkhead.most):
            under_way.enter_context(house.one_at_a_time.take(f"p{number}", in_care=True))
        with house.one_at_a_time.take("another"):
            pass
        with pytest.raises(HandshakeUnderWay):
            under_way.enter_context(house.one_at_a_time.take("p0", in_care=True))


def test_a_set_that_changes_during_a_handshake_is_what_counts() -> None:
    platform = Platform()
    house = House(wire=TalkingWire(platform)).with_partners(a_partner())

    def cut_meanwhile(request: WireRequest) -> WireAnswer:
        if request.method == "GET" and "2.3.0" in request.url:
            house.approval.set("cpo", Approved((Invited(Role.NSP, ABC),)))
        answered: WireAnswer = platform(request)
        return answered

    house.wire.answers = cut_meanwhile

    with pytest.raises(RecordChanged):
        house.credentials_server.renew(caller_of(house), some_credentials(), version="2.3.0")
    assert house.partners.get("cpo").state is PartnerState.TO_APPROVE


def test_of_two_handshakes_at_the_same_moment_one_gets_a_party() -> None:
    """Both have looked up who has what, and found it free; the store decides."""
    house = House(wire=TalkingWire(Platform()))
    both = threading.Barrier(2, timeout=10)
    pattern = Invited(Role.CPO, PartyId("DE", "*"))
    tokens = [
        invited(house, pattern, hub_party=PartyId("DE", f"HB{n}"), name=f"hub {n}") for n in "12"
    ]
    platform = house.wire.answers

    def together(request: WireRequest) -> WireAnswer:
        if request.url.endswith("versions"):
            both.wait()
        answered: WireAnswer = platform(request)
        return answered

    house.wire.answers = together
    ended: list[str] = []

    def come(token: str) -> None:
        try:
            register(house, token)
            ended.append("in")
        except PartyTaken:
            ended.append("taken")

    threads = [threading.Thread(target=come, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == ["in", "taken"]
    assert sum(ABC in partner.parties for partner in house.partners.all()) == 1
