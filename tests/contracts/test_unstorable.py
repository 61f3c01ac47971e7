"""What no store takes is refused by the port's own name, and nothing of it is written.

Text that is none, a number of 65 bits, a record past MongoDB's 16 MB: partners send them all.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.mongo import Mongo, MongoQuarantine
from domain.cdrs.custody import CdrConflict
from domain.delivery.answers import Verdict
from domain.delivery.deliveries import Delivery
from domain.delivery.lanes import BareRefusal, LaneHealth, Lease
from domain.delivery.settling import Settled
from domain.errors import Unstorable
from domain.objects.quarantine import Quarantined
from domain.ports import ObjectStore
from tests.contracts.made import (
    LANE,
    NOON,
    Custody,
    Partners,
    a_request,
    attempted,
    cdr_lane,
    filed,
    location,
    owing,
    partner,
    stored,
)

HALF = "\ud800"
HUGE = 17 * 1024 * 1024


@pytest.fixture
def lease(custody: Custody) -> Lease:
    custody.queue.owe([a_request()], now=NOON)
    lease = custody.queue.lease(LANE, holder="pump", seconds=60)
    assert lease is not None
    return lease


@pytest.fixture
def claimed(custody: Custody, lease: Lease) -> Delivery:
    [claimed] = custody.queue.claim(lease, now=NOON, limit=1)
    return claimed


def poisoned(delivery: Delivery, reason: str) -> Settled:
    settled = attempted(delivery, Verdict.REFUSED)
    return replace(settled, attempt=replace(settled.attempt, reason=reason))


@pytest.mark.parametrize("reason", [HALF, "x" * HUGE])
def test_how_an_attempt_ended(
    custody: Custody, lease: Lease, claimed: Delivery, reason: str
) -> None:
    with pytest.raises(Unstorable):
        custody.queue.settle(lease, [poisoned(claimed, reason)])

    held = custody.queue.get(claimed.id)
    assert held is not None
    assert held.last is None
    custody.queue.settle(lease, [attempted(claimed, Verdict.ACCEPTED)])
    assert custody.queue.is_empty(LANE)


@pytest.mark.parametrize(
    "health",
    [
        LaneHealth(reason=HALF),
        LaneHealth(reason="x" * HUGE),
        LaneHealth(failures_in_a_row=2**64),
        LaneHealth(bare=(BareRefusal("delivery", HALF),)),
    ],
)
def test_a_lanes_health(custody: Custody, lease: Lease, health: LaneHealth) -> None:
    for write in (custody.queue.note_health, custody.queue.give_back):
        with pytest.raises(Unstorable):
            write(lease, health)

    custody.queue.note_health(lease, LaneHealth(bare=(BareRefusal("delivery", "object"),)))
    assert custody.queue.health()[LANE].bare == (BareRefusal("delivery", "object"),)


def test_the_attempt_of_a_cdr(custody: Custody) -> None:
    known = filed()
    assert custody.archive.file(known)
    lease = custody.queue.lease(cdr_lane(), holder="web", seconds=60)
    assert lease is not None
    claimed = owing(known).claimed()
    assert custody.ledger.owe(known, claimed, lease=lease)

    with pytest.raises(Unstorable):
        custody.queue.settle(lease, [poisoned(claimed, HALF)])

    assert custody.ledger.attempts(claimed.id) == ()


def test_a_cdr_and_one_that_conflicts(custody: Custody) -> None:
    huge = replace(filed(), body=b"x" * HUGE)
    conflict = CdrConflict(huge.ref, huge.key, "partner-1", huge.body, huge.sha256, NOON)
    refused: list[Callable[[], object]] = [
        lambda: custody.archive.file(huge),
        lambda: custody.archive.file(replace(filed(), correlation_id=HALF)),
        lambda: custody.archive.keep(conflict),
    ]

    for each in refused:
        with pytest.raises(Unstorable):
            each()

    assert custody.archive.get(huge.ref) is None
    assert custody.archive.conflicts() == ()


def test_an_object(objects: ObjectStore) -> None:
    for odd in (replace(stored(), body=b"x" * HUGE), replace(stored(), origin=HALF)):
        with pytest.raises(Unstorable):
            objects.save(odd)

    kept = objects.save(stored())
    with pytest.raises(Unstorable):
        objects.save(replace(kept, body=b"x" * HUGE))
    held = objects.get(location(), kept.audience)
    assert held is not None
    assert held.body == kept.body


def test_a_partner(partners: Partners) -> None:
    for name in (HALF, "x" * HUGE):
        with pytest.raises(Unstorable):
            partners.save(replace(partner(), name=name))

    assert partners.all() == ()


def test_what_is_put_aside(mongo: Mongo) -> None:
    quarantine = MongoQuarantine(mongo)
    sound = Quarantined("partner-1", "locations", "LOC1", ("id: odd",), NOON, b"{}")
    for odd in (replace(sound, name=HALF), replace(sound, body=b"x" * HUGE)):
        with pytest.raises(Unstorable):
            quarantine.put(odd)

    assert quarantine.all() == ()
