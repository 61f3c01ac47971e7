"""What every delivery queue promises about attempts: what is owed still when one has ended."""

from dataclasses import replace
from functools import partial

import pytest

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryState
from domain.delivery.settling import Settled, settle
from domain.errors import LaneLost
from domain.objects.stored import UnseenChange
from tests.contracts.made import (
    NOON,
    Queue,
    a_request,
    at_once,
    attempted,
    cdr_lane,
    claimed,
    failed,
    later,
    leased,
    location,
    only,
    passed_on,
    patch,
)


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


def test_what_went_out_before_it_was_requested_waits_for_the_request(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    queue.settle(lease, [told(claimed(queue, lease), 3)])

    queue.owe([a_request(2)], now=later(2))

    left = only(queue)
    assert (left.revision, left.unseen, left.sending) == (3, None, None)
    assert queue.claim(lease, now=later(5.9), limit=10) == ()
    assert len(queue.claim(lease, now=later(6), limit=10)) == 1


def test_what_went_out_before_it_was_requested_is_not_owed_again(queue: Queue) -> None:
    queue.owe([a_request(1)], now=NOON)
    lease = leased(queue)
    queue.settle(lease, [told(claimed(queue, lease), 3)])

    queue.owe([a_request(2), a_request(3)], now=later(2))

    left = only(queue)
    assert (left.revision, left.unseen, left.sending) == (3, None, None)
    [empty] = queue.claim(lease, now=later(2), limit=10)
    queue.settle(lease, [attempted(empty, Verdict.ACCEPTED)])
    assert queue.owed() == ()


@pytest.mark.parametrize("meanwhile", [2, 3, 4])
def test_what_was_requested_meanwhile_is_owed_if_it_is_newer_than_what_went_out(
    queue: Queue, meanwhile: int
) -> None:
    queue.owe([a_request(1), a_request(1, key=location("LOC2"))], now=NOON)
    lease = leased(queue)
    one, other = queue.claim(lease, now=NOON, limit=10)
    queue.owe([a_request(meanwhile)], now=NOON)

    queue.settle(lease, [told(one, 3), told(other, 1)])

    left = [(each.key.id, each.revision, each.unseen, each.due) for each in queue.owed()]
    still_to_come = ("LOC1", 3, None, later(6))
    newer = ("LOC1", 4, UnseenChange.one(patch()), later(1))
    assert left == {2: [still_to_come], 3: [], 4: [newer]}[meanwhile]


def test_a_request_that_is_newer_than_what_went_out_is_due_at_once(queue: Queue) -> None:
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


def test_requests_and_settlements_at_once_lose_no_request(queue: Queue) -> None:
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


def test_who_is_late_but_has_no_successor_has_not_lost_the_lane(queue: Queue) -> None:
    queue.owe([a_request(1), a_request(key=location("LOC2"))], now=NOON)
    lease = leased(queue)
    both = queue.claim(lease, now=NOON, limit=10)
    queue.renew(lease, seconds=0)
    queue.forget("partner-1")

    queue.settle(lease, [attempted(each, Verdict.ACCEPTED) for each in both])

    assert queue.owed() == ()
