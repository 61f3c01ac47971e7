"""What the queue promises when others write between its steps, each race made to happen.

Threads that start at once seldom meet where it matters; here the rival writes right before a
command of the queue's own goes out. In memory there is no such between: one lock is held.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from pymongo import MongoClient, monitoring

from adapters.mongo import Mongo, MongoDeliveries
from adapters.mongo.client import Record
from domain.delivery.answers import Verdict
from domain.delivery.deliveries import Delivery, DeliveryState
from domain.delivery.lanes import Lease
from domain.errors import LaneLost, StoreUnavailable
from domain.objects.stored import ObjectKey, UnseenChange
from tests.contracts.made import (
    NOON,
    Queue,
    a_request,
    attempted,
    failed,
    later,
    leased,
    location,
    patch,
)

GONE, SICK, CHANGED, SICK_AND_CHANGED, FIRST = (
    location(name) for name in ("GONE", "SICK", "CHANGED", "SICK AND CHANGED", "FIRST")
)
MIXED = (GONE, SICK, CHANGED, SICK_AND_CHANGED)


@dataclass
class Rival(monitoring.CommandListener):
    """Acts right before a command of this name goes out, so many times."""

    command: str = ""
    act: Callable[[], object] = list
    times: int = 0
    acted: int = 0

    def before(self, command: str, act: Callable[[], object], *, times: int = 1) -> None:
        self.command, self.act, self.times, self.acted = command, act, times, 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == self.command and self.acted < self.times:
            self.acted += 1
            self.act()

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to do any more."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to do any more."""


@pytest.fixture
def rival() -> Rival:
    return Rival()


@pytest.fixture
def raced(mongo: Mongo, mongo_url: str, rival: Rival) -> Iterator[MongoDeliveries]:
    """A queue that the rival comes between."""
    with MongoClient[Record](mongo_url, tz_aware=True, event_listeners=[rival]) as client:
        yield MongoDeliveries(lambda: client[mongo.name])


@pytest.fixture
def other(mongo: Mongo) -> MongoDeliveries:
    """The same queue, as another process has it."""
    return MongoDeliveries(mongo)


def unseen(evse: str) -> UnseenChange:
    return UnseenChange.one(patch(evse))


# --- how attempts end, where some objects changed meanwhile ---------------------------------


def settle_mixed(queue: Queue, lease: Lease, deliveries: tuple[Delivery, ...]) -> None:
    """Half of them failed; all at once."""
    queue.settle(
        lease,
        [
            failed(each, due=later(5))
            if each.key in (SICK, SICK_AND_CHANGED)
            else attempted(each, Verdict.ACCEPTED, at=later(1))
            for each in deliveries
        ],
    )


def claimed_and_passed_on(queue: Queue, *others: ObjectKey) -> tuple[Lease, Lease]:
    """All claimed by the first lease, half marked since, and the lane is the second's by now."""
    queue.owe([a_request(1, key=key) for key in others], now=later(-1))
    queue.owe([a_request(1, key=key) for key in MIXED], now=later(-0.5))
    lost = leased(queue)
    queue.claim(lost, now=NOON, limit=10)
    changed = (CHANGED, SICK_AND_CHANGED)
    queue.owe([a_request(2, key=key, unseen=unseen("E2")) for key in changed], now=NOON)
    queue.give_back(lost)
    return lost, leased(queue, holder="another")


def outcome(queue: Queue) -> dict[ObjectKey, tuple[int, object, object]]:
    """Of each that is owed: how often it failed, when it is due, what came meanwhile."""
    return {each.key: (each.attempts, each.due, each.unseen) for each in queue.owed()}


ENDED: dict[ObjectKey, tuple[int, object, object]] = {
    SICK: (1, later(5), None),
    CHANGED: (0, later(1), unseen("E2")),
    SICK_AND_CHANGED: (1, later(5), unseen("E2")),
}


def test_a_lane_that_passed_on_is_not_missed_where_every_attempt_is_written(
    queue: Queue,
) -> None:
    lost, _ = claimed_and_passed_on(queue)

    settle_mixed(queue, lost, queue.owed())

    assert outcome(queue) == ENDED


@pytest.mark.parametrize("again", [0, 1])
def test_one_that_another_has_claimed_is_told_however_the_others_ended(
    queue: Queue, again: int
) -> None:
    lost, taken = claimed_and_passed_on(queue, FIRST)
    mine = queue.owed()
    [theirs] = queue.claim(taken, now=NOON, limit=1)
    if again:
        queue.owe([a_request(2, key=FIRST, unseen=unseen("E2"))], now=NOON)
    before = queue.get(theirs.id)

    with pytest.raises(LaneLost):
        settle_mixed(queue, lost, mine)

    assert theirs.key == FIRST
    assert queue.get(theirs.id) == before
    assert {key: each for key, each in outcome(queue).items() if key != FIRST} == ENDED


# --- claims -----------------------------------------------------------------------------------


def test_a_claim_returns_exactly_what_no_process_requested_in_between(
    raced: MongoDeliveries, rival: Rival, other: MongoDeliveries
) -> None:
    for n in range(3):
        other.owe([a_request(1, key=location(f"L{n}"))], now=later(n - 3))
    lease = leased(other)
    changed = a_request(2, key=location("L1"), unseen=unseen("E2"))

    rival.before("update", lambda: other.owe([changed], now=later(-2)))
    won = raced.claim(lease, now=NOON, limit=10)

    assert rival.acted == 1
    assert [each.key for each in won] == [location("L0"), location("L2")]
    assert [other.get(each.id) for each in won] == list(won)
    [left] = other.claim(lease, now=NOON, limit=10)
    assert (left.key, left.revision) == (location("L1"), 2)


def test_a_claim_returns_nothing_that_the_same_lease_claimed_in_between(
    raced: MongoDeliveries, rival: Rival, other: MongoDeliveries
) -> None:
    for n in range(3):
        other.owe([a_request(1, key=location(f"L{n}"))], now=later(n - 3))
    lease = leased(other)
    theirs: list[Delivery] = []

    rival.before("update", lambda: theirs.extend(other.claim(lease, now=NOON, limit=1)))
    won = raced.claim(lease, now=NOON, limit=10)

    assert [each.key for each in theirs] == [location("L0")]
    assert [each.key for each in won] == [location("L1"), location("L2")]
    assert other.get(theirs[0].id) == theirs[0]


# --- requests ------------------------------------------------------------------------------------


def test_of_two_first_requests_of_a_delivery_none_is_lost(
    raced: MongoDeliveries, rival: Rival, other: MongoDeliveries
) -> None:
    rival.before("insert", lambda: other.owe([a_request(1, unseen=unseen("E1"))], now=later(-1)))
    raced.owe([a_request(2, unseen=unseen("E2"))], now=NOON)

    [left] = other.owed()
    assert rival.acted == 1
    assert (left.revision, left.since) == (2, later(-1))
    assert left.unseen == unseen("E1").and_then(unseen("E2"))


def test_a_request_that_lost_to_another_is_made_beside_the_ones_that_did_not(
    raced: MongoDeliveries, rival: Rival, other: MongoDeliveries
) -> None:
    other.owe([a_request(1, key=FIRST, unseen=unseen("E1"))], now=NOON)
    between = a_request(2, key=FIRST, unseen=unseen("E2"))

    rival.before("update", lambda: other.owe([between], now=NOON))
    raced.owe([a_request(1, key=GONE), a_request(3, key=FIRST, unseen=unseen("E3"))], now=NOON)

    left = {each.key: (each.revision, each.unseen) for each in other.owed()}
    whole = unseen("E1").and_then(unseen("E2")).and_then(unseen("E3"))
    assert rival.acted == 1
    assert left == {GONE: (1, unseen("E1")), FIRST: (3, whole)}


def test_a_request_that_always_loses_is_not_taken_for_made(
    raced: MongoDeliveries, rival: Rival, other: MongoDeliveries
) -> None:
    other.owe([a_request(1)], now=NOON)

    rival.before("update", lambda: other.owe([a_request(1 + rival.acted)], now=NOON), times=999)
    with pytest.raises(StoreUnavailable):
        raced.owe([a_request(1000)], now=NOON)

    [left] = other.owed()
    assert left.revision == 1 + rival.acted < 1000


def test_who_retries_what_changes_at_that_moment_changes_it_all_the_same(
    raced: MongoDeliveries, rival: Rival, other: MongoDeliveries
) -> None:
    other.owe([a_request(1)], now=NOON)

    rival.before("update", lambda: other.owe([a_request(2)], now=NOON))
    assert raced.retry(a_request(1).delivery_id, now=later(60))

    [left] = other.owed()
    assert (left.revision, left.due, left.state) == (2, later(60), DeliveryState.DUE)
