"""How many objects a list has, to the one, without counting again what was counted before.

No record of an object ever goes: what is deleted leaves a tombstone, and what is there keeps the
moment at which it was created. So the number of records created up to a moment that is past does
not change any more. It is counted once; a page of a long list counts the objects created since, and
the tombstones of those before.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from pymongo.collection import Collection

from adapters.mongo.client import Record
from domain.objects.stored import EVERYONE

FEW = 1_000
"""So many are counted one by one each time."""
SETTLED_S = 60
"""A moment is past for good then: no insert takes so long, and no clock is so far behind."""
KEPT_S = 3600
"""Then a number is counted anew: one that is wrong becomes right again."""
_MOST_KEPT = 1_000


class _Past(NamedTuple):
    """Records created up to a moment, in microseconds, deleted ones too."""

    number: int
    until: int
    counted_at: float


@dataclass(frozen=True)
class Totals:
    """What one process has counted. `now` in seconds since 1970, as `created` has it."""

    few: int = FEW
    now: Callable[[], float] = time.time
    kept: dict[str, _Past] = field(default_factory=dict, repr=False)
    lock: Lock = field(default_factory=Lock, repr=False)

    def of_public(self, objects: Collection[Record], owned: Record) -> int:
        """How many public objects of these owners there are."""
        public = {"audience": EVERYONE, **owned}
        name = f"{objects.full_name} {owned}"
        past = self._past(name)
        if past is None:
            total = objects.count_documents({**public, "deleted": False}, hint="total")
            if total > self.few:
                self._keep(name, self._counted(objects, public))
            return total
        since = {**public, "deleted": False, "created": {"$gt": past.until}}
        gone = {**public, "deleted": True, "created": {"$lte": past.until}}
        lately = objects.count_documents(since, hint="listed")
        total = past.number + lately - objects.count_documents(gone, hint="listed")
        if lately > self.few and past.until + SETTLED_S * 1_000_000 < self._settled():
            self._keep(name, self._counted(objects, public, past))
        return total

    def _past(self, name: str) -> _Past | None:
        with self.lock:
            past = self.kept.get(name)
        return past if past and self.now() < past.counted_at + KEPT_S else None

    def _settled(self) -> int:
        return int((self.now() - SETTLED_S) * 1_000_000)

    def _counted(
        self, objects: Collection[Record], public: Record, past: _Past | None = None
    ) -> _Past:
        """All up to the last moment that is past, those of an earlier one not again."""
        number, begun = (past.number, past.counted_at) if past else (0, self.now())
        until = self._settled()
        between = {"$gt": past.until if past else -1, "$lte": until}
        wanted = {**public, "deleted": {"$in": [False, True]}, "created": between}
        return _Past(number + objects.count_documents(wanted, hint="listed"), until, begun)

    def _keep(self, name: str, past: _Past) -> None:
        """The one that was kept first makes room."""
        with self.lock:
            self.kept.pop(name, None)
            self.kept[name] = past
            if len(self.kept) > _MOST_KEPT:
                del self.kept[next(iter(self.kept))]
