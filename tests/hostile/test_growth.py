"""Objects that their owner makes larger push by push, and lists of large objects."""

import json
from typing import Any

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import evse
from entrypoints.sandbox.routing import next_page
from entrypoints.sandbox.wire import Document
from tests.conformance import charges
from tests.conformance.guests import Join
from tests.conformance.running import HUB, RunningHub
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    a_location,
    outcome,
    own_copy,
    party_of,
    patch,
    put,
)
from tests.hostile.test_link_header import cpu_s

pytestmark = pytest.mark.e2e

MIB = 1_048_576
TIME = "2026-02-01T00:00:00Z"
PAGE_BYTES = 8 * MIB
PERIOD = {
    "start_date_time": "2026-01-15T08:00:00Z",
    "dimensions": [{"type": "ENERGY", "volume": 1}],
}


@pytest.fixture
def owner(join: Join) -> Platform:
    return join("CPO")


@pytest.fixture
def driver(join: Join) -> Platform:
    return join("EMSP")


def many_evses(start: int, count: int) -> list[Document]:
    return [evse(f"E{number}") for number in range(start, start + count)]


def change(**fields: Any) -> Document:
    return {"last_updated": TIME} | fields


def grown(owner: Platform, item: Document) -> int:
    """PATCH EVSEs into the location until that is refused; how often it was taken."""
    for turn in range(10):
        answer = patch(owner, item, change=change(evses=many_evses(1000 * turn, 1000)))
        if outcome(answer) == INVALID:
            assert "too large" in answer.message
            return turn
        assert outcome(answer) == OK
    raise AssertionError("it grows without a bound")


def test_a_location_grows_by_patches_to_a_bound_and_lives_on(owner: Platform) -> None:
    item = a_location(owner)
    assert outcome(put(owner, item)) == CREATED

    assert grown(owner, item) > 1

    assert len(own_copy(owner, item).raw) < 2 * MIB + 1000
    new = owner.hub.push(
        "PUT",
        "locations",
        (*party_of(owner), item["id"], "NEW"),
        evse("NEW", directions=[{"language": "en", "text": "x" * 500}] * 900),
        to=HUB,
    )
    assert outcome(new) == INVALID
    assert "too large" in new.message
    assert outcome(patch(owner, item, change=change(name="renamed"))) == OK
    assert outcome(patch(owner, item, "E1", change=change(status="CHARGING"))) == OK


def test_what_ocpi_does_not_name_is_bounded_as_well(owner: Platform) -> None:
    item = a_location(owner)
    assert outcome(put(owner, item)) == CREATED

    answers = [
        outcome(patch(owner, item, change=change(**{f"x{turn}": "x" * (MIB - 1000)})))
        for turn in range(6)
    ]

    assert answers == [OK, OK, OK, OK, INVALID, INVALID]


def test_a_session_that_is_full_can_be_closed(owner: Platform, driver: Platform) -> None:
    item = charges.a_session(owner, party_of(driver))
    assert outcome(charges.put(owner, item)) in (OK, CREATED)
    full = False
    for turn in range(6):
        periods = change(charging_periods=[{**PERIOD, "tariff_id": f"T{turn}"}] * 6000)
        answer = owner.hub.push("PATCH", "sessions", charges.place(item), periods, to=HUB)
        full = outcome(answer) == INVALID
        if full:
            break
        assert outcome(answer) == OK
    assert full
    assert "charging_periods" in answer.message or "too large" in answer.message

    closed = {"status": "COMPLETED", "end_date_time": TIME, "last_updated": "2026-02-02T00:00:00Z"}
    answer = owner.hub.push("PATCH", "sessions", charges.place(item), closed, to=HUB)

    assert outcome(answer) == OK


def test_a_patch_of_thousands_of_evses_costs_no_product(hub: RunningHub, owner: Platform) -> None:
    item = a_location(owner, evses=many_evses(0, 2500))
    assert outcome(put(owner, item)) == CREATED
    patches = [{"uid": f"E{number}", "status": "CHARGING"} for number in range(2500)]
    before = cpu_s(hub, "gunicorn")

    answer = patch(owner, item, change=change(evses=patches))

    assert outcome(answer) == OK
    assert cpu_s(hub, "gunicorn") - before < 3


def test_a_page_ends_at_eight_mebibytes_and_its_link_goes_on_from_there(
    owner: Platform, driver: Platform
) -> None:
    note = "x" * 950_000
    for number in range(11):
        assert outcome(put(owner, a_location(owner, id=f"L{number}", note=note))) == CREATED
    query = {"date_from": "2000-01-01T00:00:00Z"}

    pages = list(driver.hub.pages("locations", query, to=HUB))

    assert all(len(page.raw) < PAGE_BYTES + 1000 for page in pages)
    seen = [
        each["id"] for page in pages for each in page.data if each["party_id"] == party_of(owner)[1]
    ]
    assert seen == [f"L{number}" for number in range(11)]
    first = driver.hub.get("locations", (), query, to=HUB)
    assert f"offset={len(first.data)}&" in next_page(first)
    assert len(json.dumps(first.data)) > PAGE_BYTES - 2 * MIB
