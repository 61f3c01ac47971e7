"""What every delivery queue promises a pump that leases, claims and settles many lanes at once."""

from functools import partial

from domain.delivery.answers import Verdict
from domain.delivery.deliveries import DeliveryState, LaneId
from domain.delivery.lanes import Breaker, LaneHealth, Lease
from tests.contracts.made import NOON, Queue, a_request, at_once, attempted, later, location

LANES = [LaneId(f"partner-{n}") for n in range(5)]
OPEN = LaneHealth(breaker=Breaker.OPEN, failures_in_a_row=5, probe_at=later(30), reason="HTTP 500")


def owe(queue: Queue, *, each: int = 1) -> None:
    requests = [a_request(lane=lane, key=location(f"L{n}")) for lane in LANES for n in range(each)]
    queue.owe(requests, now=NOON)


def leased(queue: Queue, holder: str = "pump") -> dict[LaneId, Lease]:
    leases = queue.lease_all(LANES, holder=holder, seconds=60)
    return {lease.lane: lease for lease in leases}


def taken_over(queue: Queue, lease: Lease) -> Lease:
    """Another process has the lane now."""
    queue.give_back(lease)
    again = queue.lease(lease.lane, holder="another", seconds=60)
    assert again is not None
    return again


def test_the_lanes_that_are_free_are_leased_each_with_a_fence_of_its_own(queue: Queue) -> None:
    held = queue.lease(LANES[0], holder="another", seconds=60)
    before = queue.lease(LANES[1], holder="pump", seconds=60)
    assert held is not None
    assert before is not None
    queue.give_back(before, OPEN)

    leases = leased(queue)

    assert set(leases) == set(LANES[1:])
    assert leases[LANES[1]] == Lease(LANES[1], "pump", leases[LANES[1]].fence, OPEN)
    assert leases[LANES[1]].fence > before.fence
    assert leases[LANES[2]].health == LaneHealth()


def test_of_many_pumps_at_once_one_has_each_lane(queue: Queue) -> None:
    asking = [partial(queue.lease_all, LANES, holder=f"p{n}", seconds=60) for n in range(6)]

    granted = at_once(*asking)

    lanes = [lease.lane for leases in granted if isinstance(leases, tuple) for lease in leases]
    assert sorted(map(str, lanes)) == sorted(map(str, LANES))


def test_what_is_due_is_claimed_in_every_lane_up_to_the_limit_and_once(queue: Queue) -> None:
    owe(queue, each=3)
    leases = leased(queue)

    first = queue.claim_all(leases, now=NOON, limit=2)
    second = queue.claim_all(leases, now=NOON, limit=2)
    third = queue.claim_all(leases, now=NOON, limit=2)

    assert {lane: len(each) for lane, each in first.deliveries.items()} == dict.fromkeys(LANES, 2)
    assert {lane: len(each) for lane, each in second.deliveries.items()} == dict.fromkeys(LANES, 1)
    assert (dict(third.deliveries), third.lost) == ({}, frozenset())
    assert all(each.sending for claimed in first.deliveries.values() for each in claimed)


def test_what_is_due_later_is_not_claimed(queue: Queue) -> None:
    owe(queue)

    assert dict(queue.claim_all(leased(queue), now=later(-1), limit=9).deliveries) == {}


def test_a_lane_that_is_lost_is_named_and_the_others_are_served(queue: Queue) -> None:
    owe(queue)
    leases = leased(queue)
    taken_over(queue, leases[LANES[0]])

    claimed = queue.claim_all(leases, now=NOON, limit=9)

    assert claimed.lost == {LANES[0]}
    assert set(claimed.deliveries) == set(LANES[1:])


def test_attempts_in_many_lanes_are_written_but_for_those_of_a_lost_one(queue: Queue) -> None:
    owe(queue)
    leases = leased(queue)
    claimed = queue.claim_all(leases, now=NOON, limit=9).deliveries
    queue.claim(taken_over(queue, leases[LANES[0]]), now=NOON, limit=9)
    ended = [
        (leases[lane], [attempted(each, Verdict.ACCEPTED) for each in claimed[lane]])
        for lane in LANES[:4]
    ]
    ended.append((leases[LANES[4]], [attempted(claimed[LANES[4]][0], Verdict.REFUSED)]))

    lost = queue.settle_all(ended)

    assert lost == {LANES[0]}
    left = {each.lane: each.state for each in queue.owed()}
    assert left == {LANES[0]: DeliveryState.DUE, LANES[4]: DeliveryState.REFUSED}


def test_lanes_are_given_back_with_their_health_unless_they_were_lost(queue: Queue) -> None:
    leases = leased(queue)
    another = taken_over(queue, leases[LANES[0]])
    lanes = (leases[LANES[0]], leases[LANES[1]], leases[LANES[2]])

    queue.give_back_all([(lanes[0], OPEN), (lanes[1], OPEN), (lanes[2], None)])

    assert queue.lease(LANES[0], holder="pump", seconds=60) is None
    health = queue.health()
    assert (health[LANES[0]], health[LANES[1]], health[LANES[2]]) == (
        another.health,
        OPEN,
        LaneHealth(),
    )
    assert set(leased(queue)) == {LANES[1], LANES[2]}
