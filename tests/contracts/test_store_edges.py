"""What stores promise where two things are equal, a time is long, or a value is left out.

The orders are looked at without indexes: one that only an index brings is there by chance.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory import MemoryArchive, MemoryDeliveries, MemoryLedger, MemoryPartners
from adapters.mongo import Mongo, MongoArchive, MongoDeliveries, MongoLedger, MongoPartners
from adapters.ocpi import exact_json
from domain.cdrs.custody import CdrConflict
from domain.delivery.answers import Verdict
from domain.delivery.deliveries import DeliveryState
from domain.delivery.lanes import Breaker, LaneHealth, Lease
from domain.objects.paging import ListPosition, PageRequest
from tests.contracts.made import (
    EMSP,
    LANE,
    NOON,
    Custody,
    Partners,
    Queue,
    a_request,
    attempted,
    filed,
    later,
    location,
    partner,
)

OPEN = LaneHealth(breaker=Breaker.OPEN, failures_in_a_row=5, probe_at=later(30), reason="HTTP 500")
ILL = LaneHealth(failures_in_a_row=2, reason="HTTP 502")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SCRAMBLED = ("D", "A", "E", "C", "B", "F")


@pytest.fixture
def unindexed(mongo_url: str, database_name: str) -> Iterator[Mongo]:
    """A database of this test's own, without indexes."""
    database = Mongo(mongo_url, database_name)
    yield database
    database.close()


@pytest.fixture(params=["memory", "mongo"])
def bare(request: pytest.FixtureRequest) -> Custody:
    """Archive, ledger and queue of each store that there is, without indexes."""
    if request.param == "memory":
        archive, queue = MemoryArchive(), MemoryDeliveries()
        return Custody(archive, MemoryLedger(queue.records, archive), queue)
    mongo: Mongo = request.getfixturevalue("unindexed")
    return Custody(MongoArchive(mongo), MongoLedger(mongo), MongoDeliveries(mongo))


@pytest.fixture(params=["memory", "mongo"])
def partners(request: pytest.FixtureRequest) -> Partners:
    if request.param == "memory":
        return MemoryPartners()
    return MongoPartners(request.getfixturevalue("unindexed"), exact_json)


@pytest.fixture
def queue(bare: Custody) -> Queue:
    return bare.queue


def leased(queue: Queue) -> Lease:
    lease = queue.lease(LANE, holder="pump", seconds=60)
    assert lease is not None
    return lease


# --- order ------------------------------------------------------------------------------------


def test_what_is_owed_since_one_moment_is_shown_by_id(bare: Custody) -> None:
    for name, state in zip(SCRAMBLED, ("due", "parked", "due", "waiting") * 2, strict=False):
        bare.owe(filed(name), state=DeliveryState(state))
    oldest = bare.owe(filed("Z", at=-1))

    ids = [each.id for each in bare.queue.owed()]

    assert ids == [oldest.id, *sorted(filed(name).delivery_id for name in SCRAMBLED)]
    assert [each.id for each in bare.queue.owed(limit=3)] == ids[:3]


def test_conflicts_of_one_moment_are_shown_in_one_order(bare: Custody) -> None:
    known = [filed(name, body=body) for name in SCRAMBLED for body in (b"1", b"2")]
    kept = [
        CdrConflict(each.ref, each.key, "partner-1", each.body, each.sha256, NOON) for each in known
    ]
    for conflict in kept:
        bare.archive.keep(conflict)

    by_name = sorted(kept, key=lambda each: (each.ref, each.sha256), reverse=True)
    assert bare.archive.conflicts() == tuple(by_name)
    assert bare.archive.conflicts(limit=3) == tuple(by_name[:3])


def test_partners_of_one_moment_are_listed_by_id(partners: Partners) -> None:
    for name in SCRAMBLED:
        partners.save(partner(name))
    partners.save(partner("Z", created_at=later(-1)))

    assert [each.id for each in partners.all()] == ["Z", *sorted(SCRAMBLED)]


def test_cdrs_of_one_millisecond_are_listed_in_order_of_receipt(bare: Custody) -> None:
    for microseconds, name in enumerate(SCRAMBLED):
        at = microseconds / 1_000_000
        bare.owe(filed(name, at=at, body=name.encode()))

    first = bare.ledger.page(PageRequest(0, 2), party=EMSP)
    rest = bare.ledger.page(PageRequest(2, 9, after=first.last), party=EMSP)

    assert "".join(body.decode() for body in (*first.items, *rest.items)) == "".join(SCRAMBLED)
    second = (later(0.000001) - EPOCH) // timedelta(microseconds=1)
    assert first.last == ListPosition(second, filed("A").delivery_id)
    handed = bare.ledger.deliveries(receiver=EMSP, since=later(0.000002))
    assert [each.key.id for each in handed] == list(SCRAMBLED[2:])


# --- lanes ------------------------------------------------------------------------------------


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


def test_who_is_late_but_has_no_successor_has_not_lost_the_lane(queue: Queue) -> None:
    queue.owe([a_request(1), a_request(key=location("LOC2"))], now=NOON)
    lease = leased(queue)
    both = queue.claim(lease, now=NOON, limit=10)
    queue.renew(lease, seconds=0)
    queue.forget("partner-1")

    queue.settle(lease, [attempted(each, Verdict.ACCEPTED) for each in both])

    assert queue.owed() == ()


@pytest.mark.parametrize("seconds", [0.75, 86_400.0])
@pytest.mark.parametrize("renewed", [False, True])
def test_a_lease_runs_as_long_as_was_asked_by_the_clock_of_the_store(
    unindexed: Mongo, seconds: float, renewed: bool
) -> None:
    queue = MongoDeliveries(unindexed)
    lease = queue.lease(LANE, holder="pump", seconds=5 if renewed else seconds)
    assert lease is not None
    if renewed:
        before = clock(unindexed)
        queue.renew(lease, seconds=seconds)
    else:
        queue.give_back(lease)
        before = clock(unindexed)
        queue.lease(LANE, holder="pump", seconds=seconds)
    after = clock(unindexed)

    [lane] = unindexed()["lanes"].find()

    assert before <= lane["until"] - timedelta(seconds=seconds) <= after


def clock(mongo: Mongo) -> datetime:
    """What time MongoDB has."""
    [record] = mongo().aggregate([{"$documents": [{"now": "$$NOW"}]}])
    now: datetime = record["now"]
    return now
