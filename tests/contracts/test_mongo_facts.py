"""What the stores on MongoDB lean on: durable writes, retries, forks, indexes, being away."""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from pymongo import MongoClient

from adapters.mongo import (
    Mongo,
    MongoDeliveries,
    MongoLedger,
    MongoLocationSearch,
    MongoObjects,
    MongoPartners,
    MongoStamp,
    missing,
    prepare,
)
from adapters.ocpi import exact_json
from domain.delivery.answers import Verdict
from domain.errors import InvalidParameter, StoreUnavailable
from domain.objects.paging import PageRequest
from domain.objects.search import LocationQuery, Near
from domain.objects.stored import EVERYONE, Change, ObjectKey, UnseenChange
from domain.partners.party import Role
from tests.contracts.made import (
    CPO,
    LANE,
    MODULES,
    NOON,
    a_request,
    attempted,
    facets,
    filed,
    location,
    owing,
    partner,
    stored,
    viewer,
)


@contextmanager
def failing(mongo: Mongo, *commands: str, times: int = 1, **how: object) -> Iterator[None]:
    """mongod takes the next of these commands and then closes the connection, or as `how` says."""
    admin = mongo().client.admin
    failure = {"failCommands": list(commands), "closeConnection": True, **how}
    admin.command("configureFailPoint", "failCommand", mode={"times": times}, data=failure)
    try:
        yield
    finally:
        admin.command("configureFailPoint", "failCommand", mode="off")


def field_names(value: object) -> set[str]:
    """Every field name in a record, at any depth."""
    if isinstance(value, dict):
        return set(value).union(*(field_names(held) for held in value.values()))
    if isinstance(value, list):
        return set().union(*(field_names(held) for held in value))
    return set()


def test_writes_wait_for_the_majority_and_the_journal(mongo: Mongo) -> None:
    assert mongo().write_concern.document == {"w": "majority", "j": True}
    assert mongo().client.options.retry_writes


def test_a_write_whose_answer_got_lost_is_made_once(mongo: Mongo) -> None:
    objects = MongoObjects(mongo, MODULES)

    with failing(mongo, "insert"):
        saved = objects.save(stored())
    with failing(mongo, "update"):
        saved = objects.save(replace(saved, body=b"second"))

    assert objects.get(location(), EVERYONE) == saved
    assert saved.revision == 2


def test_a_write_that_took_effect_before_its_answer_got_lost_is_no_conflict(mongo: Mongo) -> None:
    objects = MongoObjects(mongo, MODULES)
    slow = {"code": 262, "errmsg": "took too long"}

    with failing(mongo, "insert", closeConnection=False, writeConcernError=slow):
        saved = objects.save(stored())

    assert objects.get(location(), EVERYONE) == saved


def test_deliveries_are_settled_and_leased_once_though_answers_get_lost(mongo: Mongo) -> None:
    queue = MongoDeliveries(mongo)
    with failing(mongo, "insert", "findAndModify", times=2):
        queue.owe([a_request(1), a_request(key=location("LOC2"))], now=NOON)
        lease = queue.lease(LANE, holder="pump", seconds=60)
    assert lease is not None
    assert queue.lease(LANE, holder="another", seconds=60) is None

    with failing(mongo, "update", "delete", times=2):
        taken = queue.claim(lease, now=NOON, limit=10)
        queue.settle(lease, [attempted(each, Verdict.ACCEPTED) for each in taken])

    assert len(taken) == 2
    assert queue.owed() == ()


def test_a_search_that_takes_too_long_is_refused(mongo: Mongo) -> None:
    near = LocationQuery(viewer(), offset=0, limit=1, near=Near(52, 5, 5000))

    with (
        failing(mongo, "aggregate", closeConnection=False, errorCode=50),
        pytest.raises(InvalidParameter, match="too much to look through"),
    ):
        MongoLocationSearch(mongo).search(near)


def test_the_stamp_is_read_though_a_connection_breaks(mongo: Mongo) -> None:
    before = MongoStamp(mongo).read()

    with failing(mongo, "find"):
        assert MongoStamp(mongo).read() == before

    with failing(mongo, "find", times=2), pytest.raises(StoreUnavailable):
        MongoStamp(mongo).read()


def test_a_request_that_the_majority_may_not_have_is_not_taken_for_written(mongo: Mongo) -> None:
    unsure = {"code": 64, "errmsg": "waiting for replication timed out"}

    with (
        failing(mongo, "insert", closeConnection=False, writeConcernError=unsure),
        pytest.raises(StoreUnavailable),
    ):
        MongoDeliveries(mongo).owe([a_request(1)], now=NOON)


@contextmanager
def no_majority(mongo: Mongo) -> Iterator[None]:
    """What is written from here on is at no majority: mongod writes no journal meanwhile."""
    admin = mongo().client.admin
    pause = "pauseJournalFlusherBeforeFlush"
    admin.command("configureFailPoint", pause, mode="alwaysOn")
    try:
        yield
    finally:
        admin.command("configureFailPoint", pause, mode="off")


def test_a_delivery_that_is_not_waited_for_is_unowed_until_a_majority_has_it(
    mongo: Mongo,
    mongo_url: str,
) -> None:
    cdr = filed()
    unsure = {"code": 64, "errmsg": "waiting for replication timed out"}
    with closing(Mongo(mongo_url, mongo.name, timeout_s=1.0)) as impatient:
        ledger = MongoLedger(impatient)
        with no_majority(mongo):
            assert ledger.owe(cdr, owing(cdr), waits=False)
            assert ledger.get(cdr.ref) == owing(cdr)
            assert ledger.unowed([cdr.ref]) == frozenset()
            assert ledger.unowed([cdr.ref], for_good=True) == {cdr.ref}
            with (
                failing(mongo, "insert", closeConnection=False, writeConcernError=unsure),
                pytest.raises(StoreUnavailable, match="majority"),
            ):
                ledger.owe(cdr, owing(cdr))

        assert not ledger.owe(cdr, owing(cdr))
        assert ledger.unowed([cdr.ref], for_good=True) == frozenset()


def test_when_mongodb_is_away_every_store_says_so_in_time() -> None:
    away = Mongo("mongodb://127.0.0.1:1/", "nothing", timeout_s=0.2)
    objects, queue = MongoObjects(away, MODULES), MongoDeliveries(away)
    questions = (
        lambda: MongoPartners(away, exact_json).all(),
        lambda: objects.get(location(), EVERYONE),
        lambda: objects.save(stored()),
        lambda: MongoLocationSearch(away).search(LocationQuery(viewer(), offset=0, limit=1)),
        lambda: queue.owe([a_request(1)], now=NOON),
        lambda: queue.lease(LANE, holder="pump", seconds=60),
        lambda: queue.lanes_due(now=NOON),
    )

    begun = time.monotonic()
    for question in questions:
        with pytest.raises(StoreUnavailable):
            question()

    away.close()
    assert time.monotonic() - begun < 10


def test_a_process_and_its_fork_have_each_a_client_of_their_own(mongo: Mongo) -> None:
    before = mongo().client
    reading, writing = os.pipe()

    child = os.fork()
    if child == 0:
        fresh = mongo().client is not before and mongo().client is mongo().client
        os.write(writing, b"fresh" if fresh else b"shared")
        os._exit(0)

    os.waitpid(child, 0)
    assert os.read(reading, 10) == b"fresh"
    assert mongo().client is before
    os.close(reading)
    os.close(writing)


def test_indexes_may_be_made_again_and_are_missed_when_they_are_not_there(
    mongo_url: str, new_database_name: str
) -> None:
    mongo = Mongo(mongo_url, new_database_name)
    absent = missing(mongo(), MODULES)

    prepare(mongo(), MODULES)
    prepare(mongo(), MODULES)

    made = {
        f"{collection}.{name}"
        for collection in mongo().list_collection_names()
        for name in mongo()[collection].index_information()
        if name != "_id_"
    }
    assert set(absent) == made
    assert missing(mongo(), MODULES) == []
    mongo()["partners"].drop_index("live_roles")
    assert missing(mongo(), MODULES) == ["partners.live_roles"]
    mongo.close()


def test_nothing_that_a_partner_names_becomes_a_field_name(
    mongo: Mongo, mongo_url: str, database_name: str
) -> None:
    nasty = "$set.roles.0"
    key = ObjectKey("locations", CPO, nasty)
    change = Change("PATCH", (nasty,), b'{"%b": 1}' % nasty.encode(), nasty)
    whole = replace(stored(key, facets=facets(operator=nasty)), own_times={nasty: nasty})
    MongoObjects(mongo, MODULES).save(whole.with_change(change, now=NOON))
    MongoDeliveries(mongo).owe([a_request(key=key, unseen=UnseenChange.one(change))], now=NOON)
    MongoPartners(mongo, exact_json).save(
        replace(partner("p", (Role.CPO, CPO)), name=nasty, version=nasty),
    )

    with MongoClient[dict[str, object]](mongo_url) as client:
        database = client[database_name]
        names = field_names(
            [
                record
                for name in database.list_collection_names()
                for record in database[name].find()
            ]
        )

    assert names
    assert not {name for name in names if nasty.lower() in name.lower() or "$" in name}


@contextmanager
def profiled(mongo: Mongo) -> Iterator[list[dict[str, Any]]]:
    """What mongod did meanwhile, to be looked at afterwards."""
    seen: list[dict[str, Any]] = []
    mongo().command("profile", 2)
    try:
        yield seen
    finally:
        mongo().command("profile", 0)
        seen += mongo()["system.profile"].find({"ns": {"$not": {"$regex": "system.profile"}}})


@pytest.mark.parametrize("offset", [0, 10, 90])
def test_a_page_behind_a_position_reads_no_more_than_it_shows(mongo: Mongo, offset: int) -> None:
    objects = MongoObjects(mongo, MODULES)
    for n in range(100):
        objects.save(stored(location(f"L{n:02}")))
    before = objects.page("locations", PageRequest(0, max(offset, 1)), viewer=viewer())
    after = before.last if offset else None

    with profiled(mongo) as seen:
        page = objects.page("locations", PageRequest(offset, 5, after=after), viewer=viewer())

    assert len(page.items) == 5
    [asked, read] = seen
    assert asked["docsExamined"] <= 7
    assert asked["keysExamined"] <= 8 + page.total
    assert read["docsExamined"] <= 6


@pytest.mark.parametrize("date_from", [None, NOON])
@pytest.mark.parametrize("copies", [0, 3])
def test_a_total_is_counted_without_reading_an_object(
    mongo: Mongo, date_from: datetime | None, copies: int
) -> None:
    objects = MongoObjects(mongo, MODULES)
    for n in range(20):
        objects.save(stored(location(f"L{n:02}")))
    for n in range(copies):
        objects.save(stored(location(f"L{n:02}"), audience="NL/EMS"))

    with profiled(mongo) as seen:
        request = PageRequest(0, 5, date_from=date_from)
        page = objects.page("locations", request, viewer=viewer())

    assert page.total == 20
    pipelines = [each["command"].get("pipeline", [{}]) for each in seen]
    [counted] = [seen[n] for n, pipeline in enumerate(pipelines) if "$group" in pipeline[-1]]
    assert counted["docsExamined"] == 0
    assert counted["keysExamined"] <= 30


def test_finding_lanes_with_work_takes_one_look_a_lane(mongo: Mongo) -> None:
    queue = MongoDeliveries(mongo)
    queue.owe([a_request(key=location(f"L{n}")) for n in range(30)], now=NOON)

    mongo().command("profile", 2)
    queue.lanes_due(now=NOON)
    mongo().command("profile", 0)

    [seen] = mongo()["system.profile"].find({"command.aggregate": "deliveries"})
    assert (seen["keysExamined"], seen["docsExamined"]) == (1, 0)
