"""Conformance cases 57 to 61 with sessions: what a receiver's failure is to the CPO.

An eMSP that could not be told gets the session's present state later, once (R-BC-5, R-GETALL-7,
S-7).
"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import charging_period
from entrypoints.sandbox.wire import Document
from tests.conformance.charges import (
    AWAY,
    LATER,
    a_session,
    about_session,
    let_sessions_pass,
    patch,
    place,
    put,
    told,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, SETTINGS
from tests.conformance.steps import outcome, parties, party_of, until
from tests.conformance.test_client_info import statuses

pytestmark = pytest.mark.e2e
BACK_S = 60.0


@pytest.mark.parametrize(
    ("number", "how", "expected"),
    [(57, "ocpi:2001", (200, 2001)), (58, "ocpi:3000:500", (200, 3000))],
)
def test_case_057_058_the_receivers_own_refusal_is_relayed(
    p1: Platform, join: Join, number: int, how: str, expected: tuple[int, int]
) -> None:
    driver = join("EMSP")
    item = a_session(p1, party_of(driver))
    driver.behave(how, "sessions")

    answer = put(p1, item)

    assert outcome(answer) == expected, number
    assert answer.message == f"told to answer {expected[1]}"
    assert parties(answer) == (ABC, party_of(driver))


@pytest.mark.parametrize("how", ["http:401", "http:500", "garbage", "html", "reset", "half"])
def test_case_059_what_is_no_answer_becomes_the_hubs_own(
    p1: Platform, join: Join, how: str
) -> None:
    driver = join("EMSP")
    item = a_session(p1, party_of(driver))
    driver.behave(how, "sessions", times=1)

    answer = put(p1, item)

    assert outcome(answer) == (200, 4000)
    assert parties(answer) == (ABC, HUB)


def test_case_060_a_receiver_that_never_answers_is_4002(p1: Platform, join: Join) -> None:
    driver = join("EMSP")
    item = a_session(p1, party_of(driver))
    driver.behave("hang", "sessions")
    begun = time.monotonic()

    answer = put(p1, item)

    assert outcome(answer) == (200, 4002)
    assert parties(answer) == (ABC, HUB)
    assert time.monotonic() - begun < float(SETTINGS["HUB_FORWARD_TIMEOUT_S"]) + 2
    driver.behave("well")
    until(lambda: _holds(driver, item), BACK_S)


def test_what_a_hanging_receiver_could_not_be_told_it_gets_later(p1: Platform, join: Join) -> None:
    driver = join("EMSP")
    items = [a_session(p1, party_of(driver)) for _ in range(12)]
    driver.behave("hang", "sessions")

    with ThreadPoolExecutor(len(items)) as pool:
        codes = {answer.code for answer in pool.map(lambda item: put(p1, item), items)}

    assert codes <= {4002, 4003}
    driver.behave("well")
    until(lambda: driver.hub.credentials().ok and all(_holds(driver, item) for item in items), 40.0)


def _holds(driver: Platform, item: Document) -> bool:
    return driver.holds("sessions", *place(item)) == item


def test_a_patch_that_may_have_arrived_is_never_sent_again(p1: Platform, join: Join) -> None:
    driver = join("EMSP")
    item = a_session(p1, party_of(driver), charging_periods=[charging_period()])
    put(p1, item)
    driver.behave("apply_then_reset", "sessions", method="PATCH", times=1)
    added = charging_period("2026-01-15T07:30:00Z")

    answer = patch(p1, item, {"charging_periods": [added]})

    assert outcome(answer) == (200, 4000)
    whole = item | {"charging_periods": [charging_period(), added], "last_updated": LATER}
    again = driver.wait_for(lambda each: each.method == "PUT" and each.json() == whole, BACK_S)
    assert (again.from_, again.to) == (ABC, party_of(driver))
    assert [each.method for each in told(driver, item)] == ["PUT", "PATCH", "PUT"]
    assert driver.holds("sessions", *place(item)) == whole


def test_case_061_who_refuses_connections_gets_the_present_state_once(
    p1: Platform, p2: Platform, join: Join
) -> None:
    driver = join("EMSP")
    item = a_session(p1, party_of(driver))
    driver.stop()

    first = put(p1, item)
    until(lambda: statuses(p2, party_of(driver)) == {"EMSP": "OFFLINE"}, BACK_S)
    second = patch(p1, item, {"kwh": 14})

    assert (outcome(first), outcome(second)) == (AWAY, AWAY)
    assert parties(first) == parties(second) == (ABC, HUB)
    driver.start()
    assert driver.hub.credentials().ok
    received = driver.wait_for(about_session(item), BACK_S)
    assert (received.method, received.json()) == ("PUT", item | {"kwh": 14, "last_updated": LATER})
    assert (received.from_, received.to) == (ABC, party_of(driver))
    let_sessions_pass(p1, driver)
    assert len(told(driver, item)) == 1
