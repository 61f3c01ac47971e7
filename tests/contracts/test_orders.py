"""In which order stores list what is equal, looked at without indexes.

An order that only an index brings is there by chance.
"""

import pytest

from adapters.mongo import Mongo
from domain.cdrs.custody import CdrConflict
from domain.delivery.deliveries import DeliveryState
from domain.ports import PartnerStore
from tests.contracts.made import (
    NOON,
    Custody,
    filed,
    later,
    partner,
)

SCRAMBLED = ("D", "A", "E", "C", "B", "F")


@pytest.fixture
def mongo(unindexed: Mongo) -> Mongo:
    """The stores that are tested here have no indexes."""
    return unindexed


def test_what_is_owed_since_one_moment_is_shown_by_id(custody: Custody) -> None:
    for name, state in zip(SCRAMBLED, ("due", "parked", "due", "waiting") * 2, strict=False):
        custody.owe(filed(name), state=DeliveryState(state))
    oldest = custody.owe(filed("Z", at=-1))

    ids = [each.id for each in custody.queue.owed()]

    assert ids == [oldest.id, *sorted(filed(name).delivery_id for name in SCRAMBLED)]
    assert [each.id for each in custody.queue.owed(limit=3)] == ids[:3]


def test_conflicts_of_one_moment_are_shown_in_one_order(custody: Custody) -> None:
    known = [filed(name, body=body) for name in SCRAMBLED for body in (b"1", b"2")]
    kept = [
        CdrConflict(each.ref, each.key, "partner-1", each.body, each.sha256, NOON) for each in known
    ]
    for conflict in kept:
        custody.archive.keep(conflict)

    by_name = sorted(kept, key=lambda each: (each.ref, each.sha256), reverse=True)
    assert custody.archive.conflicts() == tuple(by_name)
    assert custody.archive.conflicts(limit=3) == tuple(by_name[:3])


def test_partners_of_one_moment_are_listed_by_id(partners: PartnerStore) -> None:
    for name in SCRAMBLED:
        partners.save(partner(name))
    partners.save(partner("Z", created_at=later(-1)))

    assert [each.id for each in partners.all()] == ["Z", *sorted(SCRAMBLED)]
