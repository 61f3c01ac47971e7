"""Conformance case 78, and changes that come late or at once: none is lost, none overtaken."""

import threading
import time
from collections.abc import Iterator

import pytest

from entrypoints.sandbox import Platform, Received
from entrypoints.sandbox.wire import Document
from tests.conformance.guests import Join
from tests.conformance.running import RunningHub
from tests.conformance.steps import (
    OK,
    a_location,
    about,
    let_pass,
    outcome,
    own_copy,
    patch,
    place,
    pushed,
    put,
    status,
    until,
    with_evses,
)

pytestmark = pytest.mark.e2e


@pytest.fixture
def more_workers(hub: RunningHub) -> Iterator[None]:
    """Another worker for each queue, beside those that are there."""
    with hub.worker("publish"), hub.worker("pump"):
        yield


@pytest.mark.usefixtures("more_workers")
def test_case_078_two_changes_at_once_end_everywhere_with_the_newer(
    p1: Platform, p3: Platform, p4: Platform, p5: Platform
) -> None:
    items = [a_location(p1) for _ in range(8)]
    for item in items:
        put(p1, item)
    for reader in (p3, p4, p5):
        for item in items:
            reader.wait_for(about(item))

    for item in items:
        _ten_milliseconds_apart(p1, item)

    for reader in (p3, p4, p5):
        for item in items:
            until(lambda r=reader, i=item: _held_status(r, i) == "CHARGING")  # type: ignore[misc]
            assert _statuses(pushed(reader, item))[-1] == "CHARGING"


def _ten_milliseconds_apart(p1: Platform, item: Document) -> None:
    changes = [status("BLOCKED"), status("CHARGING", "2026-02-01T00:00:00.01Z")]
    threads = [
        threading.Thread(target=patch, args=(p1, item, "EVSE1"), kwargs={"change": change})
        for change in changes
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    for thread in threads:
        thread.join()


def _held_status(reader: Platform, item: Document) -> str:
    held = reader.holds("locations", *place(item)) or item
    return str(held["evses"][0]["status"])


def _statuses(received: list[Received]) -> list[str]:
    """The statuses that were told, in the order of their effects, of the EVSE or its location."""
    told = [each.json() for each in sorted(received, key=lambda each: each.applied)]
    return [str(each.get("status") or each["evses"][0]["status"]) for each in told]


def test_a_stale_push_is_answered_1000_and_changes_nothing(p1: Platform, p3: Platform) -> None:
    item = a_location(p1, last_updated="2026-05-01T00:00:00Z")
    put(p1, item)
    p3.wait_for(about(item))
    older = item | {"name": "Older", "last_updated": "2026-04-30T23:59:59Z"}

    answer = put(p1, older)

    assert outcome(answer) == OK
    assert own_copy(p1, item).data == item
    let_pass(p1, [p3])
    assert len(pushed(p3, item)) == 1


def test_a_stale_patch_of_an_evse_changes_nothing_and_its_neighbour_may_be_newer(
    p1: Platform,
) -> None:
    item = a_location(p1, evses=with_evses(2))
    put(p1, item)
    newer, older = "2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z"

    answers = [
        patch(p1, item, "EVSE1", change=status("CHARGING", newer)),
        patch(p1, item, "EVSE1", change=status("BLOCKED", older)),
        patch(p1, item, "EVSE2", change=status("RESERVED", older)),
    ]

    stored = own_copy(p1, item).data
    assert [outcome(answer) for answer in answers] == [OK] * 3
    assert [each["status"] for each in stored["evses"]] == ["CHARGING", "RESERVED"]
    assert stored["last_updated"] == newer


def test_a_newer_location_is_not_held_back_by_a_child_that_is_newer_still(p1: Platform) -> None:
    item = a_location(p1)
    put(p1, item)
    patch(p1, item, "EVSE1", change=status("CHARGING", "2026-03-02T00:00:00Z"))

    renamed = {"name": "Renamed", "last_updated": "2026-03-01T00:00:00Z"}
    assert outcome(patch(p1, item, change=renamed)) == OK

    stored = own_copy(p1, item).data
    assert stored["name"] == "Renamed"
    assert stored["evses"][0]["status"] == "CHARGING"


def test_patches_of_one_location_at_once_lose_nothing(p1: Platform, p3: Platform) -> None:
    item = a_location(p1, evses=with_evses(12))
    put(p1, item)
    codes: list[tuple[int, int]] = []

    def change(number: int) -> None:
        answer = patch(p1, item, f"EVSE{number}", change=status("CHARGING"))
        codes.append(outcome(answer))

    threads = [threading.Thread(target=change, args=(number + 1,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes == [OK] * 12
    stored = own_copy(p1, item).data
    assert {each["status"] for each in stored["evses"]} == {"CHARGING"}
    until(lambda: p3.holds("locations", *place(item)) == stored)


def test_a_reader_that_hangs_does_not_hold_up_its_neighbours(
    join: Join, p1: Platform, p3: Platform
) -> None:
    hanging = join("EMSP")
    hanging.behave("hang", "locations")
    items = [a_location(p1) for _ in range(6)]

    for item in items:
        put(p1, item)

    begun = time.monotonic()
    for item in items:
        p3.wait_for(about(item), 60.0)
    assert time.monotonic() - begun < 4.0
    hanging.behave("well")


def test_a_reader_that_calls_is_sent_at_once_what_it_missed(join: Join, p1: Platform) -> None:
    """Its lane is closed for 30 seconds by then; a call shows that it is back."""
    reader = join("EMSP")
    reader.behave("http:500", "locations")
    items = [a_location(p1) for _ in range(8)]
    for item in items:
        put(p1, item)
    until(lambda: sum(len(pushed(reader, item)) for item in items) >= 5)

    reader.behave("well")

    def has_them() -> bool:
        reader.hub.credentials()
        return all(reader.holds("locations", *place(item)) == item for item in items)

    until(has_them, within_s=60)
