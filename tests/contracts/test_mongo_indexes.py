"""Indexes by name: one that changes under its name is made anew when a hub with data starts.

Which questions they answer is in `test_mongo_facts` and below: custody grows for ever, and nothing
that is asked of it every few seconds may read it all.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapters.mongo import (
    Mongo,
    MongoArchive,
    MongoDeliveries,
    MongoLedger,
    MongoSessionWatch,
    prepare,
)
from domain.delivery.deliveries import DeliveryState
from domain.objects.paging import PageRequest
from tests.contracts.made import EMSP, MODULES, NOON, Custody, cdr, filed, later

_ODD = {"remarked": "remarked.at _id", "remarked_by": "remarked.by remarked.at _id"}
_OBJECTS = {
    **_ODD,
    "listed": "audience deleted created _id owner last_updated revision",
    "lately": "audience last_updated owner deleted created _id",
    "total": "audience deleted owner",
    "versions": "_id last_updated deleted",
    "id": "id",
    "outbox": "unpublished.since sparse",
    "published": "published_at _id",
}
_FACETS = " ".join(
    f"facets.{name}" for name in ("latitude", "longitude", "country_code", "party_id", "operator")
)
_PLUGS = " ".join(f"facets.plugs.{name}" for name in ("standard", "status", "power_w"))
_KNOWN = {
    "agreements": {},
    "alarms": {
        "seen": "seen_at _id",
        "by_state": "state seen_at _id",
        "of_kind": "kind seen_at _id",
        "by_kind": "state kind seen_at _id",
        "outbox": "untold.0 sparse",
        "end": "cleared_at",
    },
    "partners": {
        "live_roles": "role_keys unique",
        "tokens": "tokens.fingerprint unique",
        "spent": "spent",
    },
    "quarantine": {
        "seen": "partner_id module seen_at",
        "of_partner": "partner_id seen_at _id",
        "newest": "seen_at _id",
        "ref": "ref sparse",
    },
    "deliveries": {
        "work": "state lane due since",
        "owed": "state lane since _id",
        "age_by_state": "state since _id",
        "short": "short since sparse",
        "kept": "state cdr.created _id cdr.last_updated lane",
        "bills": "cdr.owner state cdr.created _id receiver cdr.last_updated",
        "owes": "receiver state cdr.created _id cdr.owner cdr.last_updated lane handover.judgement",
        "behind": "state handover.behind",
        "outbox": "untold.0 sparse",
        "doubtful": "since",
        "awaiting": "due",
    },
    "cdr_attempts": {"delivery": "delivery attempt.at"},
    "cdrs": {
        **_ODD,
        "key": "key turn unique",
        "billed": "key received_at",
        "owed": "addressee received_at",
        "order": "received_at _id",
        "session": "session sparse",
        "one_credit": "credited place unique",
        "credits": "credited",
    },
    "cdr_conflicts": {"order": "received_at _id"},
    "objects_locations": {
        **_OBJECTS,
        "point": "facets.point sparse",
        "box": "facets.latitude facets.longitude sparse",
        "plugs": f"{_PLUGS} sparse",
        "found": "_id last_updated deleted facets.latitude sparse",
        "searched": f"audience deleted created _id owner {_FACETS} last_updated",
    },
    "objects_tokens": _OBJECTS,
    "objects_hubclientinfo": _OBJECTS,
    "objects_sessions": {
        **_OBJECTS,
        "read_by": "reader audience deleted created _id owner last_updated",
        "owned_by": "owner audience deleted created _id reader last_updated",
        "watching": "watched.status watched.billed watched.heard_at _id",
    },
}
_THERE = {"$exists": True}
_PARTIAL = {
    "partners.live_roles": {"role_keys": _THERE},
    "partners.tokens": {"tokens.fingerprint": _THERE},
    "deliveries.kept": {"cdr.created": _THERE},
    "deliveries.bills": {"cdr.created": _THERE},
    "deliveries.owes": {"cdr.created": _THERE},
    "deliveries.doubtful": {"doubts.0": _THERE},
    "deliveries.awaiting": {"handover.judgement": "awaits"},
    "cdrs.one_credit": {"place": _THERE},
    "cdrs.credits": {"credited": {"$gt": ""}},
    "deliveries.behind": {"state": "waiting"},
    "objects_locations.searched": {"facets.latitude": _THERE},
    **{f"{name}.published": {"published_at": _THERE} for name in _KNOWN if name[:8] == "objects_"},
    **{
        f"{collection}.{name}": {"remarked.at": _THERE}
        for collection in _KNOWN
        if collection == "cdrs" or collection.startswith("objects_")
        for name in _ODD
    },
}


@pytest.fixture
def mongo(mongo_url: str, new_database_name: str) -> Iterator[Mongo]:
    """A new database: one that is used again remembers how mongod answered earlier questions."""
    database = Mongo(mongo_url, new_database_name)
    prepare(database(), MODULES)
    yield database
    database.close()


def indexes(mongo: Mongo, collection: str) -> dict[str, dict[str, Any]]:
    found = mongo()[collection].index_information()
    return {name: dict(each) for name, each in found.items() if name != "_id_"}


def described(index: dict[str, Any]) -> str:
    words = [name for name, _ in index["key"]]
    return " ".join([*words, *(word for word in ("unique", "sparse") if index.get(word))])


def test_an_index_keeps_its_keys_under_its_name(mongo: Mongo) -> None:
    for collection, known in _KNOWN.items():
        found = indexes(mongo, collection)

        assert {name: described(each) for name, each in found.items()} == known, collection
        directions = {way for each in found.values() for _, way in each["key"]}
        assert directions <= {1, "2dsphere"}


def test_an_index_that_an_earlier_version_made_of_other_fields_is_made_anew(mongo: Mongo) -> None:
    locations = mongo()["objects_locations"]
    locations.drop_index("listed")
    locations.create_index([("audience", 1)], name="listed")

    prepare(mongo(), MODULES)

    known = _KNOWN["objects_locations"]["listed"]
    assert described(indexes(mongo, "objects_locations")["listed"]) == known


def test_indexes_over_what_only_some_records_have_leave_out_the_others(mongo: Mongo) -> None:
    partial = {
        f"{collection}.{name}": each["partialFilterExpression"]
        for collection in _KNOWN
        for name, each in indexes(mongo, collection).items()
        if "partialFilterExpression" in each
    }

    assert partial == _PARTIAL


QUESTIONS: dict[str, Callable[[Mongo], object]] = {
    "page of all": lambda mongo: MongoLedger(mongo).page(PageRequest(0, 5), party=None),
    "deliveries": lambda mongo: MongoLedger(mongo).deliveries(receiver=EMSP, since=later(39)),
    "attempts": lambda mongo: MongoLedger(mongo).attempts(filed("C1").delivery_id),
    "untold": lambda mongo: MongoLedger(mongo).untold(limit=1),
    "unblock": lambda mongo: MongoLedger(mongo).unblock(),
    "counted": lambda mongo: MongoLedger(mongo).counted([filed("C1").ref]),
    "awaiting": lambda mongo: MongoLedger(mongo).awaiting(now=NOON, limit=1),
    "doubtful": lambda mongo: MongoLedger(mongo).doubtful(limit=1),
    "credit of": lambda mongo: MongoArchive(mongo).credit_of(cdr("C1")),
    "other bills": lambda mongo: MongoArchive(mongo).other_bills(cdr(), cdr(), limit=1),
    "latest": lambda mongo: MongoArchive(mongo).latest(cdr("C1")),
    "refs": lambda mongo: list(MongoArchive(mongo).refs(since=later(38), before=later(99))),
    "bills": lambda mongo: MongoArchive(mongo).naming([cdr()]),
    "conflicts": lambda mongo: MongoArchive(mongo).conflicts(),
    "owed": lambda mongo: MongoDeliveries(mongo).owed(state=DeliveryState.PARKED),
    "quiet": lambda mongo: MongoSessionWatch(mongo).quiet(before=NOON, limit=5),
    "over": lambda mongo: MongoSessionWatch(mongo).over(before=NOON, limit=5),
}


@pytest.mark.parametrize("custody", ["mongo"], indirect=True)
def test_no_question_of_every_day_reads_a_whole_collection(custody: Custody, mongo: Mongo) -> None:
    for n in range(40):
        custody.owe(filed(f"C{n}", at=n), state=DeliveryState.DELIVERED, untold=())

    for name, question in QUESTIONS.items():
        seen = looked_at(mongo, question)
        assert seen, name
        assert not [each for each in seen if "COLLSCAN" in each["planSummary"]], name
        assert all(each["docsExamined"] < 12 for each in seen), name


def looked_at(mongo: Mongo, question: Callable[[Mongo], object]) -> list[dict[str, Any]]:
    """How mongod found the answers to the question."""
    mongo()["system.profile"].drop()
    mongo().command("profile", 2)
    question(mongo)
    mongo().command("profile", 0)
    own = {"ns": {"$not": {"$regex": "system.profile"}}, "planSummary": {"$exists": True}}
    return list(mongo()["system.profile"].find(own))
