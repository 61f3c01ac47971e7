"""Partners that hang are waited for by no other partner's care."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from adapters.memory import answer
from application.partners.side_by_side import AT_ONCE, SideBySide
from domain.errors import StoreUnavailable
from domain.partners.party import PartyId
from domain.ports import WireAnswer, WireRequest
from tests.builders import a_role
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.partners.test_role_announcements import agrees
from tests.unit.application.roaming import a_cpo, an_emsp

_SOON_S = 30.0


class Hanging:
    """`hangs` does not answer until it is let go; all others are well."""

    def __init__(self) -> None:
        self.let_go, self.hung, self.put = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, request: WireRequest) -> WireAnswer:
        if request.token.startswith("to-hangs"):
            self.hung.set()
            assert self.let_go.wait(_SOON_S)
        elif request.method == "PUT":
            self.put.set()
        if request.method == "PUT" or not request.url.endswith("/versions"):
            return agrees(request)
        return answer(data=[{"version": "2.3.0", "url": "https://emsp.example/2.3.0"}])


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    made = Hanging()
    yield made
    made.let_go.set()


@pytest.fixture
def house(hanging: Hanging) -> House:
    others = PartyId("BE", "HNG")
    hangs = a_cpo("hangs", roles=(a_role(party=others),))
    return House(wire=TalkingWire(hanging)).with_partners(hangs, a_cpo(), an_emsp())


def test_the_round_of_probes_waits_for_no_partner_that_hangs(
    house: House, hanging: Hanging
) -> None:
    probing = replace(house.liveness, calls=SideBySide())

    assert probing.sweep() == 3

    assert hanging.hung.wait(_SOON_S)
    house.clock.advance(600)
    house.partners.suspect("hangs")
    assert probing.sweep() <= 2
    hanging.let_go.set()


def test_every_peer_is_told_though_an_earlier_one_hangs(house: House, hanging: Hanging) -> None:
    telling = replace(house.role_announcer, calls=SideBySide())
    telling.sweep()
    house.clock.advance(60)

    assert telling.sweep() == 3

    assert hanging.hung.wait(_SOON_S)
    assert hanging.put.wait(_SOON_S)
    house.clock.advance(60)
    assert "hangs" in telling.calls.under_way
    hanging.let_go.set()


def test_a_partner_is_not_called_again_while_it_hangs(hanging: Hanging) -> None:
    calls = SideBySide(ThreadPoolExecutor(AT_ONCE))

    assert calls.begin("p", lambda: hanging.let_go.wait(_SOON_S))
    calls.settle()

    assert not calls.begin("p", lambda: None)
    assert calls.begin("q", lambda: None)
    hanging.let_go.set()


def test_a_partner_is_called_again_once_its_call_is_over() -> None:
    calls = SideBySide()
    done = threading.Event()
    calls.begin("p", done.set)
    calls.under_way["p"].result(_SOON_S)

    assert calls.begin("p", lambda: None)
    calls.under_way["p"].result(_SOON_S)
    calls.settle()
    assert calls.under_way == {}


def test_what_a_call_raises_is_raised_once_where_it_is_settled() -> None:
    calls = SideBySide()

    def fails() -> None:
        raise StoreUnavailable("away")

    calls.begin("p", fails)
    with pytest.raises(StoreUnavailable):
        calls.under_way["p"].result(_SOON_S)

    with pytest.raises(StoreUnavailable):
        calls.settle()
    calls.settle()
