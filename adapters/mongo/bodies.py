"""The bytes of what is on a page, read by name once an index has said what that is."""

from collections.abc import Iterator, Sequence

from pymongo.collection import Collection

from adapters.mongo.client import Record

_AT_ONCE = 10


def read(records: Collection[Record], names: Sequence[str]) -> Iterator[Record]:
    """Name and body of each, in this order; a few at a time: a page may end before all are read."""
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        found = records.find({"_id": {"$in": list(some)}}, {"body": 1})
        held = {record["_id"]: record for record in found}
        yield from (held[name] for name in some if name in held)


def size_of(record: Record) -> int:
    """Bytes of the object in the record."""
    return len(record["body"])
