"""The bytes of what is on a page, read by name once an index has said what that is."""

from collections.abc import Iterator, Mapping, Sequence

from pymongo.collection import Collection

from adapters.mongo.client import Record

_AT_FIRST = 10
_BYTES_AT_ONCE = 4 * 1_048_576
_BODY = {"body": 1}


def read(
    records: Collection[Record],
    names: Sequence[str],
    fields: Mapping[str, int] = _BODY,
    *,
    size: int | None = None,
) -> Iterator[Record]:
    """Name and `fields` of each, in this order. A page may end before all are read, so it is as
    many at once as will be about 4 MB: by the size of those before, at first by `size`, else a few.
    """
    start, at_once = 0, _AT_FIRST if size is None else _number_of(size)
    while some := names[start : start + at_once]:
        found = records.find({"_id": {"$in": list(some)}}, fields)
        held = {record["_id"]: record for record in found}
        yield from (held[name] for name in some if name in held)
        start += len(some)
        at_once = _number_of(sum(map(size_of, held.values())) // len(some))


def size_of(record: Record) -> int:
    """Bytes of the object in the record."""
    return len(record["body"])


def _number_of(size: int) -> int:
    return max(_AT_FIRST, _BYTES_AT_ONCE // max(size, 1))
