"""What an attempt makes of the answer: once more, elsewhere, later, or not again."""

from dataclasses import replace
from email.utils import format_datetime
from typing import Any

import pytest

from adapters.memory import answer
from domain.delivery.answers import Verdict
from domain.errors import NoAnswer
from domain.ports import WireAnswer
from tests.builders import (
    LOC1,
    Doc,
    a_location,
    a_partner,
    a_reader,
    after,
    an_endpoint,
    an_evse,
)
from tests.unit.application.attempts import (
    GONE,
    LACKING,
    MOVED_TO,
    TO_STATUS,
    claim,
    pushed,
    sent,
    tried,
)
from tests.unit.application.house import House


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


@pytest.mark.parametrize("lacking", [LACKING, answer(code=2004), GONE])
@pytest.mark.parametrize("push", [("PATCH", TO_STATUS, "E1"), ("PUT", an_evse(updated=1), "E1")])
def test_a_receiver_that_lacks_the_parent_gets_the_whole_location_once(
    house: House, lacking: WireAnswer, push: tuple[Any, ...]
) -> None:
    pushed(house, push)

    assert tried(house, lacking).verdict is Verdict.ACCEPTED

    assert sent(house)[1:] == [("PUT", "", house.document())]


def test_a_receiver_that_refuses_the_whole_location_too_has_refused_it(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))

    assert tried(house, LACKING, answer(code=2003, message="no!")).verdict is Verdict.REFUSED
    assert len(sent(house)) == 2


def moved(*endpoints: Doc) -> tuple[WireAnswer, WireAnswer]:
    endpoints = endpoints or ({"identifier": "locations", "role": "RECEIVER", "url": MOVED_TO},)
    return (
        answer(data=[{"version": "2.3.0", "url": "https://emsp.example/2.3.0"}]),
        answer(data={"version": "2.3.0", "endpoints": list(endpoints)}),
    )


@pytest.mark.parametrize("status", [404, 405])
def test_an_endpoint_that_has_moved_is_looked_up_and_tried_there(house: House, status: int) -> None:
    house.push(a_location())

    made = tried(house, answer(status=status, code=None), *moved())

    assert made.verdict is Verdict.ACCEPTED
    assert house.wire.asked[-1].url == f"{MOVED_TO}/DE/ABC/LOC1"
    endpoint = house.partners.get("emsp").endpoints[0]
    assert endpoint.url == MOVED_TO


def test_an_endpoint_that_has_moved_is_found_for_a_part_too(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))

    assert tried(house, GONE, GONE, *moved()).verdict is Verdict.ACCEPTED
    assert house.wire.asked[-1].url.startswith(MOVED_TO)


def test_an_endpoint_that_has_not_moved_has_refused(house: House) -> None:
    house.push(a_location())
    same = [
        {"identifier": each.identifier, "role": each.role.value, "url": each.url}
        for each in a_reader().endpoints
    ]

    assert tried(house, GONE, *moved(*same)).verdict is Verdict.MOVED
    assert len(sent(house)) == 1


def test_an_endpoint_that_cannot_be_looked_up_has_refused(house: House) -> None:
    house.push(a_location())

    assert tried(house, GONE, answer(status=500)).verdict is Verdict.MOVED


def test_an_endpoint_that_is_not_offered_any_more_is_not_called(house: House) -> None:
    house.push(a_location())
    emsp = house.partners.get("emsp")
    house.partners.save(replace(emsp, endpoints=(an_endpoint("tariffs"),)))

    made = tried(house)

    assert (made.verdict, made.http) == (Verdict.NOT_OFFERED, None)
    assert house.wire.asked == []


def test_no_answer_is_the_endpoints_sickness(house: House) -> None:
    house.push(a_location())

    made = tried(house, NoAnswer("x" * 999, timed_out=True))

    assert (made.verdict, made.http, made.reason) == (Verdict.SICK, None, "x" * 200)


def test_a_token_that_cannot_be_read_is_as_good_as_dead(house: House) -> None:
    house.push(a_location())
    house.partners.save(replace(house.partners.get("emsp"), outbound_token="other|sealed"))

    assert tried(house).verdict is Verdict.TOKEN_DEAD
    assert house.wire.asked == []


def test_a_refusal_says_what_the_receiver_said(house: House) -> None:
    house.push(a_location())

    assert tried(house, answer(code=2001, message="not " * 99)).reason == ("not " * 99)[:200]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("9999999999999", 999999999.0),
        (format_datetime(after(60 + 90), usegmt=True), 90.0),
        (format_datetime(after(-90), usegmt=True), 0.0),
        ("Thu, 01 Jan 2026 12:00:00 -0000", None),
        ("soon", None),
        ("\u00b2", None),
        ("-5", None),
        ("          5", 5.0),
        ("Thu, 01 Jan 2026 12:00:00 +" + "9" * 20, None),
        ("Thu, 01 Jan 2026 " + "0" * 60_000, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    house: House, header: str, seconds: float | None
) -> None:
    house.push(a_location())
    slow = WireAnswer(503, None, "", None, b"", {"retry-after": header}, 0.0)

    made = tried(house, slow)

    assert (made.verdict, made.retry_after_s) == (Verdict.SLOW_DOWN, seconds)
    assert made.reason == "HTTP 503"


def test_the_key_of_a_delivery_says_which_object(house: House) -> None:
    house.push(a_location())

    assert claim(house).key == LOC1
