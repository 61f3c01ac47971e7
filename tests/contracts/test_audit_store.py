"""What every store of the audit trail promises; and what MongoDB's finds of what was tampered with.

The tests that tamper write to the collection itself: no method of the store can.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from math import inf
from typing import Any

import pytest
from pymongo.collection import Collection

from adapters.memory import FixedClock
from adapters.mongo import Mongo, MongoAudit
from adapters.mongo.audit import COLLECTION
from adapters.mongo.client import Record
from application.operators.trail import AuditTrail
from domain import errors
from domain.operators.audit import (
    Actor,
    ActorKind,
    AuditEvent,
    AuditQuery,
    AuditRecord,
    Head,
    Kept,
    Outcome,
    linked,
)
from domain.ports import AuditStore
from tests.builders import PlainSecrets
from tests.contracts.conftest import audit_of
from tests.contracts.made import NOON, later

ANNA = Actor(ActorKind.OPERATOR, "anna", "operator", "192.0.2.1")
WHOLE = AuditEvent(
    *("partner.suspend", ANNA, Outcome.FAILED, "act-1", "DE-ABC", "ticket 4711"),
    *('{"whole":true}', '{"state":"REGISTERED"}', '{"state":"SUSPENDED"}', "NotRegistered", 7),
)
SHORT = AuditEvent("partner.set", Actor(ActorKind.UNKNOWN))


def _write(store: AuditStore, *events: AuditEvent, minutes: float = 0) -> list[AuditRecord]:
    written = []
    for event in events:
        written.append(linked(event, store.head(), at=later(minutes)))
        store.append(written[-1])
    return written


def test_a_record_comes_back_as_it_was_written(audit: AuditStore) -> None:
    whole, short = _write(audit, WHOLE, SHORT)

    assert audit.chain(after=0, limit=10) == [Kept(1, whole), Kept(2, short)]
    assert audit.head() == Head(2, short.hash)
    assert audit.count() == 2


def test_there_is_no_head_at_first(audit: AuditStore) -> None:
    assert audit.head() == Head(0, "")
    assert audit.chain(after=0, limit=10) == []


def test_a_number_is_given_once(audit: AuditStore) -> None:
    [first] = _write(audit, WHOLE)

    with pytest.raises(errors.RecordChanged):
        audit.append(linked(SHORT, Head(), at=NOON))
    assert audit.chain(after=0, limit=10) == [Kept(1, first)]


def test_the_chain_is_read_piece_by_piece(audit: AuditStore) -> None:
    written = _write(audit, *[SHORT] * 5)

    assert [each.number for each in audit.chain(after=1, limit=2)] == [2, 3]
    assert [each.record for each in audit.chain(after=3, limit=9)] == written[3:]


def test_records_are_listed_by_what_they_have_the_last_one_first(audit: AuditStore) -> None:
    _write(audit, WHOLE, SHORT)
    _write(audit, replace(WHOLE, act="partner.resume", object="NL-MS1"), minutes=1)
    _write(audit, replace(WHOLE, act="partners.else"), minutes=2)

    def numbers(**asked: Any) -> list[int]:
        return [each.number for each in audit.listed(AuditQuery(**asked))]

    assert numbers() == [4, 3, 2, 1]
    assert numbers(limit=2) == [4, 3]
    assert numbers(actor="anna") == [4, 3, 1]
    assert numbers(object="NL-MS1") == [3]
    assert numbers(act="partner") == [3, 2, 1]
    assert numbers(act="partner.set") == [2]
    assert numbers(since=later(1)) == [4, 3]
    assert numbers(before=later(2), since=later(1)) == [3]
    assert numbers(actor="anna", act="partner", object="DE-ABC") == [1]


def test_processes_that_write_at_once_make_one_chain(audit: AuditStore) -> None:
    trails = [AuditTrail(audit, PlainSecrets(), FixedClock()) for _ in range(8)]

    def write(trail: AuditTrail) -> list[int]:
        return [trail.record(SHORT).number for _ in range(10)]

    with ThreadPoolExecutor(8) as threads:
        numbers = [number for written in threads.map(write, trails) for number in written]

    assert sorted(numbers) == list(range(1, 81))
    assert trails[0].verify().fault == ""


@pytest.fixture
def trail(mongo: Mongo) -> AuditTrail:
    """On MongoDB, with three records."""
    made = AuditTrail(MongoAudit(mongo.beside(audit_of(mongo))), PlainSecrets(), FixedClock())
    for _ in range(3):
        made.record(WHOLE)
    return made


@pytest.fixture
def stored(mongo: Mongo) -> Collection[Record]:
    """The collection of those records."""
    return mongo.beside(audit_of(mongo))()[COLLECTION]


def _one_byte(text: str) -> str:
    return chr(ord(text[0]) ^ 1) + text[1:]


@pytest.mark.parametrize(
    "name", [*("act", "id", "actor", "role", "place", "object", "reason", "asked", "before")]
)
def test_one_byte_that_was_changed_is_refused(
    trail: AuditTrail, stored: Collection[Record], name: str
) -> None:
    known = stored.find_one({"_id": 2})
    assert known is not None
    stored.update_one({"_id": 2}, {"$set": {name: _one_byte(known[name])}})

    verified = trail.verify()

    assert verified.records == 1
    assert verified.fault == (_NOT_SO if name == "act" else _CHANGED)


def _hash_anew(stored: Collection[Record]) -> None:
    """What an attacker does who has the database and not the pepper."""
    store = MongoAudit(lambda: stored.database)
    stored.update_one({"_id": 2}, {"$set": {"reason": "another"}})
    head = Head(1, store.chain(after=0, limit=1)[0].record.hash)  # type: ignore[union-attr]
    for number in (2, 3):
        [kept] = store.chain(after=number - 1, limit=1)
        assert kept.record is not None
        made = linked(kept.record.event, head, at=kept.record.at)
        changed = {"hash": made.hash, "previous": made.previous}
        stored.update_one({"_id": number}, {"$set": changed})
        head = Head(number, made.hash)


Tamper = Callable[[Collection[Record]], object]
_CHANGED = "record 2 was changed"
_NOT_SO = "record 2 is not as the hub writes records"
_TAMPERED: dict[str, tuple[Tamper, str]] = {
    "taken out": (lambda c: c.delete_one({"_id": 2}), "record 2 is missing: the next one is 3"),
    "the first taken out": (
        lambda c: c.delete_one({"_id": 1}),
        "record 1 is missing: the next one is 2",
    ),
    "another time": (
        lambda c: c.update_one({"_id": 2}, {"$set": {"at": later(99)}}),
        _CHANGED,
    ),
    "another count": (
        lambda c: c.update_one({"_id": 2}, {"$set": {"count": 8}}),
        _CHANGED,
    ),
    "another hash": (
        lambda c: c.update_one({"_id": 2}, {"$set": {"hash": "0" * 64}}),
        _CHANGED,
    ),
    "hashed anew": (_hash_anew, "record 2 was not sealed with this hub's HUB_TOKEN_PEPPER"),
    "a field more": (lambda c: c.update_one({"_id": 2}, {"$set": {"more": 1}}), _NOT_SO),
    "a field less": (lambda c: c.update_one({"_id": 2}, {"$unset": {"hash": ""}}), _NOT_SO),
    "torn": (lambda c: c.replace_one({"_id": 2}, {"at": NOON}), _NOT_SO),
    "no moment": (lambda c: c.update_one({"_id": 2}, {"$set": {"at": "noon"}}), _NOT_SO),
    "a text as a number": (lambda c: c.update_one({"_id": 2}, {"$set": {"act": 2}}), _NOT_SO),
    "a number as another": (lambda c: c.update_one({"_id": 2}, {"$set": {"count": 7.0}}), _CHANGED),
    "an unknown outcome": (lambda c: c.update_one({"_id": 2}, {"$set": {"outcome": "x"}}), _NOT_SO),
    "put between": (
        lambda c: c.insert_one({**(c.find_one({"_id": 1}) or {}), "_id": 1.5}),
        _NOT_SO,
    ),
    "put beside": (lambda c: c.insert_one({"_id": "x"}), "1 things among the records are none"),
    "put behind all": (lambda c: c.insert_one({"_id": inf}), "1 things among the records are none"),
    "put far behind": (
        lambda c: c.insert_one({**(c.find_one({"_id": 3}) or {}), "_id": 9}),
        "record 4 is missing: the next one is 9",
    ),
}


@pytest.mark.parametrize("how", _TAMPERED)
def test_what_was_tampered_with_is_refused(
    trail: AuditTrail, stored: Collection[Record], how: str
) -> None:
    tamper, fault = _TAMPERED[how]
    tamper(stored)

    assert trail.verify().fault == fault


@pytest.mark.parametrize("how", [each for each in _TAMPERED if "taken" not in each])
def test_the_trail_goes_on_where_it_was_tampered_with(
    trail: AuditTrail, stored: Collection[Record], how: str
) -> None:
    tamper, fault = _TAMPERED[how]
    tamper(stored)

    trail.record(SHORT)

    assert trail.verify().fault == fault
    assert SHORT in [each.event for each in trail.listed(AuditQuery(limit=2))]
    assert len(list(trail.all())) == stored.count_documents({"_id": {"$gt": 0, "$lt": 1000}})


def test_a_torn_head_is_a_link_all_the_same(trail: AuditTrail, stored: Collection[Record]) -> None:
    stored.replace_one({"_id": 3}, {"at": NOON})

    trail.record(SHORT)

    assert trail.verify().fault == "record 3 is not as the hub writes records"


def test_that_the_end_was_cut_off_shows_against_a_hash_noted_before(
    trail: AuditTrail, stored: Collection[Record]
) -> None:
    noted = trail.verify().hash
    assert trail.verify(head=noted).is_sound
    stored.delete_one({"_id": 3})

    assert trail.verify().is_sound
    assert trail.verify(head=noted).fault == f"no record has the hash {noted}: the end was cut off"


def test_times_are_kept_to_the_millisecond(audit: AuditStore) -> None:
    record = linked(SHORT, Head(), at=NOON + timedelta(microseconds=123_456))
    audit.append(record)

    assert audit.chain(after=0, limit=1) == [Kept(1, record)]
