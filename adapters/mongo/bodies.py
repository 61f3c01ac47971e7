"""The bytes of what is on a page, read by name once an index has said what that is."""

from collections.abc import Iterator, Sequence

from pymongo.collection import Collection

from adapters.mongo.client import Record

_AT_FIRST = 10
_BYTES_AT_ONCE = 4 * 1_048_576


def read(records: Collection[Record], names: Sequence[str]) -> Iterator[Record]:
    """Name and body of each, in this order. A page may end before all are read, so it is a few at
    first, and then as many as will be about 4 MB by the size of those.
    """
    start, at_once = 0, _AT_FIRST
    while some := names[start : start + at_once]:
        found = records.find({"_id": {"$in": list(some)}}, {"body": 1})
        held = {record["_id"]: record for record in found}
        yield from (held[name] for name in some if name in held)
        start += len(some)
        size = sum(map(size_of, held.values())) // len(some)
        at_once = max(_AT_FIRST, _BYTES_AT_ONCE // max(size, 1))


def size_of(record: Record) -> int:
    """Bytes of the object in the record."""
    return len(record["body"])
