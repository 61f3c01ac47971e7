"""Custody beyond case 102: what was answered 1000 is owed, after every event (D-9).

Refusals in the background, the same CDR many times at once, partners that leave and come back.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from entrypoints.sandbox import Exchange, Platform, Reply
from tests.conformance.charges import (
    AWAY,
    a_cdr,
    about_cdr,
    billed,
    cdrs,
    let_cdrs_pass,
    lists,
    of_location,
    place,
    post,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, RunningHub
from tests.conformance.steps import CREATED, OK, outcome, party_of, until

pytestmark = pytest.mark.e2e
BACK_S = 60.0


@pytest.mark.parametrize("how", ["ocpi:2001", "ocpi:2003:404"])
def test_a_refusal_in_the_background_is_the_hubs_to_settle(
    p1: Platform, join: Join, how: str
) -> None:
    driver = join("EMSP")
    item = a_cdr(p1, party_of(driver))
    driver.behave(how, "cdrs", object_id=item["id"])

    answer = post(p1, item, to=HUB)

    driver.wait_for(about_cdr(item))
    assert outcome(answer) == CREATED
    let_cdrs_pass(p1, driver)
    again = post(p1, item, to=party_of(driver))
    assert (outcome(again), again.headers["location"]) == (OK, answer.headers["location"])
    assert of_location(p1, again).data == item
    assert lists(cdrs(driver), item)
    assert lists(cdrs(p1), item)
    assert len(billed(driver, item)) == 1


def test_a_failure_in_the_background_is_tried_again(p1: Platform, join: Join) -> None:
    driver = join("EMSP")
    item = a_cdr(p1, party_of(driver))
    driver.behave("ocpi:3000", "cdrs", object_id=item["id"], times=1)

    assert outcome(post(p1, item, to=HUB)) == CREATED

    until(lambda: driver.holds("cdrs", *place(item)) == item, BACK_S)
    ids = {each.headers["x-request-id"] for each in billed(driver, item)}
    assert (len(billed(driver, item)), len(ids)) == (2, 2)
    assert len({each.headers["x-correlation-id"] for each in billed(driver, item)}) == 1


@pytest.mark.parametrize("to", [MS1, HUB])
def test_the_same_cdr_many_times_at_once_is_taken_once(
    p1: Platform, p3: Platform, to: tuple[str, str]
) -> None:
    item = a_cdr(p1)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(p1, item, to=to), range(8)))

    assert sorted(map(outcome, answers)) == [OK] * 7 + [CREATED]
    assert len({each.headers["location"] for each in answers}) == 1
    p3.wait_for(about_cdr(item))
    let_cdrs_pass(p1, p3)
    assert len(billed(p3, item)) == 1
    assert len([each for each in cdrs(p3) if place(each) == place(item)]) == 1


def _without_location(exchange: Exchange) -> Reply:
    return replace(exchange.answer(), headers={})


def _with_a_long_location(exchange: Exchange) -> Reply:
    return replace(exchange.answer(), headers={"Location": "https://" + "x" * 2000})


@pytest.mark.parametrize("how", [_without_location, _with_a_long_location])
def test_where_the_payer_keeps_it_is_no_matter(
    hub: RunningHub, p1: Platform, join: Join, how: Callable[[Exchange], Reply]
) -> None:
    driver = join("EMSP")
    item = a_cdr(p1, party_of(driver))
    driver.behave(how, "cdrs")

    answer = post(p1, item, to=party_of(driver))

    assert outcome(answer) == CREATED
    assert answer.headers["location"].startswith(hub.place("receiver/cdrs/"))
    let_cdrs_pass(p1, driver)
    assert len(billed(driver, item)) == 1


def test_a_party_is_found_in_any_letter_case(p1: Platform, p3: Platform) -> None:
    item = a_cdr(p1, ("nl", "ms1"))

    answer = post(p1, item, to=("Nl", "mS1"))

    assert outcome(answer) == CREATED
    assert p3.wait_for(about_cdr(item)).to == MS1
    assert lists(cdrs(p3), item)


def test_what_a_cpo_billed_before_it_left_is_delivered(join: Join) -> None:
    owner, driver = join("CPO"), join("EMSP")
    item = a_cdr(owner, party_of(driver))
    driver.stop()
    assert outcome(post(owner, item, to=HUB)) == CREATED

    owner.hub.unregister()

    driver.start()
    received = driver.wait_for(about_cdr(item), BACK_S)
    assert (received.from_, received.json()) == (party_of(owner), item)
    assert lists(cdrs(driver), item)


def test_what_a_payer_is_owed_follows_it_to_its_new_platform(
    hub: RunningHub, p1: Platform, join: Join
) -> None:
    former = join("EMSP")
    party = party_of(former)
    item, late = a_cdr(p1, party), a_cdr(p1, party)
    former.behave("http:503", "cdrs")
    assert outcome(post(p1, item, to=HUB)) == CREATED
    former.wait_for(about_cdr(item))

    former.hub.unregister()
    assert [outcome(post(p1, late, to=to)) for to in (party, HUB, None)] == [AWAY] * 3
    hub.release(party)
    successor = join(":".join(("EMSP", *party)))

    received = successor.wait_for(about_cdr(item), BACK_S)
    assert (received.from_, received.to) == (ABC, party)
    assert outcome(post(p1, late, to=party)) == CREATED
    let_cdrs_pass(p1, successor)
    assert (len(billed(successor, item)), len(billed(successor, late))) == (1, 1)
    assert cdrs(successor)[:2] == [item, late]
