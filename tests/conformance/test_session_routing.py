"""Conformance cases 56, 62, 63 and 79 with sessions: the one party that is told (R-BC-5).

A receiver that fails is in test_session_failures.
"""

import pytest

from entrypoints.sandbox import Platform
from tests.conformance.charges import (
    AWAY,
    LATER,
    a_session,
    about_session,
    announced,
    let_sessions_pass,
    lists,
    own_session,
    patch,
    put,
    sessions,
    told,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, MS2, RunningHub
from tests.conformance.steps import CREATED, INVALID, OK, outcome, parties, party_of

pytestmark = pytest.mark.e2e
BACK_S = 60.0


def test_case_056_all_four_legs_carry_their_headers(
    p1: Platform, p3: Platform, p4: Platform
) -> None:
    item = a_session(p1)

    answer = put(p1, item)

    received = p3.wait_for(about_session(item, "PUT"))
    assert outcome(answer) == CREATED
    assert parties(answer) == (ABC, MS1)
    assert answer.headers["x-request-id"] == answer.request_id
    assert received.path.endswith(f"/DE/ABC/{item['id']}")
    assert (received.to, received.from_) == (MS1, ABC)
    assert received.headers["x-request-id"] != answer.request_id
    assert received.headers["x-correlation-id"] == answer.correlation_id
    assert received.body == next(each for each in p1.sent if each.method == "PUT").body
    let_sessions_pass(p1, p3, p4)
    assert (len(told(p3, item)), told(p4, item)) == (1, [])


def test_case_062_a_token_of_an_unknown_party_is_4001_and_nothing_is_stored(p1: Platform) -> None:
    item = a_session(p1, ("XX", "NON"))

    for to in (("XX", "NON"), None, HUB):
        answer = put(p1, item, to=to)

        assert outcome(answer) == (200, 4001)
        assert parties(answer) == (ABC, HUB)
        assert own_session(p1, item).status == 404


def test_case_063_a_suspended_receiver_is_4003_and_is_told_nothing(
    hub: RunningHub, p1: Platform, join: Join
) -> None:
    driver = join("EMSP")
    item = a_session(p1, party_of(driver))
    administering = hub.inside.hub.administration
    partner = administering.find("-".join(party_of(driver)))
    administering.suspend(partner.id)

    answers = [outcome(put(p1, item, to=to)) for to in (party_of(driver), None, HUB)]

    assert answers == [AWAY] * 3
    administering.resume(partner.id)
    let_sessions_pass(p1, driver)
    assert not told(driver, item)


def test_case_063_a_planned_receiver_is_4003(hub: RunningHub, p1: Platform) -> None:
    item = a_session(p1, announced(hub))

    assert outcome(put(p1, item)) == AWAY
    assert own_session(p1, item).status == 404


def test_case_079_without_to_the_tokens_owner_is_found(
    p1: Platform, p3: Platform, p4: Platform
) -> None:
    item = a_session(p1)

    created = put(p1, item, to=None)
    changed = patch(p1, item, {"kwh": 13}, to=None)

    put_, patched = told(p3, item)
    assert (outcome(created), outcome(changed)) == (CREATED, OK)
    assert parties(created) == parties(changed) == (ABC, MS1)
    assert [put_.method, patched.method] == ["PUT", "PATCH"]
    assert {(each.to, each.from_) for each in (put_, patched)} == {(MS1, ABC)}
    assert patched.headers["x-correlation-id"] == changed.correlation_id
    let_sessions_pass(p1, p4)
    assert not told(p4, item)


def test_case_079_a_patch_of_an_unknown_session_without_to_is_404(p1: Platform) -> None:
    assert outcome(patch(p1, a_session(p1), {"kwh": 13}, to=None)) == (404, 2000)
    assert outcome(patch(p1, a_session(p1), {"kwh": 13}, to=HUB)) == (404, 2000)


def test_a_session_to_the_hub_goes_to_the_payer_alone_from_the_cpo(
    p1: Platform, p2: Platform, p3: Platform, p4: Platform, p5: Platform
) -> None:
    item = a_session(p1)

    answer = put(p1, item, to=HUB)

    received = p3.wait_for(about_session(item, "PUT"))
    assert outcome(answer) == CREATED
    assert parties(answer) == (ABC, HUB)
    assert (received.to, received.from_) == (MS1, ABC)
    assert received.headers["x-request-id"] != answer.request_id
    assert received.headers["x-correlation-id"] == answer.correlation_id
    assert received.json() == item
    let_sessions_pass(p1, p3, p4)
    assert len(told(p3, item)) == 1
    assert not [each for reader in (p2, p4, p5) for each in told(reader, item)]


def test_a_session_to_the_hub_waits_for_an_emsp_that_is_away(
    p1: Platform, p2: Platform, join: Join
) -> None:
    driver = join("EMSP")
    item = a_session(p1, party_of(driver))
    driver.stop()

    assert outcome(put(p1, item, to=HUB)) == CREATED
    assert outcome(patch(p1, item, {"status": "COMPLETED"}, to=HUB)) == OK

    driver.start()
    received = driver.wait_for(about_session(item), BACK_S)
    assert received.json() == item | {"status": "COMPLETED", "last_updated": LATER}
    assert (received.method, received.from_, received.to) == ("PUT", ABC, party_of(driver))
    assert lists(sessions(driver), item)


def test_to_another_party_than_the_tokens_is_2001(p1: Platform, p4: Platform) -> None:
    item = a_session(p1)

    assert outcome(put(p1, item, to=MS2)) == INVALID
    assert not told(p4, item)
    assert not lists(sessions(p4), item)
