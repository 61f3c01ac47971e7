"""Conformance cases 52 and 92 to 94: the sessions module itself.

Who is told of a session is in test_session_routing.
"""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import charging_period
from entrypoints.sandbox.wire import Document
from tests.conformance.charges import (
    LATER,
    SOONER,
    a_session,
    let_sessions_pass,
    lists,
    own_session,
    patch,
    place,
    put,
    sessions,
    told,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    ids,
    link_query,
    outcome,
    parties,
    party_of,
)

pytestmark = pytest.mark.e2e
TWO = [charging_period(), charging_period("2026-01-15T07:15:00Z")]
THIRD = charging_period("2026-01-15T07:30:00Z", kwh="0.250")
SINCE = {"date_from": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize("to", [HUB, None, ABC])
def test_case_052_a_list_of_sessions_needs_date_from(
    p1: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    answer = p3.hub.get("sessions", (), {"limit": 5}, to=to)

    assert outcome(answer) == INVALID
    assert "date_from" in answer.message
    assert not [each for each in p1.received if each.from_ == MS1]


def test_a_session_is_seen_by_its_owner_and_its_payer_alone(
    p1: Platform, p2: Platform, p3: Platform, p4: Platform, p5: Platform, p6: Platform
) -> None:
    item = a_session(p1)
    put(p1, item)

    assert lists(sessions(p1), item)
    assert lists(sessions(p3), item)
    for other in (p2, p4, p5, p6):
        assert not lists(sessions(other), item)
    assert not lists(sessions(p6, from_=("ES", "EM6")), item)
    assert outcome(own_session(p1, item)) == OK
    assert outcome(p2.hub.get("sessions", place(item), to=HUB, role="RECEIVER")) == (404, 2001)


def test_a_list_of_sessions_is_counted_and_paged_by_what_its_reader_may_see(
    p1: Platform, join: Join
) -> None:
    driver, other = join("EMSP"), join("EMSP")
    items = [a_session(p1, party_of(driver)) for _ in range(3)]
    for item in [*items, a_session(p1, party_of(other))]:
        put(p1, item)

    first = driver.hub.get("sessions", (), SINCE | {"limit": 2}, to=HUB)
    last = driver.hub.get("sessions", (), SINCE | {"limit": 2, "offset": 2}, to=HUB)

    assert (outcome(first), parties(first)) == (OK, (party_of(driver), HUB))
    assert ids(first) + ids(last) == [item["id"] for item in items]
    assert {page.headers["x-total-count"] for page in (first, last)} == {"3"}
    assert link_query(first) == SINCE | {"limit": "2", "offset": "2"}
    assert "link" not in last.headers
    assert [each.data for each in driver.hub.pages("sessions", SINCE, to=HUB)] == [items]


def test_case_092_a_patch_appends_periods_and_a_put_replaces_them(
    p1: Platform, p3: Platform
) -> None:
    item = a_session(p1, charging_periods=TWO)
    put(p1, item)

    assert outcome(patch(p1, item, {"charging_periods": [THIRD]})) == OK

    whole = item | {"charging_periods": [*TWO, THIRD], "last_updated": LATER}
    assert own_session(p1, item).data == whole
    assert p3.holds("sessions", *place(item)) == whole
    one = item | {"charging_periods": [THIRD], "last_updated": LATER}
    assert outcome(put(p1, one)) == OK
    assert own_session(p1, item).data == one
    assert p3.holds("sessions", *place(item)) == one
    none = {name: value for name, value in one.items() if name != "charging_periods"}
    assert outcome(put(p1, none)) == OK
    assert not own_session(p1, item).data.get("charging_periods")
    assert not (p3.holds("sessions", *place(item)) or one).get("charging_periods")


@pytest.mark.parametrize("nothing", [[], None])
def test_case_093_no_periods_in_a_patch_change_none(
    p1: Platform, p3: Platform, nothing: list[Document] | None
) -> None:
    item = a_session(p1, charging_periods=TWO)
    put(p1, item)

    assert outcome(patch(p1, item, {"charging_periods": nothing, "kwh": 13})) == OK

    whole = item | {"kwh": 13, "last_updated": LATER}
    assert own_session(p1, item).data == whole
    assert p3.holds("sessions", *place(item)) == whole


@pytest.mark.parametrize(("status", "expected"), [("RESERVED", INVALID), ("RESERVATION", CREATED)])
def test_case_094_a_status_is_one_of_the_list(
    p1: Platform, p3: Platform, status: str, expected: tuple[int, int]
) -> None:
    item = a_session(p1, status=status)

    assert outcome(put(p1, item)) == expected
    assert len(told(p3, item)) == (expected == CREATED)
    assert own_session(p1, item).status == (200 if expected == CREATED else 404)


def test_the_same_patch_has_one_effect_and_its_payer_is_told_once(
    p1: Platform, p3: Platform
) -> None:
    item = a_session(p1, charging_periods=TWO)
    put(p1, item)
    change = {"charging_periods": [THIRD]}

    answers = [outcome(patch(p1, item, change, to=to)) for to in (MS1, MS1, None, HUB)]

    assert answers == [OK] * 4
    assert own_session(p1, item).data["charging_periods"] == [*TWO, THIRD]
    let_sessions_pass(p1, p3)
    assert [each.method for each in told(p3, item)] == ["PUT", "PATCH"]


def test_an_older_session_changes_nothing_and_is_not_passed_on(p1: Platform, p3: Platform) -> None:
    item = a_session(p1)
    put(p1, item)
    older = item | {"kwh": Decimal("1.0"), "last_updated": SOONER}

    answers = [outcome(put(p1, older, to=to)) for to in (MS1, HUB)]

    assert answers == [OK] * 2
    assert own_session(p1, item).data == item
    let_sessions_pass(p1, p3)
    assert len(told(p3, item)) == 1


def test_a_patch_without_last_updated_or_of_a_part_is_refused(p1: Platform, p3: Platform) -> None:
    item = a_session(p1)
    put(p1, item)

    undated = p1.hub.push("PATCH", "sessions", place(item), {"kwh": 13}, to=MS1)
    part = (*place(item), "charging_periods")
    below = p1.hub.push("PATCH", "sessions", part, {"last_updated": LATER}, to=MS1)

    assert (outcome(undated), below.status) == (INVALID, 404)
    assert len(told(p3, item)) == 1


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_session_is_neither_posted_nor_deleted(p1: Platform, method: str) -> None:
    item = a_session(p1)

    assert p1.hub.push(method, "sessions", place(item), item, to=MS1).status == 405


def test_another_owners_session_is_404_and_another_id_2001(p1: Platform, p3: Platform) -> None:
    foreign = a_session(p1) | {"country_code": "FR", "party_id": "XYZ"}
    item = a_session(p1)
    path = (*place(item)[:2], f"{item['id']}X")

    assert outcome(put(p1, foreign)) == (404, 2001)
    assert outcome(p1.hub.push("PUT", "sessions", path, item, to=MS1)) == INVALID
    assert not told(p3, foreign) + told(p3, item)


def test_changes_at_once_are_all_there_and_each_once(p1: Platform, p3: Platform) -> None:
    item = a_session(p1)
    put(p1, item)
    added = [charging_period(f"2026-01-15T07:{minute}:00Z") for minute in range(10, 14)]

    def append(period: Document) -> tuple[int, int]:
        return outcome(patch(p1, item, {"charging_periods": [period]}))

    with ThreadPoolExecutor(len(added)) as pool:
        answers = list(pool.map(append, added))

    assert answers == [OK] * len(added)
    kept = own_session(p1, item).data["charging_periods"]
    assert sorted(each["start_date_time"] for each in kept) == [
        each["start_date_time"] for each in added
    ]
    assert (p3.holds("sessions", *place(item)) or item)["charging_periods"] == kept
