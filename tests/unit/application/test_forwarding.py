"""Passing requests on, answers back, and what a receiver's failure means to the requester."""

from typing import Any

import pytest

from adapters.memory import answer
from domain.errors import (
    AnswerTooLarge,
    NoAnswer,
    ReceiverAway,
    ReceiverFailed,
    ReceiverTimedOut,
    UnknownReceiver,
    Unreachable,
)
from domain.partner import PartnerState
from domain.party import Interface, PartyId
from tests.builders import ABC, XYZ, a_partner, a_reader
from tests.unit.application.house import House
from tests.unit.application.relays import given, passed


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


def test_a_request_goes_to_the_same_interface_with_its_own_suffix_query_and_body(
    house: House,
) -> None:
    house.forwarding.relay(passed(suffix="/L%2F1/E1", query="a=%20&b", body=b"{ }"))

    [request] = house.wire.asked
    assert request.url == "https://cpo.example/2.3.0/sender/locations/L%2F1/E1?a=%20&b"
    assert (request.body, request.token) == (b"{ }", "to-cpo")
    assert (request.sender, request.receiver) == (XYZ, ABC)
    assert request.correlation_id == "C-1"


@pytest.mark.parametrize(
    ("given_status", "code", "status", "has_body"),
    [
        (200, 1000, 200, True),
        (201, 2001, 201, True),
        (404, 2003, 404, True),
        (405, None, 405, False),
        (404, None, 404, False),
        (400, 2001, 200, True),
        (500, 3000, 200, True),
    ],
)
def test_an_answer_comes_back_as_it_is_where_ocpi_lets_it(
    house: House, given_status: int, code: int | None, status: int, has_body: bool
) -> None:
    given(house, answer(status=given_status, code=code, body=b"its bytes"))

    relayed = house.forwarding.relay(passed())

    assert (relayed.status, relayed.code, relayed.sender) == (status, code, ABC)
    assert relayed.body == (b"its bytes" if has_body else None)


@pytest.mark.parametrize(
    ("failure", "refusal"),
    [
        (Unreachable("dns"), ReceiverAway),
        (NoAnswer("slow", timed_out=True), ReceiverTimedOut),
        (NoAnswer("reset", timed_out=False), ReceiverFailed),
        (AnswerTooLarge("2 MB"), ReceiverFailed),
        (answer(code=None), ReceiverFailed),
        (answer(status=502, code=None), ReceiverFailed),
        (answer(status=401, code=2000), ReceiverFailed),
        (answer(status=403), ReceiverFailed),
    ],
)
def test_a_receivers_failure_is_said_by_name(
    house: House, failure: Any, refusal: type[Exception]
) -> None:
    given(house, failure)

    with pytest.raises(refusal):
        house.forwarding.relay(passed())


def test_a_refused_token_of_the_hubs_is_counted_for_the_alarm(house: House) -> None:
    given(house, answer(status=401))

    with pytest.raises(ReceiverFailed):
        house.forwarding.relay(passed())

    assert house.counted("hub_token_refused", partner="cpo") == 1


def test_a_receiver_that_nobody_knows_is_unknown(house: House) -> None:
    with pytest.raises(UnknownReceiver):
        house.forwarding.relay(passed(receiver=PartyId("BE", "NOT")))


@pytest.mark.parametrize("away", [{"state": PartnerState.SUSPENDED}, {"reachable": False}])
def test_a_receiver_that_is_known_to_be_away_is_not_tried(away: Any) -> None:
    house = House().with_partners(a_partner(**away))

    with pytest.raises(ReceiverAway):
        house.forwarding.relay(passed())

    assert house.wire.asked == []


def test_a_receiver_without_the_interface_has_failed() -> None:
    house = House().with_partners(a_partner(endpoints=()))

    with pytest.raises(ReceiverFailed, match="does not offer"):
        house.forwarding.relay(passed())


def test_it_is_known_which_interfaces_a_party_offers(house: House) -> None:
    offers = house.forwarding.offers

    assert offers(ABC, "locations", Interface.SENDER)
    assert not offers(PartyId("BE", "NOT"), "locations", Interface.SENDER)
    assert (
        not House()
        .with_partners(a_partner(endpoints=()))
        .forwarding.offers(ABC, "locations", Interface.SENDER)
    )
