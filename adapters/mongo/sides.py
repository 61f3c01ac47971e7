"""A list that a party is in on two sides, as who bills and as who owes: one index a side, merged.

A single question with an "or" leaves the choice of the index to mongod, which keeps the choice that
was right for another party.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from pymongo.collection import Collection
from pymongo.cursor import Cursor

from adapters.mongo.client import Record
from domain.objects.paging import ListPosition, PageRequest


@dataclass(frozen=True)
class IndexedSide:
    """What is wanted, and the index that holds all of it. No record is on two sides."""

    wanted: Record
    index: str


class Places(NamedTuple):
    """Where the records of a page stand, and one more; `total` are wanted in all."""

    page: list[ListPosition]
    total: int


@dataclass(frozen=True)
class Sides:
    """`created` is the path to what orders the records, beside their names."""

    records: Collection[Record]
    sides: Sequence[IndexedSide]
    created: str = "created"

    def read(self, request: PageRequest) -> Places:
        """The places of the page: no document is read for it."""
        counts = [self._count(side) for side in self.sides]
        there = [side for side, count in zip(self.sides, counts, strict=True) if count]
        skipped = 0 if request.after else request.offset
        last = skipped + request.limit + 1
        found = [self._find(side, request.after).limit(last) for side in there]
        if len(found) == 1:
            found, last, skipped = [found[0].skip(skipped).limit(request.limit + 1)], last, 0
        places = merge(*(map(self._place, each) for each in found))
        return Places(list(islice(places, skipped, last)), sum(counts))

    def _count(self, side: IndexedSide) -> int:
        return self.records.count_documents(side.wanted, hint=side.index)

    def _find(self, side: IndexedSide, after: ListPosition | None) -> Cursor[Record]:
        wanted = side.wanted if after is None else self._after(side.wanted, after)
        found = self.records.find(wanted, {self.created: 1}).hint(side.index)
        return found.sort([(self.created, 1), ("_id", 1)])

    def _after(self, wanted: Record, position: ListPosition) -> Record:
        """The bound is on `created` alone, which the index can go to; names only part equals."""
        later = [{self.created: {"$gt": position.created}}, {"_id": {"$gt": position.name}}]
        return {**wanted, self.created: {"$gte": position.created}, "$or": later}

    def _place(self, record: Record) -> ListPosition:
        value: Any = record
        for name in self.created.split("."):
            value = value[name]
        return ListPosition(int(value), str(record["_id"]))
