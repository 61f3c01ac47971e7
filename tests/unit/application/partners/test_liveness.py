"""Who is silent is asked; who does not answer twice is OFFLINE; who calls is there."""

from typing import Any

import pytest

from adapters.memory import answer
from domain.errors import OutboundFailed, Unreachable
from domain.partners.partner import Partner, PartnerState
from domain.ports import WireAnswer, WireRequest
from tests.builders import NOON
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.roaming import a_cpo, an_emsp, told

THERE = answer(data=[{"version": "2.3.0", "url": "https://cpo.example/2.3.0"}])
AWAY = Unreachable("gone")


def a_house(*partners: Partner, said: WireAnswer | OutboundFailed = AWAY) -> House:
    house = House().with_partners(*partners)
    says(house, said)
    house.client_info.reconcile()
    return house


def says(house: House, said: WireAnswer | OutboundFailed) -> None:
    house.wire.script.clear()
    house.wire.script.extend([said] * 50)


def asked(house: House) -> list[str]:
    return [request.url for request in house.wire.asked]


def status(house: House) -> str:
    return told(house)["DE/ABC/CPO"]


def test_who_was_not_heard_of_for_long_is_asked_for_its_versions() -> None:
    house = a_house(a_cpo(last_seen=NOON), said=THERE)
    house.clock.advance(299)
    assert house.liveness.sweep() == 0

    house.clock.advance(1)

    assert house.liveness.sweep() == 1
    assert asked(house) == ["https://cpo.example/versions"]
    [request] = house.wire.asked
    assert (request.sender, request.receiver, request.token) == (None, None, "to-cpo")
    assert house.liveness.sweep() == 0
    assert house.partners.get("cpo").last_seen == NOON


def test_who_has_just_registered_was_heard_of_then() -> None:
    """Its handshake is done a moment before the hub notes that it was seen."""
    house = a_house(a_cpo(registered_at=NOON), said=THERE)

    assert house.liveness.sweep() == 0
    house.clock.advance(300)
    assert house.liveness.sweep() == 1


def test_two_failures_and_not_one_make_a_partner_offline() -> None:
    house = a_house(a_cpo(), an_emsp(last_seen=NOON))

    assert house.liveness.sweep() == 1
    assert (status(house), house.partners.get("cpo").probe_failures) == ("CONNECTED", 1)
    house.clock.advance(2.9)
    assert house.liveness.sweep() == 0
    house.clock.advance(0.1)
    assert house.liveness.sweep() == 1

    assert status(house) == "OFFLINE"
    assert not house.partners.get("cpo").reachable


@pytest.mark.parametrize(
    "said",
    [AWAY, answer(status=500), answer(code=3000), answer(status=401, code=2000)],
    ids=["unreachable", "500", "3000", "401"],
)
def test_an_answer_that_is_not_as_it_should_be_is_a_failure(
    said: WireAnswer | OutboundFailed,
) -> None:
    house = a_house(a_cpo(), said=said)

    assert not house.liveness.probe(house.partners.get("cpo"))

    assert house.partners.get("cpo").probe_failures == 1


def test_one_failure_that_a_success_follows_counts_for_nothing() -> None:
    house = a_house(a_cpo())
    house.liveness.sweep()
    says(house, THERE)
    house.clock.advance(3)

    house.liveness.sweep()

    assert house.partners.get("cpo").probe_failures == 0
    assert status(house) == "CONNECTED"


def test_a_partner_that_a_call_to_failed_is_asked_at_once() -> None:
    house = a_house(a_cpo(last_seen=NOON))
    assert house.liveness.sweep() == 0

    house.partners.suspect("cpo")

    assert house.liveness.sweep() == 1
    assert not house.partners.get("cpo").suspected


def test_who_is_offline_is_asked_every_minute_and_welcome_when_it_answers() -> None:
    house = a_house(a_cpo(reachable=False, probe_failures=2, probed_at=NOON), said=THERE)
    assert status(house) == "OFFLINE"
    house.clock.advance(59)
    assert house.liveness.sweep() == 0
    house.clock.advance(1)

    assert house.liveness.sweep() == 1

    assert status(house) == "CONNECTED"
    assert house.wake.synchronized == ["cpo"]


def test_who_stays_away_is_told_of_once() -> None:
    house = a_house(a_cpo(reachable=False, probe_failures=2))
    before = house.wake.published

    assert house.liveness.sweep() == 1

    assert house.partners.get("cpo").probe_failures == 3
    assert house.wake.published == before


@pytest.mark.parametrize("functional", [True, False])
def test_any_call_of_its_own_brings_a_partner_back(functional: bool) -> None:
    house = a_house(a_cpo(reachable=False, probe_failures=2))

    house.credentials_server.authenticate("cpo-token", functional=functional)

    cpo = house.partners.get("cpo")
    assert (cpo.reachable, cpo.probe_failures) == (True, 0)
    assert status(house) == "CONNECTED"
    assert house.wake.synchronized == ["cpo"]


def test_a_call_that_comes_while_a_probe_fails_counts_for_more() -> None:
    house = House(wire=TalkingWire()).with_partners(a_cpo(probe_failures=1))

    def calls_meanwhile(request: WireRequest) -> WireAnswer:
        house.clock.advance(1)
        house.partners.seen("cpo", now=house.clock.now())
        raise AWAY

    house.wire.answers = calls_meanwhile
    house.liveness.sweep()

    cpo = house.partners.get("cpo")
    assert (cpo.reachable, cpo.probe_failures) == (True, 0)


@pytest.mark.parametrize(
    "unconnected",
    [
        {"state": PartnerState.SUSPENDED},
        {"state": PartnerState.UNREGISTERED},
        {"outbound_token": None},
    ],
)
def test_who_is_not_connected_is_not_asked(unconnected: Any) -> None:
    house = a_house(a_cpo(**unconnected))

    assert house.liveness.sweep() == 0


def test_one_that_hangs_does_not_keep_the_others_from_being_asked() -> None:
    house = House(wire=TalkingWire()).with_partners(a_cpo(), an_emsp())

    def says_by_host(request: WireRequest) -> WireAnswer:
        if "cpo" in request.url:
            raise AWAY
        return THERE

    house.wire.answers = says_by_host

    assert house.liveness.sweep() == 2
    assert house.partners.get("cpo").probe_failures == 1
    assert house.partners.get("emsp").probe_failures == 0
