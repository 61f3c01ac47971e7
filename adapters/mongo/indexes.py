"""The indexes that the promises rest on: what is unique, and what is found without a scan."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from adapters.mongo import (
    agreements,
    alarms,
    archive,
    audit,
    commands,
    leases,
    operators,
    partners,
    pulls,
)
from adapters.mongo.client import Record, answering
from adapters.mongo.object_records import collection_of

Keys = tuple[tuple[str, int | str], ...]


@dataclass(frozen=True)
class _Index:
    collection: str
    name: str
    keys: Keys
    options: Mapping[str, Any] = field(default_factory=dict)


def _unique_where_there(name: str) -> Mapping[str, Any]:
    return {"unique": True, "partialFilterExpression": {name: {"$exists": True}}}


_STANDING: Mapping[str, Any] = {"partialFilterExpression": {"standing": {"$exists": True}}}
_UNTOLD: Mapping[str, Any] = {"partialFilterExpression": {"untold": {"$exists": True}}}


def _sparse() -> Mapping[str, Any]:
    return {"sparse": True}


_REMARKED: tuple[tuple[str, Keys], ...] = (
    ("remarked", (("remarked.at", 1), ("_id", 1))),
    ("remarked_by", (("remarked.by", 1), ("remarked.at", 1), ("_id", 1))),
)
"""Partial, and not sparse: every record has an _id."""
_ODD: Mapping[str, Any] = {"partialFilterExpression": {"remarked.at": {"$exists": True}}}
_CREDITS: Mapping[str, Any] = {"partialFilterExpression": {"credited": {"$gt": ""}}}
_AWAITING: Mapping[str, Any] = {"partialFilterExpression": {"handover.judgement": "awaits"}}
_DOUBTFUL: Mapping[str, Any] = {"partialFilterExpression": {"doubts.0": {"$exists": True}}}
_OF_CDRS: Mapping[str, Any] = {"partialFilterExpression": {"cdr.created": {"$exists": True}}}
_WAITING: Mapping[str, Any] = {"partialFilterExpression": {"state": "waiting"}}
_OF_PARTIES: Keys = (("cdr.last_updated", 1), ("lane", 1), ("handover.judgement", 1))
_PLACE: Keys = (("state", 1), ("cdr.created", 1), ("_id", 1))
_PLAIN = (
    _Index(
        partners.COLLECTION, "live_roles", (("role_keys", 1),), _unique_where_there("role_keys")
    ),
    _Index(
        partners.COLLECTION,
        "tokens",
        (("tokens.fingerprint", 1),),
        _unique_where_there("tokens.fingerprint"),
    ),
    _Index(partners.COLLECTION, "spent", (("spent", 1),)),
    _Index(leases.COLLECTION, "work", (("state", 1), ("lane", 1), ("due", 1), ("since", 1))),
    _Index(commands.COLLECTION, "due", (("due", 1),), {"sparse": True}),
    _Index(commands.COLLECTION, "standing", (("standing", 1), ("created_at", -1)), _STANDING),
    _Index(commands.COLLECTION, "untold", (("created_at", 1), ("_id", 1)), _UNTOLD),
    _Index(
        commands.COLLECTION, "made", (("requester.partner_id", 1), ("created_at", -1), ("_id", -1))
    ),
    _Index(commands.COLLECTION, "age", (("created_at", -1), ("_id", -1))),
    _Index(commands.COLLECTION, "end", (("kept_until", 1),), {"expireAfterSeconds": 0}),
    _Index(leases.COLLECTION, "age_by_state", (("state", 1), ("since", 1), ("_id", 1))),
    _Index(leases.COLLECTION, "owed", (("state", 1), ("lane", 1), ("since", 1), ("_id", 1))),
    _Index(leases.COLLECTION, "short", (("short", 1), ("since", 1)), {"sparse": True}),
    _Index(leases.COLLECTION, "kept", (*_PLACE, ("cdr.last_updated", 1), ("lane", 1)), _OF_CDRS),
    _Index(
        leases.COLLECTION,
        "bills",
        (("cdr.owner", 1), *_PLACE, ("receiver", 1), ("cdr.last_updated", 1)),
        _OF_CDRS,
    ),
    _Index(
        leases.COLLECTION,
        "owes",
        (("receiver", 1), *_PLACE, ("cdr.owner", 1), *_OF_PARTIES),
        _OF_CDRS,
    ),
    _Index(leases.COLLECTION, "behind", (("state", 1), ("handover.behind", 1)), _WAITING),
    _Index(leases.COLLECTION, "awaiting", (("due", 1),), _AWAITING),
    _Index(leases.COLLECTION, "doubtful", (("since", 1),), _DOUBTFUL),
    _Index(leases.COLLECTION, "outbox", (("untold.0", 1),), _sparse()),
    _Index(leases.ATTEMPTS, "delivery", (("delivery", 1), ("attempt.at", 1))),
    _Index(archive.ARCHIVE, "key", (("key", 1), ("turn", 1)), {"unique": True}),
    _Index(archive.ARCHIVE, "billed", (("key", 1), ("received_at", 1))),
    _Index(archive.ARCHIVE, "owed", (("addressee", 1), ("received_at", 1))),
    _Index(
        archive.ARCHIVE, "one_credit", (("credited", 1), ("place", 1)), _unique_where_there("place")
    ),
    _Index(archive.ARCHIVE, "credits", (("credited", 1),), _CREDITS),
    _Index(archive.ARCHIVE, "order", (("received_at", 1), ("_id", 1))),
    _Index(archive.ARCHIVE, "session", (("session", 1),), _sparse()),
    _Index(archive.CONFLICTS, "order", (("received_at", 1), ("_id", 1))),
    _Index(alarms.COLLECTION, "seen", (("seen_at", 1), ("_id", 1))),
    _Index(alarms.COLLECTION, "by_state", (("state", 1), ("seen_at", 1), ("_id", 1))),
    _Index(alarms.COLLECTION, "of_kind", (("kind", 1), ("seen_at", 1), ("_id", 1))),
    _Index(alarms.COLLECTION, "by_kind", (("state", 1), ("kind", 1), ("seen_at", 1), ("_id", 1))),
    _Index(alarms.COLLECTION, "outbox", (("untold.0", 1),), _sparse()),
    _Index(alarms.COLLECTION, "end", (("cleared_at", 1),), {"expireAfterSeconds": alarms.KEPT_S}),
    _Index(operators.COLLECTION, "tokens", (("fingerprint", 1),), {"unique": True}),
    _Index(pulls.COLLECTION, "lists", (("partner_id", 1), ("module", 1), ("party", 1))),
    _Index(pulls.COLLECTION, "unfinished", (("goes_on", 1),), _sparse()),
    _Index(agreements.QUARANTINE, "seen", (("partner_id", 1), ("module", 1), ("seen_at", 1))),
    _Index(agreements.QUARANTINE, "of_partner", (("partner_id", 1), ("seen_at", 1), ("_id", 1))),
    _Index(agreements.QUARANTINE, "ref", (("ref", 1),), _sparse()),
    _Index(agreements.QUARANTINE, "newest", (("seen_at", 1), ("_id", 1))),
)

_CREATED: Keys = (("created", 1), ("_id", 1))
_SEEN: Keys = (("audience", 1), ("deleted", 1), *_CREATED)
_VERSION: Keys = (("last_updated", 1), ("deleted", 1))
_FACETS: Keys = (
    ("facets.latitude", 1),
    ("facets.longitude", 1),
    ("facets.country_code", 1),
    ("facets.party_id", 1),
    ("facets.operator", 1),
)
_OF_OBJECTS: tuple[tuple[str, Keys], ...] = (
    ("listed", (*_SEEN, ("owner", 1), ("last_updated", 1), ("revision", 1))),
    (
        "lately",
        (("audience", 1), ("last_updated", 1), ("owner", 1), ("deleted", 1), *_CREATED),
    ),
    ("versions", (("_id", 1), *_VERSION)),
    ("total", (("audience", 1), ("deleted", 1), ("owner", 1))),
    ("id", (("id", 1),)),
)
_OF_LOCATIONS: tuple[tuple[str, Keys], ...] = (
    ("point", (("facets.point", "2dsphere"),)),
    ("box", (("facets.latitude", 1), ("facets.longitude", 1))),
    (
        "plugs",
        (("facets.plugs.standard", 1), ("facets.plugs.status", 1), ("facets.plugs.power_w", 1)),
    ),
    ("found", (("_id", 1), *_VERSION, ("facets.latitude", 1))),
)
_SEARCHED: Keys = (
    ("audience", 1),
    ("deleted", 1),
    *_CREATED,
    ("owner", 1),
    *_FACETS,
    ("last_updated", 1),
)
_OF_PLACES: Mapping[str, Any] = {"partialFilterExpression": {"facets.latitude": {"$exists": True}}}
_OF_SESSIONS: tuple[tuple[str, Keys], ...] = (
    ("read_by", (("reader", 1), *_SEEN, ("owner", 1), ("last_updated", 1))),
    ("owned_by", (("owner", 1), *_SEEN, ("reader", 1), ("last_updated", 1))),
    (
        "watching",
        (("watched.status", 1), ("watched.billed", 1), ("watched.heard_at", 1), ("_id", 1)),
    ),
)
_SPARSE = _sparse()
_PUBLISHED: Mapping[str, Any] = {"partialFilterExpression": {"published_at": {"$exists": True}}}


_AUDIT = (
    _Index(audit.COLLECTION, "at", (("at", 1), ("_id", 1))),
    _Index(audit.COLLECTION, "actor", (("actor", 1), ("at", 1), ("_id", 1))),
    _Index(audit.COLLECTION, "act", (("act", 1), ("at", 1), ("_id", 1))),
    _Index(audit.COLLECTION, "group", (("group", 1), ("at", 1), ("_id", 1))),
    _Index(audit.COLLECTION, "object", (("object", 1), ("at", 1), ("_id", 1))),
)


def prepare(database: Database[Record], modules: Iterable[str]) -> None:
    """Make every index that is not there, or that an earlier version made of other fields.

    Safe to repeat, and while others use the store: but questions that need an index fail while it
    is made of other fields.
    """
    _make(database, _all(modules))


def prepare_audit(database: Database[Record]) -> None:
    """The same for the database of the audit trail."""
    _make(database, _AUDIT)


def missing(database: Database[Record], modules: Iterable[str]) -> list[str]:
    """The indexes that are not there, as `collection.name`."""
    return _lacking(database, _all(modules))


def missing_in_audit(database: Database[Record]) -> list[str]:
    """The same of the database of the audit trail."""
    return _lacking(database, _AUDIT)


@answering()
def _make(database: Database[Record], indexes: Iterable[_Index]) -> None:
    for name, of_it in groupby(indexes, key=lambda index: index.collection):
        collection, wanted = database[name], list(of_it)
        held = collection.index_information()
        for each in wanted:
            if each.name in held and tuple(map(tuple, held[each.name]["key"])) != each.keys:
                collection.drop_index(each.name)
        collection.create_indexes(
            [IndexModel(each.keys, name=each.name, **each.options) for each in wanted]
        )


@answering()
def _lacking(database: Database[Record], indexes: Iterable[_Index]) -> list[str]:
    return [
        f"{index.collection}.{index.name}"
        for index in indexes
        if index.name not in database[index.collection].index_information()
    ]


def _all(modules: Iterable[str]) -> Iterator[_Index]:
    yield from _PLAIN
    yield from (_Index(archive.ARCHIVE, name, keys, _ODD) for name, keys in _REMARKED)
    for module in modules:
        collection = collection_of(module)
        yield from (_Index(collection, name, keys) for name, keys in _OF_OBJECTS)
        yield _Index(collection, "outbox", (("unpublished.since", 1),), _SPARSE)
        yield _Index(collection, "published", (("published_at", 1), ("_id", 1)), _PUBLISHED)
        yield from (_Index(collection, name, keys, _ODD) for name, keys in _REMARKED)
        if module == "sessions":
            yield from (_Index(collection, name, keys) for name, keys in _OF_SESSIONS)
        if module == "locations":
            yield from (_Index(collection, name, keys, _SPARSE) for name, keys in _OF_LOCATIONS)
            yield _Index(collection, "searched", _SEARCHED, _OF_PLACES)
