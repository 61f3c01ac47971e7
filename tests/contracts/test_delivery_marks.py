"""What every delivery queue promises about what is owed: marks, and what operators do about it."""

from functools import partial

from domain.delivery.answers import Verdict
from domain.delivery.deliveries import Delivery, LaneId
from domain.objects.stored import Change, UnseenChange
from domain.ports import DeliveryQueue
from tests.contracts.made import (
    EMSP,
    LANE,
    NOON,
    OTHER_EMSP,
    at_once,
    attempted,
    cdr_lane,
    claimed,
    later,
    leased,
    location,
    mark,
    only,
    patch,
)


def test_a_mark_is_owed_as_it_was_made(queue: DeliveryQueue) -> None:
    change = Change("PATCH", ("E$1", "c.2"), b'{"a": 1.50}', "correlation")
    queue.mark([mark(3, missed=UnseenChange.one(change))], now=NOON)

    assert only(queue) == Delivery.of(mark(3, missed=UnseenChange.one(change)), now=NOON)


def test_two_changes_of_an_object_make_one_delivery(queue: DeliveryQueue) -> None:
    queue.mark([mark(1, missed=UnseenChange.one(patch("E1")))], now=NOON)
    queue.mark([mark(2, missed=UnseenChange.one(patch("E2")))], now=later(1))

    delivery = only(queue)

    assert (delivery.revision, delivery.since) == (2, NOON)
    assert delivery.missed == UnseenChange(scope=(), correlation_id="correlation-E2")


def test_two_marks_of_one_object_may_come_together(queue: DeliveryQueue) -> None:
    queue.mark([mark(1), mark(2)], now=NOON)

    assert only(queue).revision == 2


def test_the_same_mark_again_changes_nothing(queue: DeliveryQueue) -> None:
    queue.mark([mark(1)], now=NOON)
    before = queue.owed()

    queue.mark([mark(1)], now=later(5))

    assert queue.owed() == before


def test_each_receiver_and_each_object_is_owed_by_itself(queue: DeliveryQueue) -> None:
    queue.mark(
        [
            mark(receiver=EMSP),
            mark(receiver=OTHER_EMSP),
            mark(key=location("LOC2")),
            mark(lane=cdr_lane()),
        ],
        now=NOON,
    )

    assert len(queue.owed()) == 4


def test_marks_at_once_lose_none(queue: DeliveryQueue) -> None:
    keys = [location(f"L{n}") for n in range(3)]

    outcomes = at_once(
        *(
            partial(queue.mark, [mark(revision, key=key) for key in keys], now=NOON)
            for revision in range(1, 9)
        )
    )

    assert outcomes == [None] * 8
    assert [delivery.revision for delivery in queue.owed()] == [8, 8, 8]


def test_marks_and_claims_at_once_lose_none(queue: DeliveryQueue) -> None:
    queue.mark([mark(1)], now=NOON)
    lease = leased(queue)

    *_, first = at_once(
        *(partial(queue.mark, [mark(revision)], now=NOON) for revision in range(2, 8)),
        partial(queue.claim, lease, now=NOON, limit=10),
    )

    second = queue.claim(lease, now=NOON, limit=10)
    assert [first, second].count(()) == 1, "who lost the race against a mark claims nothing"
    assert only(queue).revision == 7
    assert only(queue).sending is not None


def test_a_delivery_is_found_by_its_id(queue: DeliveryQueue) -> None:
    queue.mark([mark(1)], now=NOON)

    assert queue.get(mark(1).delivery_id) == only(queue)
    assert queue.get("no such delivery") is None


def test_what_is_owed_is_shown_oldest_first(queue: DeliveryQueue) -> None:
    for n, lane in enumerate((LaneId("q"), LANE, cdr_lane())):
        queue.mark([mark(lane=lane)], now=later(-n))

    assert [each.lane for each in queue.owed()] == [cdr_lane(), LANE, LaneId("q")]
    assert [each.lane for each in queue.owed(partner_id="partner-1")] == [cdr_lane(), LANE]
    assert [each.lane for each in queue.owed(limit=1)] == [cdr_lane()]
    assert len(queue.owed(state="due")) == 3
    assert queue.owed(state="refused") == ()


def test_a_refused_delivery_is_due_when_an_operator_says_so(queue: DeliveryQueue) -> None:
    queue.mark([mark(1)], now=NOON)
    lease = leased(queue)
    delivery = claimed(queue, lease)
    queue.settle(lease, [attempted(delivery, Verdict.REFUSED)])

    assert queue.retry(delivery.id, now=later(60))

    assert [each.id for each in queue.claim(lease, now=later(60), limit=10)] == [delivery.id]
    assert not queue.retry("no such delivery", now=NOON)


def test_a_partner_that_left_is_owed_its_cdrs_alone(queue: DeliveryQueue) -> None:
    queue.mark(
        [mark(1), mark(key=location("LOC2")), mark(lane=cdr_lane()), mark(lane=LaneId("q"))],
        now=NOON,
    )

    assert queue.forget("partner-1") == 2

    assert {each.lane for each in queue.owed()} == {cdr_lane(), LaneId("q")}
    assert queue.forget("partner-1") == 0


def test_a_lane_owes_since_its_oldest_that_is_due_or_refused(queue: DeliveryQueue) -> None:
    assert queue.owed_since(LANE) is None
    queue.mark([mark(1)], now=later(5))
    lease = leased(queue)
    [refused] = queue.claim(lease, now=later(5), limit=10)
    queue.settle(lease, [attempted(refused, Verdict.REFUSED)])
    queue.mark([mark(key=location("LOC2"))], now=later(9))
    queue.mark([mark(lane=cdr_lane()), mark(lane=LaneId("q"))], now=NOON)

    assert queue.owed_since(LANE) == later(5)
    assert queue.refused([refused.id, "nothing"]) == frozenset({refused.id})
    queue.retry(refused.id, now=later(10))
    assert queue.owed_since(LANE) == later(5)
    assert queue.refused([refused.id, mark(key=location("LOC2")).delivery_id]) == frozenset()
