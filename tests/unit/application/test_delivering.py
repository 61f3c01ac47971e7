"""One attempt: what goes out, where to, and what is made of the answer."""

from dataclasses import replace
from email.utils import format_datetime
from typing import Any

import pytest

from adapters.memory import answer
from domain.deliveries import Attempt, Delivery, LaneId, Verdict
from domain.errors import LaneLost, NoAnswer, UnknownPartner
from domain.partner import PartnerState
from domain.ports import WireAnswer
from tests.builders import (
    HUB,
    LOC1,
    XYZ,
    Doc,
    a_connector,
    a_delivery,
    a_location,
    a_partner,
    a_reader,
    after,
    an_endpoint,
    an_evse,
    at,
)
from tests.unit.application.house import House

BASE = "https://emsp.example/2.3.0/receiver/locations/DE/ABC/LOC1"
TO_STATUS = {"status": "CHARGING", "last_updated": at(1)}
LACKING = answer(code=2003)
GONE = answer(status=404, code=None)
MOVED_TO = "https://emsp.example/new"


@pytest.fixture
def house() -> House:
    return House().with_partners(a_partner(), a_reader())


def claim(house: House) -> Delivery:
    """All that is owed, claimed."""
    house.clock.advance(60)
    lease = house.deliveries.lease(LaneId("emsp"), holder="test", seconds=60)
    assert lease is not None
    [delivery] = house.deliveries.claim(lease, now=house.clock.now(), limit=9)
    house.deliveries.give_back(lease)
    return delivery


def settled(house: House) -> None:
    """XYZ has it all."""
    house.deliveries.forget("emsp")


def attempt(house: House, delivery: Delivery | None = None, *, ours: bool = True) -> Attempt | None:
    return house.delivering.attempt(delivery or claim(house), still_ours=lambda: ours)


def tried(house: House, *answers: Any) -> Attempt:
    house.wire.script.extend(answers)
    made = attempt(house)
    assert made is not None
    return made


def sent(house: House) -> list[tuple[str, str, Any]]:
    return [
        (each.method, each.url.removeprefix(BASE), each.body and house.json.parse(each.body))
        for each in house.wire.asked
        if each.method != "GET"
    ]


def pushed(house: House, *pushes: tuple[Any, ...]) -> None:
    """LOC1 is known; these are not yet."""
    house.push(a_location())
    settled(house)
    for method, document, *path in pushes:
        house.push(document, *path, method=method)


def test_a_single_change_goes_out_as_it_came(house: House) -> None:
    pushed(house)
    body = b' {"status": "CHARGING", "last_updated": "2026-01-01T12:00:01Z"}'
    house.push(TO_STATUS, "e1", method="PATCH", body=body, correlation_id="C-7")

    made = attempt(house)

    assert made is not None
    assert (made.verdict, made.http, made.ocpi) == (Verdict.ACCEPTED, 200, 1000)
    [request] = house.wire.asked
    assert (request.method, request.url, request.body) == ("PATCH", f"{BASE}/e1", body)
    assert (request.sender, request.receiver, request.token) == (HUB, XYZ, "to-emsp")
    assert request.correlation_id == "C-7"
    assert house.counted("deliveries", verdict="accepted") == 1


def test_a_whole_location_goes_out_as_its_stored_bytes(house: House) -> None:
    house.push(a_location(), body=b' {"country_code": "de", "party_id": "abc", "id": "lo/c 1"} ')

    attempt(house)

    [request] = house.wire.asked
    assert request.body == house.stored().body
    assert request.url.endswith("/locations/de/abc/lo%2Fc%201")


def test_two_changes_of_an_evse_go_out_as_the_evse_as_it_is_now(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"), ("PUT", a_connector(updated=2), "E1", "1"))

    attempt(house)

    now = an_evse(status="CHARGING", connectors=[a_connector(updated=2)])
    assert sent(house) == [("PUT", "/E1", now | {"last_updated": at(2)})]


def test_changes_of_two_evses_go_out_as_the_location_as_it_is_now(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"), ("PUT", an_evse("E2", updated=2), "E2"))

    attempt(house)

    assert sent(house) == [("PUT", "", house.document())]


def test_a_change_that_came_in_since_the_claim_is_not_overtaken(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    claimed = claim(house)
    house.push(an_evse(status="BLOCKED", updated=9), "E1")

    attempt(house, claimed)

    assert sent(house) == [("PUT", "/E1", an_evse(status="BLOCKED", updated=9))]


def test_a_second_attempt_sends_the_present_state(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    claim(house)

    attempt(house)

    assert sent(house) == [("PUT", "/E1", an_evse() | TO_STATUS)]


def test_an_evse_that_is_no_longer_there_goes_out_as_its_location(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    claimed = claim(house)
    house.push(a_location(evses=[], updated=9))

    attempt(house, claimed)

    assert sent(house) == [("PUT", "", a_location(evses=[], updated=9))]


def test_what_was_deleted_goes_out_as_delete(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    house.objects.save(replace(house.stored(), deleted=True))

    attempt(house)

    assert sent(house) == [("DELETE", "", None)]


@pytest.mark.parametrize("reason", ["no object", "nothing owed", "partner gone"])
def test_nothing_is_sent_where_nothing_is_left_to_send(house: House, reason: str) -> None:
    delivery = a_delivery()
    if reason != "no object":
        house.push(a_location())
    if reason == "nothing owed":
        delivery = replace(delivery, sending=None)
    if reason == "partner gone":
        house.partners.save(replace(house.partners.get("emsp"), state=PartnerState.SUSPENDED))

    assert attempt(house, delivery) is None
    assert house.wire.asked == []


def test_nothing_is_sent_from_a_lane_that_was_lost(house: House) -> None:
    house.push(a_location())

    with pytest.raises(LaneLost):
        attempt(house, ours=False)

    assert house.wire.asked == []


def test_a_lane_that_is_lost_between_two_sends_makes_no_second_one(house: House) -> None:
    pushed(house, ("PATCH", TO_STATUS, "E1"))
    house.wire.script.append(LACKING)
    still_ours = iter([True, False])

    with pytest.raises(LaneLost):
        house.delivering.attempt(claim(house), still_ours=lambda: next(still_ours))

    assert len(house.wire.asked) == 1


def test_a_partner_that_never_was_is_an_error_of_the_hubs() -> None:
    house = House().with_partners(a_partner())
    house.push(a_location())

    with pytest.raises(UnknownPartner):
        attempt(house, a_delivery())


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lacking", [LACKING, answer(code=2004), GONE])
@pytest.mark.parametrize("push", [("PATCH", TO_STATUS, "E1"), ("PUT", an_evse(), "E1")])
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

    assert (made.verdict, made.http) == (Verdict.REFUSED, None)
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
