"""What every delivery queue promises of what is owed: requests, and what operators do about it."""

from functools import partial

from domain.delivery.answers import Verdict
from domain.delivery.deliveries import DeliveryState, LaneId, delivery_of
from domain.objects.stored import Change, UnseenChange
from tests.contracts.made import (
    EMSP,
    LANE,
    NOON,
    OTHER_EMSP,
    Queue,
    a_request,
    at_once,
    attempted,
    cdr_lane,
    claimed,
    later,
    leased,
    location,
    only,
    patch,
)


def test_a_request_is_owed_as_it_was_made(queue: Queue) -> None:
    change = Change("PATCH", ("E$1", "c.2"), b'{"a": 1.50}', "correlation")
    queue.owe([a_request(3, unseen=UnseenChange.one(change))], now=NOON)

    assert only(queue) == delivery_of(a_request(3, unseen=UnseenChange.one(change)), now=NOON)


def test_two_changes_of_an_object_make_one_delivery(queue: Queue) -> None:
    queue.owe([a_request(1, unseen=UnseenChange.one(patch("E1")))], now=NOON)
    queue.owe([a_request(2, unseen=UnseenChange.one(patch("E2")))], now=later(1))

    delivery = only(queue)

    assert (delivery.revision, delivery.since) == (2, NOON)
    assert delivery.unseen == UnseenChange(scope=(), correlation_id="correlation-E2")


def test_two_requests_of_one_object_may_come_together(queue: Queue) -> None:
    queue.owe([a_request(1), a_request(2)], now=NOON)

    assert only(queue).revision == 2


def test_the_same_request_again_changes_nothing(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    before = queue.owed()

    queue.owe([a_request(1)], now=later(5))

    assert queue.owed() == before


def test_each_receiver_and_each_object_is_owed_by_itself(queue: Queue) -> None:
    queue.owe(
        [
            a_request(receiver=EMSP),
            a_request(receiver=OTHER_EMSP),
            a_request(key=location("LOC2")),
            a_request(lane=cdr_lane()),
        ],
        now=NOON,
    )

    assert len(queue.owed()) == 4


def test_requests_at_once_lose_none(queue: Queue) -> None:
    keys = [location(f"L{n}") for n in range(3)]

    outcomes = at_once(
        *(
            partial(queue.owe, [a_request(revision, key=key) for key in keys], now=NOON)
            for revision in range(1, 9)
        )
    )

    assert outcomes == [None] * 8
    assert [delivery.revision for delivery in queue.owed()] == [8, 8, 8]


def test_requests_and_claims_at_once_lose_none(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)

    *_, first = at_once(
        *(partial(queue.owe, [a_request(revision)], now=NOON) for revision in range(2, 8)),
        partial(queue.claim, lease, now=NOON, limit=10),
    )

    second = queue.claim(lease, now=NOON, limit=10)
    assert [first, second].count(()) == 1, "who lost the race against a request claims nothing"
    assert only(queue).revision == 7
    assert only(queue).sending is not None


def test_a_delivery_is_found_by_its_id(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)

    assert queue.get(a_request(1).delivery_id) == only(queue)
    assert queue.get("no such delivery") is None


def test_what_is_owed_is_shown_oldest_first(queue: Queue) -> None:
    for n, lane in enumerate((LaneId("q"), LANE, cdr_lane())):
        queue.owe([a_request(lane=lane)], now=later(-n))

    assert [each.lane for each in queue.owed()] == [cdr_lane(), LANE, LaneId("q")]
    assert [each.lane for each in queue.owed(partner_id="partner-1")] == [cdr_lane(), LANE]
    assert [each.lane for each in queue.owed(limit=1)] == [cdr_lane()]
    assert len(queue.owed(state=DeliveryState.DUE)) == 3
    assert queue.owed(state=DeliveryState.REFUSED) == ()


def test_a_refused_delivery_is_due_when_an_operator_says_so(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    delivery = claimed(queue, lease)
    queue.settle(lease, [attempted(delivery, Verdict.REFUSED)])

    assert queue.retry(delivery.id, now=later(60))

    assert [each.id for each in queue.claim(lease, now=later(60), limit=10)] == [delivery.id]
    assert not queue.retry("no such delivery", now=NOON)


def test_a_partner_that_left_is_owed_its_cdrs_alone(queue: Queue) -> None:
    queue.owe(
        [
            a_request(1),
            a_request(key=location("LOC2")),
            a_request(lane=cdr_lane()),
            a_request(lane=LaneId("q")),
        ],
        now=NOON,
    )

    assert queue.forget("partner-1") == 2

    assert {each.lane for each in queue.owed()} == {cdr_lane(), LaneId("q")}
    assert queue.forget("partner-1") == 0


def test_a_lane_owes_since_its_oldest_that_is_due_or_refused(queue: Queue) -> None:
    assert queue.owed_since(LANE) is None
    queue.owe([a_request(1)], now=later(5))
    lease = leased(queue)
    [refused] = queue.claim(lease, now=later(5), limit=10)
    queue.settle(lease, [attempted(refused, Verdict.REFUSED)])
    queue.owe([a_request(key=location("LOC2"))], now=later(9))
    queue.owe([a_request(lane=cdr_lane()), a_request(lane=LaneId("q"))], now=NOON)

    assert queue.owed_since(LANE) == later(5)
    assert queue.refused([refused.id, "nothing"]) == frozenset({refused.id})
    queue.retry(refused.id, now=later(10))
    assert queue.owed_since(LANE) == later(5)
    assert queue.refused([refused.id, a_request(key=location("LOC2")).delivery_id]) == frozenset()
