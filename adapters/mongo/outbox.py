"""What is unpublished, of all modules by one question: publishing asks it again and again."""

import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from pymongo.database import Database

from adapters.mongo.client import Record
from adapters.mongo.object_records import as_stored, collection_of, name_of
from domain.objects.stored import EVERYONE, ObjectKey, Stored

UNSENT = dict.fromkeys(("facets", "watched", "applied", "remarked"), 0)
"""What sending an object does not ask for: all that a location is searched by, for one."""
UNASKED = {**UNSENT, "body": 0}
"""Publishing asks for less; the bytes of a location are 20 kB and more."""
_log = logging.getLogger(__name__)


def unpublished_of(
    database: Database[Record],
    modules: Sequence[str],
    *,
    before: datetime,
    limit: int,
    last: Collection[str],
    but_for: Collection[ObjectKey],
) -> tuple[Stored, ...]:
    """Those that can be read: a record that cannot be keeps no other one waiting."""
    passed_over = [name_of(key, EVERYONE) for key in but_for]
    while True:
        records = _oldest(database, modules, before, limit, passed_over)
        records.sort(
            key=lambda record: (_module_of(record) in last, record["unpublished"]["since"])
        )
        found = tuple(_readable(records[:limit]))
        if found or len(records) < limit:
            return found
        passed_over += [record["_id"] for record in records]


def _oldest(
    database: Database[Record],
    modules: Sequence[str],
    before: datetime,
    limit: int,
    passed_over: Sequence[str],
) -> list[Record]:
    """The oldest of each module."""
    wanted: Record = {"unpublished.since": {"$lt": before}, "audience": EVERYONE}
    if passed_over:
        wanted["_id"] = {"$nin": list(passed_over)}
    steps: list[Record] = [
        {"$match": wanted},
        {"$sort": {"unpublished.since": 1}},
        {"$limit": limit},
        {"$project": UNASKED},
    ]
    first, *others = (collection_of(module) for module in modules)
    also: list[Record] = [{"$unionWith": {"coll": each, "pipeline": steps}} for each in others]
    return list(database[first].aggregate(steps + also))


def _readable(records: Sequence[Record]) -> Iterator[Stored]:
    for record in records:
        try:
            stored = as_stored(record)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            _log.error("%r cannot be read, and is not published: %r", record["_id"], error)
            continue
        if stored.unpublished is not None:
            yield stored


def _module_of(record: Record) -> str:
    return str(record["_id"]).partition("/")[0]
