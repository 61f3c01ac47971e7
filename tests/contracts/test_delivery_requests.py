"""What every delivery queue promises about what is owed: marks, claims and how attempts end."""

from dataclasses import replace
from functools import partial

import pytest

from adapters.memory import MemoryDeliveries
from adapters.mongo import Mongo, MongoDeliveries
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryState, LaneId, delivery_of
from domain.delivery.lanes import Lease
from domain.delivery.settling import Settled, settle
from domain.errors import LaneLost
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
    failed,
    later,
    location,
    patch,
)


@pytest.fixture(params=["memory", "mongo"])
def queue(request: pytest.FixtureRequest) -> Queue:
    if request.param == "memory":
        return MemoryDeliveries()
    mongo: Mongo = request.getfixturevalue("mongo")
    return MongoDeliveries(mongo)


def leased(queue: Queue, lane: LaneId = LANE) -> Lease:
    lease = queue.lease(lane, holder="pump", seconds=60)
    assert lease is not None
    return lease


def passed_on(queue: Queue, lease: Lease) -> Lease:
    """The next lease of the lane, to another pump."""
    queue.give_back(lease)
    taken = queue.lease(lease.lane, holder="another", seconds=60)
    assert taken is not None
    return taken


def claimed(queue: Queue, lease: Lease) -> Delivery:
    [delivery] = queue.claim(lease, now=NOON, limit=10)
    return delivery


def only(queue: Queue) -> Delivery:
    [delivery] = queue.owed()
    return delivery


# --- marks ------------------------------------------------------------------------------------


def test_a_mark_is_owed_as_it_was_made(queue: Queue) -> None:
    change = Change("PATCH", ("E$1", "c.2"), b'{"a": 1.50}', "correlation")
    queue.owe([a_request(3, unseen=UnseenChange.one(change))], now=NOON)

    assert only(queue) == delivery_of(a_request(3, unseen=UnseenChange.one(change)), now=NOON)


def test_two_changes_of_an_object_make_one_delivery(queue: Queue) -> None:
    queue.owe([a_request(1, unseen=UnseenChange.one(patch("E1")))], now=NOON)
    queue.owe([a_request(2, unseen=UnseenChange.one(patch("E2")))], now=later(1))

    delivery = only(queue)

    assert (delivery.revision, delivery.since) == (2, NOON)
    assert delivery.unseen == UnseenChange(scope=(), correlation_id="correlation-E2")


def test_two_marks_of_one_object_may_come_together(queue: Queue) -> None:
    queue.owe([a_request(1), a_request(2)], now=NOON)

    assert only(queue).revision == 2


def test_the_same_mark_again_changes_nothing(queue: Queue) -> None:
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


def test_marks_at_once_lose_none(queue: Queue) -> None:
    keys = [location(f"L{n}") for n in range(3)]

    outcomes = at_once(
        *(
            partial(queue.owe, [a_request(revision, key=key) for key in keys], now=NOON)
            for revision in range(1, 9)
        )
    )

    assert outcomes == [None] * 8
    assert [delivery.revision for delivery in queue.owed()] == [8, 8, 8]


def test_marks_and_claims_at_once_lose_none(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)

    *_, first = at_once(
        *(partial(queue.owe, [a_request(revision)], now=NOON) for revision in range(2, 8)),
        partial(queue.claim, lease, now=NOON, limit=10),
    )

    second = queue.claim(lease, now=NOON, limit=10)
    assert [first, second].count(()) == 1, "who lost the race against a mark claims nothing"
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


# --- claims -----------------------------------------------------------------------------------


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


def test_what_is_marked_after_the_claim_waits_for_the_next_attempt(queue: Queue) -> None:
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


# --- how attempts end -------------------------------------------------------------------------


def test_what_was_accepted_is_owed_no_more(queue: Queue) -> None:
    queue.owe([a_request(1), a_request(key=location("LOC2"))], now=NOON)
    lease = leased(queue)
    both = queue.claim(lease, now=NOON, limit=10)

    queue.settle(lease, [attempted(each, Verdict.ACCEPTED) for each in both])

    assert queue.owed() == ()


def test_what_changed_meanwhile_is_due_again_at_once(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    delivery = claimed(queue, lease)
    queue.owe([a_request(2, unseen=UnseenChange.one(patch("E2")))], now=NOON)

    done = attempted(delivery, Verdict.ACCEPTED, at=later(1))
    queue.settle(lease, [done])

    left = only(queue)
    assert (left.sending, left.attempts, left.due) == (None, 0, later(1))
    assert (left.unseen, left.last) == (UnseenChange.one(patch("E2")), done.attempt)
    [again] = queue.claim(lease, now=later(1), limit=10)
    assert again.sending == UnseenChange.one(patch("E2"))


def told(delivery: Delivery, revision: int) -> Settled:
    """After an attempt in which this revision went out whole."""
    accepted = Attempt(later(1), Verdict.ACCEPTED, "", http=200, revision=revision)
    return settle(delivery, accepted, spread=0.5)


def test_what_went_out_before_it_was_marked_is_not_owed_again(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    queue.settle(lease, [told(claimed(queue, lease), 3)])

    queue.owe([a_request(2), a_request(3)], now=later(2))

    left = only(queue)
    assert (left.revision, left.unseen, left.sending) == (3, None, None)
    assert queue.claim(lease, now=later(5.9), limit=10) == ()
    [empty] = queue.claim(lease, now=later(6), limit=10)
    queue.settle(lease, [attempted(empty, Verdict.ACCEPTED)])
    assert queue.owed() == ()


@pytest.mark.parametrize(
    ("meanwhile", "owed"), [(2, None), (3, None), (4, UnseenChange.one(patch()))]
)
def test_what_was_marked_meanwhile_is_owed_if_it_is_newer_than_what_went_out(
    queue: Queue, meanwhile: int, owed: UnseenChange | None
) -> None:
    queue.owe([a_request(1), a_request(1, key=location("LOC2"))], now=NOON)
    lease = leased(queue)
    one, other = queue.claim(lease, now=NOON, limit=10)
    queue.owe([a_request(meanwhile)], now=NOON)

    queue.settle(lease, [told(one, 3), told(other, 1)])

    left = only(queue)
    assert (left.key.id, left.unseen, left.sending) == ("LOC1", owed, None)
    assert (left.revision, left.due) == ((4, later(1)) if owed else (3, later(6)))


def test_a_mark_that_is_newer_than_what_went_out_is_due_at_once(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    queue.settle(lease, [told(claimed(queue, lease), 3)])

    queue.owe([a_request(4)], now=later(2))

    left = only(queue)
    assert (left.revision, left.unseen, left.due) == (4, UnseenChange.one(patch()), later(2))


def test_what_failed_is_due_when_the_schedule_says(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)

    settled = failed(claimed(queue, lease), due=later(5))
    queue.settle(lease, [settled])

    left = only(queue)
    assert (left.state, left.attempts, left.due) == (DeliveryState.DUE, 1, later(5))
    assert left.last == settled.attempt
    assert queue.claim(lease, now=later(4.9), limit=10) == ()
    [again] = queue.claim(lease, now=later(5), limit=10)
    assert again.sending == UnseenChange.one(patch()).as_present_state()


def test_what_failed_and_changed_meanwhile_keeps_to_the_schedule(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    delivery = claimed(queue, lease)
    queue.owe([a_request(2, unseen=UnseenChange.one(patch("E2")))], now=NOON)

    queue.settle(lease, [failed(delivery, due=later(5))])

    left = only(queue)
    assert (left.attempts, left.due, left.revision) == (1, later(5), 2)
    assert (left.unseen, left.sending) == (UnseenChange.one(patch("E2")), UnseenChange.one(patch()))


def test_what_was_refused_waits_for_a_change(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)

    queue.settle(lease, [attempted(claimed(queue, lease), Verdict.REFUSED)])

    assert only(queue).state is DeliveryState.REFUSED
    assert queue.claim(lease, now=later(9999), limit=10) == ()
    assert queue.lanes_due(now=later(9999)) == ()
    queue.owe([a_request(2)], now=later(60))
    left = only(queue)
    assert (left.state, left.due, left.attempts) == (DeliveryState.DUE, later(60), 0)


def test_what_is_parked_waits_for_an_operator(queue: Queue) -> None:
    queue.owe([a_request(1, lane=cdr_lane())], now=NOON)
    lease = leased(queue, cdr_lane())
    delivery = claimed(queue, lease)
    parked = replace(attempted(delivery, Verdict.REFUSED), state=DeliveryState.PARKED)

    queue.settle(lease, [parked])

    left = only(queue)
    assert (left.state, left.attempts) == (DeliveryState.PARKED, 1)
    assert queue.lanes_due(now=later(9999)) == ()
    assert queue.claim(lease, now=later(9999), limit=10) == ()


def test_what_was_refused_and_changed_meanwhile_is_due_at_once(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    delivery = claimed(queue, lease)
    queue.owe([a_request(2)], now=NOON)

    queue.settle(lease, [attempted(delivery, Verdict.REFUSED, at=later(1))])

    left = only(queue)
    assert (left.state, left.due, left.attempts) == (DeliveryState.DUE, later(1), 0)


def test_settling_again_changes_nothing(queue: Queue) -> None:
    queue.owe([a_request(1), a_request(key=location("LOC2"))], now=NOON)
    lease = leased(queue)
    one, two = queue.claim(lease, now=NOON, limit=10)
    settled = [attempted(one, Verdict.ACCEPTED), attempted(two, Verdict.SICK)]
    queue.settle(lease, settled)
    before = queue.owed()

    queue.settle(lease, settled)

    assert queue.owed() == before


def test_settling_nothing_is_nothing(queue: Queue) -> None:
    queue.settle(leased(queue), [])


def test_who_lost_the_lane_cannot_settle_what_another_has_claimed(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lost = leased(queue)
    delivery = claimed(queue, lost)
    taken = passed_on(queue, lost)
    claimed(queue, taken)
    before = queue.owed()

    with pytest.raises(LaneLost):
        queue.settle(lost, [attempted(delivery, Verdict.ACCEPTED)])

    assert queue.owed() == before


def test_what_is_still_the_lost_leases_is_settled_all_the_same(queue: Queue) -> None:
    queue.owe([a_request(1), a_request(key=location("LOC2"))], now=NOON)
    lost = leased(queue)
    both = queue.claim(lost, now=NOON, limit=10)
    [taken] = queue.claim(passed_on(queue, lost), now=NOON, limit=1)

    with pytest.raises(LaneLost):
        queue.settle(lost, [attempted(each, Verdict.ACCEPTED) for each in both])

    assert [each.id for each in queue.owed()] == [taken.id]


def test_what_was_forgotten_while_under_way_is_settled_silently(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    delivery = claimed(queue, lease)
    queue.forget("partner-1")

    queue.settle(lease, [attempted(delivery, Verdict.SICK)])

    assert queue.owed() == ()


def test_marks_and_settlements_at_once_lose_no_mark(queue: Queue) -> None:
    keys = [location(f"L{n}") for n in range(10)]
    queue.owe([a_request(1, key=key) for key in keys], now=NOON)
    lease = leased(queue)
    taken = queue.claim(lease, now=NOON, limit=10)
    done = [attempted(each, Verdict.ACCEPTED) for each in taken]

    at_once(
        *(partial(queue.owe, [a_request(2, key=key)], now=NOON) for key in keys),
        *(partial(queue.settle, lease, [each]) for each in done),
    )

    left = queue.owed()
    assert len(left) == 10
    assert all(each.revision == 2 and each.unseen is not None for each in left)
    assert len(queue.claim(lease, now=NOON, limit=20)) == 10


# --- people -----------------------------------------------------------------------------------


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
