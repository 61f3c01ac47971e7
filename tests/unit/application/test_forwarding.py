"""Passing requests on, answers back, and what a receiver's failure means to the requester."""

from typing import Any

import pytest

from adapters.memory import MemoryWire, answer
from application.cursors import CURSOR, PageLink
from application.forwarding import Passed, next_link
from domain.errors import (
    AnswerTooLarge,
    InvalidDocument,
    InvalidParameter,
    NoAnswer,
    OutboundFailed,
    ReceiverAway,
    ReceiverFailed,
    ReceiverTimedOut,
    UnknownReceiver,
    Unreachable,
)
from domain.objects import EVERYONE
from domain.partner import PartnerState
from domain.party import Interface, PartyId
from domain.ports import WireAnswer
from tests.builders import ABC, LOC1, XYZ, a_location, a_partner, a_reader
from tests.unit.application.house import House


def passed(**fields: Any) -> Passed:
    """XYZ asks ABC for its locations."""
    usual: Any = {
        "method": "GET",
        "module": "locations",
        "interface": Interface.SENDER,
        "suffix": "",
        "query": "",
        "body": None,
        "correlation_id": "C-1",
        "requester": "emsp",
        "sender": XYZ,
        "receiver": ABC,
    }
    return Passed(**{**usual, **fields})


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


def given(house: House, *answers: WireAnswer | OutboundFailed) -> None:
    house.wire.script.extend(answers)


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


# --- further pages -------------------------------------------------------------------------------

NEXT = "https://cpo.example/locations?offset=5&limit=5"


def paged(link: str | None) -> WireAnswer:
    headers = {"x-total-count": "9", "x-limit": "5", "server": "nginx"}
    if link is not None:
        headers["link"] = link
    return WireAnswer(200, 1000, "", None, b"[]", headers, 0.0)


def cursor_in(link: str) -> str:
    return link.partition(f"{CURSOR}=")[2].partition(">")[0]


def test_the_link_to_a_further_page_leads_through_the_hub(house: House) -> None:
    given(house, paged(f'<{NEXT}>; rel="next"'))

    headers = house.forwarding.relay(passed()).headers

    assert headers.keys() == {"x-total-count", "x-limit", "link"}
    link = headers["link"]
    assert link.startswith(
        "<https://hub.example/ocpi/2.3.0/sender/locations?offset=5&limit=5&hub_cursor="
    )
    assert link.endswith('>; rel="next"')
    read = house.cursors.read(cursor_in(link), requester="emsp", module="locations")
    assert read == PageLink("emsp", XYZ, ABC, "locations", NEXT)


def test_a_further_page_is_asked_for_where_the_receiver_said(house: House) -> None:
    link = PageLink("emsp", XYZ, ABC, "locations", NEXT)

    for _ in range(2):
        house.forwarding.next_page(link, passed())

    assert [request.url for request in house.wire.asked] == [NEXT, NEXT]


def test_the_last_page_has_no_link(house: House) -> None:
    given(house, paged(None))

    assert house.forwarding.relay(passed()).headers == {"x-total-count": "9", "x-limit": "5"}


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<https://x/?a=1>; rel="next"', "https://x/?a=1"),
        ('<https://x/1>; rel="prev", <https://x/2>; rel=next', "https://x/2"),
        ('<https://x/1>; rel="prev"', None),
        ('https://x/1; rel="next"', None),
        ("", None),
    ],
)
def test_a_link_header_is_read_for_what_comes_next(header: str, url: str | None) -> None:
    assert next_link(header) == url


def test_a_cursor_keeps_to_the_one_it_was_made_for(house: House) -> None:
    link = house.cursors.link(PageLink("emsp", XYZ, ABC, "locations", "https://x/locations"))
    cursor = cursor_in(link)

    assert "locations?hub_cursor=" in link
    for requester, module in (("other", "locations"), ("emsp", "tariffs")):
        with pytest.raises(InvalidParameter, match="somebody else"):
            house.cursors.read(cursor, requester=requester, module=module)


def test_a_cursor_that_the_hub_did_not_make_is_refused(house: House) -> None:
    signed = [f"{payload}.{house.secrets.sign(payload.encode())}" for payload in ("x", "eA==")]

    for cursor in ("", "eA==.wrong", *signed):
        with pytest.raises(InvalidParameter, match="not one of this hub's"):
            house.cursors.read(cursor, requester="emsp", module="locations")


# --- pushes that are addressed to one party ------------------------------------------------------


def address(house: House, **fields: Any) -> int | None:
    pushed = house.pushed(fields.pop("document", a_location()), **fields)
    to_reader = passed(interface=Interface.RECEIVER, method="PUT", sender=ABC, receiver=XYZ)
    return house.addressing.push(pushed, to_reader).code


def test_what_a_party_accepts_is_kept_as_its_copy(house: House) -> None:
    assert address(house) == 1000

    assert house.document(audience="FR/XYZ") == a_location()
    assert house.objects.get(LOC1, EVERYONE) is None


@pytest.mark.parametrize("said", [answer(code=2001), answer(status=404, code=None)])
def test_what_a_party_refuses_is_not_kept(house: House, said: WireAnswer) -> None:
    given(house, said)

    address(house)

    assert house.objects.get(LOC1, "FR/XYZ") is None


def test_what_breaks_the_field_tables_is_not_passed_on(house: House) -> None:
    with pytest.raises(InvalidDocument):
        address(house, document={"id": "LOC2"})

    assert house.wire.asked == []


def test_a_relay_is_never_refused_as_stale(house: House) -> None:
    house.push(a_location(updated=10))

    assert address(house) == 1000
    assert house.counted("stale_pushes", module="locations") == 0
    assert house.document(audience="FR/XYZ") == a_location()


def test_a_relay_and_a_delivery_of_the_same_object_take_the_same_lock(house: House) -> None:
    assert isinstance(house.wire, MemoryWire)
    address(house)

    assert list(house.locks.held) == ["FR/XYZ|locations/DE/ABC/LOC1"]
