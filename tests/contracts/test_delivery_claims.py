"""What every delivery queue promises about claims: who sends what, and each thing once."""

import pytest

from domain.delivery.deliveries import LaneId
from domain.errors import LaneLost
from domain.objects.stored import UnseenChange
from tests.contracts.made import (
    NOON,
    Queue,
    a_request,
    at_once,
    cdr_lane,
    claimed,
    later,
    leased,
    location,
    only,
    passed_on,
    patch,
)


def test_due_deliveries_are_claimed_oldest_due_first(queue: Queue) -> None:
    for name, seconds in (("B", -1), ("A", -2), ("C", 0), ("D", 1)):
        queue.owe([a_request(key=location(name))], now=later(seconds))
    lease = leased(queue)

    first = queue.claim(lease, now=NOON, limit=2)
    second = queue.claim(lease, now=NOON, limit=2)

    assert [each.key.id for each in first] == ["A", "B"]
    assert [each.key.id for each in second] == ["C"]


def test_a_claim_takes_what_is_missed_for_sending(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)

    delivery = claimed(queue, leased(queue))

    assert delivery.sending == UnseenChange.one(patch())
    assert delivery.unseen is None
    assert only(queue) == delivery


def test_a_lease_claims_nothing_twice(queue: Queue) -> None:
    queue.owe([a_request(key=location(f"L{n}")) for n in range(20)], now=NOON)
    lease = leased(queue)

    outcomes = at_once(*(lambda: queue.claim(lease, now=NOON, limit=20) for _ in range(6)))

    names = [
        each.id for outcome in outcomes if not isinstance(outcome, Exception) for each in outcome
    ]
    assert len(names) == 20
    assert len(set(names)) == 20


def test_a_lane_claims_nothing_of_another_lane(queue: Queue) -> None:
    queue.owe([a_request(lane=cdr_lane()), a_request(lane=LaneId("q"))], now=NOON)

    assert queue.claim(leased(queue), now=NOON, limit=10) == ()


def test_the_next_lease_takes_over_what_the_last_had_claimed(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    claimed(queue, lease)

    delivery = claimed(queue, passed_on(queue, lease))

    assert delivery.sending == UnseenChange.one(patch()).as_present_state()


def test_what_is_requested_after_the_claim_waits_for_the_next_attempt(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    claimed(queue, lease)

    queue.owe([a_request(2, unseen=UnseenChange.one(patch("E2")))], now=NOON)

    assert queue.claim(lease, now=NOON, limit=10) == ()
    assert only(queue).unseen == UnseenChange.one(patch("E2"))


def test_a_lost_lease_claims_nothing(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    passed_on(queue, lease)

    with pytest.raises(LaneLost):
        queue.claim(lease, now=NOON, limit=10)
