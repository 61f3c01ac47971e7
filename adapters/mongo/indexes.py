"""The indexes that the promises rest on: what is unique, and what is found without a scan."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

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
from adapters.mongo.object_records import collection_of

Keys = tuple[tuple[str, int | str], ...]


@dataclass(frozen=True)
class Index:
    """One index: `keys` are its fields and their orders."""

    collection: str
    name: str
    keys: Keys
    options: Mapping[str, Any] = field(default_factory=dict)


def _unique_where_there(name: str) -> Mapping[str, Any]:
    return {"unique": True, "partialFilterExpression": {name: {"$exists": True}}}


_STANDING: Mapping[str, Any] = {"partialFilterExpression": {"standing": {"$exists": True}}}
_UNTOLD: Mapping[str, Any] = {"partialFilterExpression": {"untold": {"$exists": True}}}


_SPARSE: Mapping[str, Any] = {"sparse": True}
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
    Index(partners.COLLECTION, "live_roles", (("role_keys", 1),), _unique_where_there("role_keys")),
    Index(
        partners.COLLECTION,
        "tokens",
        (("tokens.fingerprint", 1),),
        _unique_where_there("tokens.fingerprint"),
    ),
    Index(partners.COLLECTION, "spent", (("spent", 1),)),
    Index(leases.COLLECTION, "work", (("state", 1), ("lane", 1), ("due", 1), ("since", 1))),
    Index(commands.COLLECTION, "due", (("due", 1),), _SPARSE),
    Index(commands.COLLECTION, "standing", (("standing", 1), ("created_at", -1)), _STANDING),
    Index(commands.COLLECTION, "untold", (("created_at", 1), ("_id", 1)), _UNTOLD),
    Index(
        commands.COLLECTION, "made", (("requester.partner_id", 1), ("created_at", -1), ("_id", -1))
    ),
    Index(commands.COLLECTION, "age", (("created_at", -1), ("_id", -1))),
    Index(commands.COLLECTION, "end", (("kept_until", 1),), {"expireAfterSeconds": 0}),
    Index(leases.COLLECTION, "age_by_state", (("state", 1), ("since", 1), ("_id", 1))),
    Index(leases.COLLECTION, "owed", (("state", 1), ("lane", 1), ("since", 1), ("_id", 1))),
    Index(leases.COLLECTION, "short", (("short", 1), ("since", 1)), {"sparse": True}),
    Index(leases.COLLECTION, "kept", (*_PLACE, ("cdr.last_updated", 1), ("lane", 1)), _OF_CDRS),
    Index(
        leases.COLLECTION,
        "bills",
        (("cdr.owner", 1), *_PLACE, ("receiver", 1), ("cdr.last_updated", 1)),
        _OF_CDRS,
    ),
    Index(
        leases.COLLECTION,
        "owes",
        (("receiver", 1), *_PLACE, ("cdr.owner", 1), *_OF_PARTIES),
        _OF_CDRS,
    ),
    Index(leases.COLLECTION, "behind", (("state", 1), ("handover.behind", 1)), _WAITING),
    Index(leases.COLLECTION, "awaiting", (("due", 1),), _AWAITING),
    Index(leases.COLLECTION, "doubtful", (("since", 1),), _DOUBTFUL),
    Index(leases.COLLECTION, "outbox", (("untold.0", 1),), _SPARSE),
    Index(leases.ATTEMPTS, "delivery", (("delivery", 1), ("attempt.at", 1))),
    Index(archive.ARCHIVE, "key", (("key", 1), ("turn", 1)), {"unique": True}),
    Index(archive.ARCHIVE, "billed", (("key", 1), ("received_at", 1))),
    Index(archive.ARCHIVE, "owed", (("addressee", 1), ("received_at", 1))),
    Index(
        archive.ARCHIVE, "one_credit", (("credited", 1), ("place", 1)), _unique_where_there("place")
    ),
    Index(archive.ARCHIVE, "credits", (("credited", 1),), _CREDITS),
    Index(archive.ARCHIVE, "order", (("received_at", 1), ("_id", 1))),
    Index(archive.ARCHIVE, "session", (("session", 1),), _SPARSE),
    Index(archive.CONFLICTS, "order", (("received_at", 1), ("_id", 1))),
    Index(alarms.COLLECTION, "seen", (("seen_at", 1), ("_id", 1))),
    Index(alarms.COLLECTION, "by_state", (("state", 1), ("seen_at", 1), ("_id", 1))),
    Index(alarms.COLLECTION, "of_kind", (("kind", 1), ("seen_at", 1), ("_id", 1))),
    Index(alarms.COLLECTION, "by_kind", (("state", 1), ("kind", 1), ("seen_at", 1), ("_id", 1))),
    Index(alarms.COLLECTION, "outbox", (("untold.0", 1),), _SPARSE),
    Index(alarms.COLLECTION, "end", (("cleared_at", 1),), {"expireAfterSeconds": alarms.KEPT_S}),
    Index(operators.COLLECTION, "tokens", (("fingerprint", 1),), {"unique": True}),
    Index(pulls.COLLECTION, "lists", (("partner_id", 1), ("module", 1), ("party", 1))),
    Index(pulls.COLLECTION, "unfinished", (("goes_on", 1),), _SPARSE),
    Index(agreements.QUARANTINE, "seen", (("partner_id", 1), ("module", 1), ("seen_at", 1))),
    Index(agreements.QUARANTINE, "of_partner", (("partner_id", 1), ("seen_at", 1), ("_id", 1))),
    Index(agreements.QUARANTINE, "ref", (("ref", 1),), _SPARSE),
    Index(agreements.QUARANTINE, "newest", (("seen_at", 1), ("_id", 1))),
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
_PUBLISHED: Mapping[str, Any] = {"partialFilterExpression": {"published_at": {"$exists": True}}}


AUDIT = (
    Index(audit.COLLECTION, "at", (("at", 1), ("_id", 1))),
    Index(audit.COLLECTION, "actor", (("actor", 1), ("at", 1), ("_id", 1))),
    Index(audit.COLLECTION, "act", (("act", 1), ("at", 1), ("_id", 1))),
    Index(audit.COLLECTION, "group", (("group", 1), ("at", 1), ("_id", 1))),
    Index(audit.COLLECTION, "object", (("object", 1), ("at", 1), ("_id", 1))),
)


def all_of(modules: Iterable[str]) -> Iterator[Index]:
    """Every index of the hub's own database."""
    yield from _PLAIN
    yield from (Index(archive.ARCHIVE, name, keys, _ODD) for name, keys in _REMARKED)
    for module in modules:
        collection = collection_of(module)
        yield from (Index(collection, name, keys) for name, keys in _OF_OBJECTS)
        yield Index(collection, "outbox", (("unpublished.since", 1),), _SPARSE)
        yield Index(collection, "published", (("published_at", 1), ("_id", 1)), _PUBLISHED)
        yield from (Index(collection, name, keys, _ODD) for name, keys in _REMARKED)
        if module == "sessions":
            yield from (Index(collection, name, keys) for name, keys in _OF_SESSIONS)
        if module == "locations":
            yield from (Index(collection, name, keys, _SPARSE) for name, keys in _OF_LOCATIONS)
            yield Index(collection, "searched", _SEARCHED, _OF_PLACES)
