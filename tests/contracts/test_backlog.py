"""How much is owed, as the metrics have it: lane by lane, and of CDRs by their state."""

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.backlog import LaneBacklog
from domain.delivery.deliveries import DeliveryState, LaneId
from domain.delivery.lanes import Breaker, LaneHealth
from domain.delivery.settling import settle
from tests.contracts.made import (
    LANE,
    NOON,
    Custody,
    Queue,
    a_request,
    failed,
    filed,
    later,
    leased,
    location,
)

OTHER = LaneId("partner-2")


def test_each_lane_says_since_when_it_owes_and_how_much(queue: Queue) -> None:
    queue.owe([a_request(lane=OTHER)], now=later(5))
    queue.owe([a_request()], now=NOON)
    queue.owe([a_request(key=location("L2"))], now=later(9))

    assert queue.backlog(lanes=10, most=10) == (
        LaneBacklog(LANE, NOON, 2, is_held=False),
        LaneBacklog(OTHER, later(5), 1, is_held=False),
    )
    assert [each.due for each in queue.backlog(lanes=1, most=1)] == [1]


def test_what_is_tried_again_later_is_owed_too_and_the_breaker_says_so(queue: Queue) -> None:
    queue.owe([a_request()], now=NOON)
    lease = leased(queue)
    [delivery] = queue.claim(lease, now=NOON, limit=1)
    queue.settle(lease, [failed(delivery, due=later(60))])
    queue.give_back(lease, LaneHealth(breaker=Breaker.OPEN, probe_at=later(30)))

    assert queue.backlog(lanes=10, most=10) == (LaneBacklog(LANE, NOON, 1, is_held=True),)


def test_what_was_refused_is_no_backlog(queue: Queue) -> None:
    queue.owe([a_request()], now=NOON)
    lease = leased(queue)
    [delivery] = queue.claim(lease, now=NOON, limit=1)
    refused = Attempt(NOON, Verdict.REFUSED, "no", http=200, ocpi=2001)
    queue.settle(lease, [settle(delivery, refused, spread=0.5)])

    assert queue.backlog(lanes=10, most=10) == ()


def test_cdrs_are_counted_by_state_and_objects_are_not_among_them(custody: Custody) -> None:
    custody.queue.owe([a_request()], now=NOON)
    custody.owe(filed())
    custody.owe(filed("CDR2", at=1_000_000))

    due, parked = (DeliveryState.DUE,), (DeliveryState.PARKED,)
    assert custody.queue.cdrs(due, most=10) == 2
    assert custody.queue.cdrs(due, most=1) == 1
    assert custody.queue.cdrs(parked, most=10) == 0
