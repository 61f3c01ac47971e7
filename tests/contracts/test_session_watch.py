"""What every store of sessions promises to the watchdogs: who is quiet, who is not billed yet."""

from dataclasses import replace
from datetime import datetime

import pytest

from adapters.memory import MemoryObjects
from adapters.mongo import Mongo, MongoObjects, MongoSessionWatch
from domain.objects.stored import EVERYONE, ObjectKey, Stored, Watched
from domain.ports import ObjectStore, SessionWatch
from tests.contracts.made import CPO, EMSP, MODULES, NOON, PRIVATE, later, location, stored

Stores = tuple[ObjectStore, SessionWatch]


@pytest.fixture(params=["memory", "mongo"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        both = MemoryObjects()
        return both, both
    mongo: Mongo = request.getfixturevalue("mongo")
    return MongoObjects(mongo, MODULES, PRIVATE), MongoSessionWatch(mongo)


def a_session(name: str, status: str, *, heard_at: datetime | None = NOON) -> Stored:
    key = ObjectKey("sessions", CPO, name)
    return replace(stored(key), reader=EMSP, watched=Watched(status, heard_at))


def names(found: tuple[Stored, ...]) -> list[str]:
    return [each.key.id for each in found]


def test_sessions_that_go_on_without_news_are_found_oldest_first(stores: Stores) -> None:
    objects, watch = stores
    for name, status, seconds in (
        ("A", "ACTIVE", 3),
        ("P", "PENDING", 1),
        ("R", "RESERVATION", 2),
        ("C", "COMPLETED", 0),
        ("I", "INVALID", 0),
    ):
        objects.save(a_session(name, status, heard_at=later(seconds)))

    assert names(watch.quiet(before=later(9), limit=10)) == ["P", "R", "A"]
    assert names(watch.quiet(before=later(3), limit=10)) == ["P", "R"]
    assert names(watch.quiet(before=later(9), limit=2)) == ["P", "R"]


def test_sessions_that_are_over_are_found_oldest_first(stores: Stores) -> None:
    objects, watch = stores
    for name, status, seconds in (
        ("B", "COMPLETED", 2),
        ("A", "COMPLETED", 1),
        ("X", "ACTIVE", 0),
        ("I", "INVALID", 0),
    ):
        objects.save(a_session(name, status, heard_at=later(seconds)))

    assert names(watch.over(before=later(9), limit=10)) == ["A", "B"]
    assert names(watch.over(before=later(2), limit=10)) == ["A"]
    assert names(watch.over(before=later(9), limit=1)) == ["A"]


def test_what_is_found_is_the_session_as_it_was_saved(stores: Stores) -> None:
    objects, watch = stores
    saved = objects.save(a_session("S1", "COMPLETED"))

    assert watch.over(before=later(1), limit=10) == (saved,)


def test_a_session_that_is_billed_is_left_out_until_it_changes(stores: Stores) -> None:
    objects, watch = stores
    saved = objects.save(a_session("S1", "COMPLETED"))
    objects.save(a_session("S2", "COMPLETED"))

    watch.note_billed([saved.key, ObjectKey("sessions", CPO, "UNKNOWN")])

    assert names(watch.over(before=later(9), limit=10)) == ["S2"]
    assert objects.get(saved.key, EVERYONE) == saved
    objects.save(saved)
    assert names(watch.over(before=later(9), limit=10)) == ["S1", "S2"]
    watch.note_billed([])
    assert names(watch.over(before=later(9), limit=10)) == ["S1", "S2"]


def test_a_session_that_is_billed_and_goes_on_may_be_quiet(stores: Stores) -> None:
    objects, watch = stores
    saved = objects.save(a_session("S1", "ACTIVE"))

    watch.note_billed([saved.key])

    assert names(watch.quiet(before=later(1), limit=10)) == ["S1"]


def test_what_was_never_heard_of_or_is_gone_or_no_session_is_not_found(stores: Stores) -> None:
    objects, watch = stores
    objects.save(a_session("S1", "ACTIVE", heard_at=None))
    objects.save(replace(a_session("S2", "ACTIVE"), deleted=True))
    objects.save(replace(a_session("S3", "COMPLETED"), deleted=True))
    objects.save(stored(location()))

    assert watch.quiet(before=later(1), limit=10) == ()
    assert watch.over(before=later(1), limit=10) == ()
