"""Conformance cases 74 and 102: what the hub has answered for reaches the payer, once in effect.

What a receiver refused inside the request is not in custody (H-CDR-3, H-CDR-4, D-9).
"""

from decimal import Decimal

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import credit_of
from tests.conformance.charges import (
    AWAY,
    a_cdr,
    a_session,
    about_cdr,
    billed,
    cdrs,
    effects,
    let_cdrs_pass,
    lists,
    of_location,
    place,
    post,
    put,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, RunningHub
from tests.conformance.steps import CREATED, INVALID, OK, outcome, parties, party_of, until
from tests.conformance.test_client_info import statuses

pytestmark = pytest.mark.e2e
BACK_S = 60.0
_REFUSALS = [
    ("ocpi:2001", (200, 2001)),
    ("ocpi:2000:400", (200, 2000)),
]


@pytest.mark.parametrize("to", [HUB, None])
def test_case_074_a_cdr_without_the_payers_name_reaches_the_payer_alone(
    p1: Platform,
    p2: Platform,
    p3: Platform,
    p4: Platform,
    p5: Platform,
    to: tuple[str, str] | None,
) -> None:
    item = a_cdr(p1)

    answer = post(p1, item, to=to)

    received = p3.wait_for(about_cdr(item))
    assert outcome(answer) == CREATED
    assert parties(answer) == (ABC, HUB if to else MS1)
    assert of_location(p1, answer).data == item
    assert (received.to, received.from_) == (MS1, ABC)
    assert received.headers["x-request-id"] != answer.request_id
    assert received.headers["x-correlation-id"] == answer.correlation_id
    assert received.body == next(each.body for each in p1.sent if each.method == "POST")
    let_cdrs_pass(p1, p3, p4)
    assert len(billed(p3, item)) == 1
    assert not [each for reader in (p2, p4, p5) for each in billed(reader, item)]


@pytest.mark.parametrize("to_hub", [True, False])
def test_case_102_a_payer_that_is_offline_gets_it_once_when_it_is_back(
    p1: Platform, p2: Platform, join: Join, to_hub: bool
) -> None:
    driver = join("EMSP")
    driver.stop()
    first = a_cdr(p1, party_of(driver))
    assert outcome(put(p1, a_session(p1, party_of(driver)))) == AWAY
    assert outcome(post(p1, first, to=HUB if to_hub else party_of(driver))) == CREATED
    until(lambda: statuses(p2, party_of(driver)) == {"EMSP": "OFFLINE"}, BACK_S)
    second = a_cdr(p1, party_of(driver))

    answer = post(p1, second, to=HUB if to_hub else party_of(driver))
    again = post(p1, second, to=HUB)

    assert (outcome(answer), outcome(again)) == (CREATED, OK)
    assert parties(answer) == (ABC, HUB if to_hub else party_of(driver))
    assert of_location(p1, answer).data == second
    driver.start()
    assert driver.hub.credentials().ok
    for item in (first, second):
        received = driver.wait_for(about_cdr(item), BACK_S)
        assert (received.from_, received.to) == (ABC, party_of(driver))
    assert billed(driver, second)[0].headers["x-correlation-id"] == answer.correlation_id
    let_cdrs_pass(p1, driver)
    assert (len(billed(driver, first)), len(billed(driver, second))) == (1, 1)
    assert cdrs(driver)[:2] == [first, second]


@pytest.mark.parametrize(("how", "expected"), _REFUSALS)
def test_a_refusal_is_relayed_and_its_cdr_is_the_cpos_again(
    p1: Platform, join: Join, how: str, expected: tuple[int, int]
) -> None:
    driver = join("EMSP")
    item = a_cdr(p1, party_of(driver))
    driver.behave(how, "cdrs", times=1)

    refused = post(p1, item, to=party_of(driver))

    assert outcome(refused) == expected
    assert refused.message == f"told to answer {expected[1]}"
    assert parties(refused) == (ABC, party_of(driver))
    assert "location" not in refused.headers
    assert not lists(cdrs(driver) + cdrs(p1), item)
    let_cdrs_pass(p1, driver)
    assert len(billed(driver, item)) == 1
    other = item | {"total_cost": {"before_taxes": Decimal("8.00")}}
    assert outcome(post(p1, other, to=party_of(driver))) == CREATED
    until(lambda: [each.json() for each in billed(driver, item)] == [item, other], BACK_S)
    assert [each for each in cdrs(driver) if place(each) == place(item)] == [other]


def test_the_identical_cdr_after_its_refusal_is_a_first_one(p1: Platform, join: Join) -> None:
    driver = join("EMSP")
    item = a_cdr(p1, party_of(driver))
    driver.behave("ocpi:2001", "cdrs", times=2)

    answers = [outcome(post(p1, item, to=party_of(driver))) for _ in range(4)]

    assert answers == [INVALID, INVALID, CREATED, OK]
    assert (len(billed(driver, item)), effects(driver, item)) == (3, 1)


@pytest.mark.parametrize(
    "how",
    [
        "apply_then_reset",
        "half",
        "reset",
        "http:500",
        "ocpi:3001",
        "ocpi:3000:500",
        "html",
        "garbage",
        "http:401",
    ],
)
def test_an_unsure_first_attempt_is_201_and_has_one_effect(
    p1: Platform, join: Join, how: str
) -> None:
    driver = join("EMSP")
    item = a_cdr(p1, party_of(driver))
    driver.behave(how, "cdrs", method="POST", times=1)

    answer = post(p1, item, to=party_of(driver))

    assert outcome(answer) == CREATED
    assert parties(answer) == (ABC, party_of(driver))
    assert of_location(p1, answer).data == item
    assert lists(cdrs(driver), item)
    until(lambda: driver.hub.credentials().ok and len(billed(driver, item)) > 1, 60.0)
    let_cdrs_pass(p1, driver)
    assert len(billed(driver, item)) == 2
    assert driver.holds("cdrs", *place(item)) == item


def test_a_payer_that_never_answers_does_not_hold_up_the_cpo(p1: Platform, join: Join) -> None:
    driver = join("EMSP")
    item = a_cdr(p1, party_of(driver))
    driver.behave("hang", "cdrs", times=1)

    answer = post(p1, item, to=party_of(driver))

    assert outcome(answer) == CREATED
    driver.behave("well")
    until(lambda: driver.holds("cdrs", *place(item)) == item, BACK_S)
    assert len(billed(driver, item)) == 2


def test_a_duplicate_after_an_unsure_attempt_is_no_refusal(p1: Platform, join: Join) -> None:
    driver = join("EMSP")
    item = a_cdr(p1, party_of(driver))
    driver.behave("duplicate", "cdrs", object_id=item["id"])
    driver.behave("apply_then_reset", "cdrs", method="POST", object_id=item["id"], times=1)

    assert outcome(post(p1, item, to=party_of(driver))) == CREATED

    until(lambda: len(billed(driver, item)) == 2, BACK_S)
    credit = credit_of(item)
    assert outcome(post(p1, credit, to=HUB)) == CREATED
    driver.wait_for(about_cdr(credit), BACK_S)
    assert outcome(post(p1, item, to=party_of(driver))) == OK
    assert (len(billed(driver, item)), effects(driver, item)) == (2, 1)
    assert lists(cdrs(driver), item)


def test_a_credit_never_overtakes_what_it_credits(p1: Platform, join: Join) -> None:
    driver = join("EMSP")
    original = a_cdr(p1, party_of(driver))
    credit = credit_of(original)
    fresh = a_cdr(p1, party_of(driver))
    driver.behave("http:503", "cdrs", object_id=original["id"])

    for item in (original, credit, fresh):
        assert outcome(post(p1, item, to=party_of(driver))) == CREATED

    driver.wait_for(about_cdr(fresh), BACK_S)
    assert not billed(driver, credit)
    driver.behave("well", "cdrs", object_id=original["id"])
    driver.wait_for(about_cdr(credit), 60.0)
    well = [each.json()["id"] for each in driver.received if each.module == "cdrs" and each.applied]
    assert well.index(original["id"]) < well.index(credit["id"])
    assert [each["id"] for each in cdrs(driver)] == [
        item["id"] for item in (original, credit, fresh)
    ]


def test_a_payer_without_receiver_cdrs_finds_it_by_get(p1: Platform, join: Join) -> None:
    driver = join("EMSP", modules=[("tokens", "SENDER"), ("sessions", "RECEIVER")])

    for to in (party_of(driver), HUB, None):
        item = a_cdr(p1, party_of(driver))
        answer = post(p1, item, to=to)

        assert outcome(answer) == CREATED
        assert of_location(p1, answer).data == item
        assert cdrs(driver)[-1] == item
        assert outcome(post(p1, item, to=to)) == OK
    assert not [each for each in driver.received if each.module == "cdrs"]


def test_a_suspended_payer_is_4003_and_nothing_is_stored(
    hub: RunningHub, p1: Platform, join: Join
) -> None:
    driver = join("EMSP")
    item = a_cdr(p1, party_of(driver))
    administering = hub.inside.hub.administration
    partner = administering.find("-".join(party_of(driver)))
    administering.suspend(partner.id)

    answers = [outcome(post(p1, item, to=to)) for to in (party_of(driver), HUB, None)]

    assert answers == [AWAY] * 3
    assert not lists(cdrs(p1), item)
    administering.resume(partner.id)
    let_cdrs_pass(p1, driver)
    assert not billed(driver, item)
