"""What every delivery queue promises about lanes: leases, breakers, and which of them have work."""

import time
from datetime import datetime, timedelta
from functools import partial

import pytest

from adapters.mongo import Mongo, MongoDeliveries
from domain.delivery.deliveries import LaneId
from domain.delivery.lanes import Breaker, LaneHealth, Lease
from domain.errors import LaneLost
from tests.contracts.made import (
    LANE,
    NOON,
    Queue,
    a_request,
    at_once,
    cdr_lane,
    failed,
    later,
    leased,
    location,
)

ILL = LaneHealth(failures_in_a_row=2, reason="HTTP 502")
OPEN = LaneHealth(
    breaker=Breaker.OPEN,
    failures_in_a_row=5,
    probe_at=later(30),
    recent=((NOON, True), (later(1), False)),
    reason="HTTP 500",
)


def leased_once_free(queue: Queue) -> Lease:
    """The lane's next lease, as soon as the one that runs is over."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        lease = queue.lease(LANE, holder="another", seconds=60)
        if lease is not None:
            return lease
    raise AssertionError("the lease never ended")


# --- leases -----------------------------------------------------------------------------------


def test_a_lane_is_leased_by_one_at_a_time(queue: Queue) -> None:
    leased(queue)

    assert queue.lease(LANE, holder="another", seconds=60) is None
    assert queue.lease(LANE, holder="pump", seconds=60) is None
    assert leased(queue, cdr_lane()).fence > 0


@pytest.mark.parametrize("known", [False, True])
def test_of_many_who_lease_at_once_one_gets_it(queue: Queue, known: bool) -> None:
    if known:
        queue.give_back(leased(queue))

    outcomes = at_once(
        *(partial(queue.lease, LANE, holder=f"pump-{n}", seconds=60) for n in range(12))
    )

    winners = [outcome for outcome in outcomes if isinstance(outcome, Lease)]
    assert len(winners) == 1
    assert outcomes.count(None) == 11
    queue.renew(winners[0], seconds=60)


def test_every_lease_has_a_higher_fence(queue: Queue) -> None:
    fences = []
    for n in range(3):
        lease = leased(queue, holder=f"pump-{n}")
        fences.append(lease.fence)
        queue.give_back(lease)

    assert 0 < fences[0] < fences[1] < fences[2]


def test_a_lease_ends_by_itself(queue: Queue) -> None:
    first = queue.lease(LANE, holder="pump", seconds=0.05)
    assert first is not None

    assert leased_once_free(queue).fence > first.fence


def test_a_lease_that_is_renewed_goes_on(queue: Queue) -> None:
    lease = queue.lease(LANE, holder="pump", seconds=0.2)
    assert lease is not None

    queue.renew(lease, seconds=60)

    time.sleep(0.25)
    assert queue.lease(LANE, holder="another", seconds=60) is None


def test_a_lease_that_passed_on_is_lost(queue: Queue) -> None:
    lost = queue.lease(LANE, holder="pump", seconds=0.05)
    assert lost is not None
    taken = leased_once_free(queue)

    with pytest.raises(LaneLost):
        queue.renew(lost, seconds=60)
    with pytest.raises(LaneLost):
        queue.note_health(lost, OPEN)
    queue.give_back(lost)

    queue.renew(taken, seconds=60)
    assert queue.health()[LANE] == LaneHealth()


def test_a_lease_that_was_given_back_is_lost(queue: Queue) -> None:
    lease = leased(queue)
    queue.give_back(lease)
    queue.give_back(lease)

    with pytest.raises(LaneLost):
        queue.renew(lease, seconds=60)


def test_a_lease_is_lost_even_to_another_one_of_the_same_holder(queue: Queue) -> None:
    lost = leased(queue)
    queue.give_back(lost)
    taken = leased(queue)

    with pytest.raises(LaneLost):
        queue.renew(lost, seconds=60)
    queue.give_back(lost)

    queue.renew(taken, seconds=60)


def test_nothing_is_claimed_when_the_time_is_over(queue: Queue) -> None:
    queue.owe([a_request()], now=NOON)
    lease = queue.lease(LANE, holder="pump", seconds=0.0)
    assert lease is not None

    with pytest.raises(LaneLost):
        queue.claim(lease, now=NOON, limit=10)


# --- health -----------------------------------------------------------------------------------


def test_the_health_of_a_lane_comes_with_its_next_lease(queue: Queue) -> None:
    lease = leased(queue)
    assert lease.health == LaneHealth()

    queue.note_health(lease, OPEN)
    queue.give_back(lease)

    assert leased(queue).health == OPEN
    assert queue.health() == {LANE: OPEN}


def test_when_the_breaker_closed_is_kept_for_the_pump_that_comes_next(queue: Queue) -> None:
    lease = leased(queue)

    queue.give_back(lease, LaneHealth(closed_at=later(3)))

    assert leased(queue).health.closed_at == later(3)


def test_a_call_from_the_partner_lets_its_open_lanes_be_probed(queue: Queue) -> None:
    for lane, health in ((LANE, OPEN), (cdr_lane(), LaneHealth()), (LaneId("q"), OPEN)):
        lease = leased(queue, lane)
        queue.note_health(lease, health)
        queue.give_back(lease)

    queue.half_open("partner-1", now=later(2))

    assert queue.health() == {
        LANE: OPEN.half_opened(now=later(2)),
        cdr_lane(): LaneHealth(),
        LaneId("q"): OPEN,
    }


def test_a_call_from_the_partner_makes_all_its_work_due(queue: Queue) -> None:
    with_failed(queue, LANE)
    with_failed(queue, LaneId("q"))

    queue.half_open("partner-1", now=later(2))

    assert queue.lanes_due(now=later(2)) == (LANE,)


def test_a_lane_that_is_well_again_has_all_its_work_due(queue: Queue) -> None:
    with_failed(queue, LANE)
    with_failed(queue, cdr_lane())

    queue.release(LANE, now=later(1))

    [delivery] = queue.claim(leased(queue), now=later(1), limit=10)
    assert (delivery.attempts, delivery.due) == (1, later(1))
    assert queue.claim(leased(queue, cdr_lane()), now=later(1), limit=10) == ()


def test_release_keeps_what_is_due_in_its_order(queue: Queue) -> None:
    with_failed(queue, LANE)
    queue.owe([a_request(key=location("DUE BEFORE"))], now=later(0.5))

    queue.release(LANE, now=later(1))

    [first] = queue.claim(leased(queue), now=later(1), limit=1)
    assert first.key == location("DUE BEFORE")


def with_failed(queue: Queue, lane: LaneId) -> None:
    """A delivery in the lane that is due in five seconds only."""
    queue.owe([a_request(lane=lane)], now=NOON)
    lease = leased(queue, lane)
    [delivery] = queue.claim(lease, now=NOON, limit=1)
    queue.settle(lease, [failed(delivery, due=later(5))])
    queue.give_back(lease)


# --- which lanes have work --------------------------------------------------------------------


def test_lanes_with_work_are_found_longest_due_first(queue: Queue) -> None:
    for seconds, lane in ((0, LANE), (-2, LaneId("q")), (-1, cdr_lane()), (1, LaneId("r"))):
        queue.owe(
            [a_request(lane=lane), a_request(lane=lane, key=location("L2"))], now=later(seconds)
        )

    assert queue.lanes_due(now=NOON) == (LaneId("q"), cdr_lane(), LANE)


def test_a_lane_that_is_leased_is_not_found(queue: Queue) -> None:
    queue.owe([a_request()], now=NOON)
    lease = leased(queue)
    assert queue.lanes_due(now=NOON) == ()

    queue.give_back(lease)

    assert queue.lanes_due(now=NOON) == (LANE,)


def test_a_lane_that_its_breaker_holds_back_is_found_when_it_may_be_probed(
    queue: Queue,
) -> None:
    queue.owe([a_request()], now=NOON)
    lease = leased(queue)
    queue.note_health(lease, OPEN)
    queue.give_back(lease)

    assert queue.lanes_due(now=later(29)) == ()
    assert queue.lanes_due(now=later(30)) == (LANE,)
    queue.half_open("partner-1", now=later(3))
    assert queue.lanes_due(now=later(3)) == (LANE,)


def test_work_that_was_claimed_and_left_behind_is_found(queue: Queue) -> None:
    queue.owe([a_request()], now=NOON)
    lease = leased(queue)
    queue.claim(lease, now=NOON, limit=1)
    assert queue.lanes_due(now=NOON) == ()

    queue.give_back(lease)

    assert queue.lanes_due(now=NOON) == (LANE,)


def test_a_lane_without_work_is_not_found(queue: Queue) -> None:
    queue.give_back(leased(queue))

    assert queue.lanes_due(now=NOON) == ()


def test_a_lease_that_ends_leaves_the_health_that_it_is_given(queue: Queue) -> None:
    queue.give_back(leased(queue), OPEN)
    assert queue.health() == {LANE: OPEN}

    queue.give_back(leased(queue))
    assert queue.health() == {LANE: OPEN}

    queue.give_back(leased(queue), ILL)
    assert leased(queue).health == ILL


def test_who_lost_the_lane_gives_back_neither_it_nor_its_health(queue: Queue) -> None:
    lost = leased(queue)
    queue.give_back(lost, ILL)
    taken = leased(queue)

    queue.give_back(lost, OPEN)

    queue.renew(taken, seconds=60)
    assert queue.health() == {LANE: ILL}


@pytest.mark.parametrize("seconds", [0.75, 86_400.0])
@pytest.mark.parametrize("renewed", [False, True])
def test_a_lease_runs_as_long_as_was_asked_by_the_clock_of_the_store(
    mongo: Mongo, seconds: float, renewed: bool
) -> None:
    queue = MongoDeliveries(mongo)
    lease = queue.lease(LANE, holder="pump", seconds=5 if renewed else seconds)
    assert lease is not None
    if renewed:
        before = clock(mongo)
        queue.renew(lease, seconds=seconds)
    else:
        queue.give_back(lease)
        before = clock(mongo)
        queue.lease(LANE, holder="pump", seconds=seconds)
    after = clock(mongo)

    [lane] = mongo()["lanes"].find()

    assert before <= lane["until"] - timedelta(seconds=seconds) <= after


def clock(mongo: Mongo) -> datetime:
    """What time MongoDB has."""
    [record] = mongo().aggregate([{"$documents": [{"now": "$$NOW"}]}])
    now: datetime = record["now"]
    return now


def test_a_lease_says_who_had_the_lane_before(queue: Queue) -> None:
    """By one lane or by many: whether this holder comes back, or another was there."""

    def formers(holder: str, *lanes: LaneId) -> set[str]:
        leases = queue.lease_all(lanes, holder=holder, seconds=60)
        for each in leases:
            queue.give_back(each)
        assert len(leases) == len(lanes)
        return {each.former for each in leases}

    one, other = LaneId("one"), LaneId("other")
    assert formers("pump-1", one, other) == {""}
    assert formers("pump-1", one) == {"pump-1"}
    assert formers("pump-2", one, other) == {"pump-1"}
    assert formers("pump-2", other) == {"pump-2"}
    assert formers("pump-1", one, other) == {"pump-2"}
