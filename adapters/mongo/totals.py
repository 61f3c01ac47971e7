"""How many objects a list has, to the one, without counting again what was counted before.

No record of an object ever goes: what is deleted leaves a tombstone, and what is there keeps the
moment at which it was created. So the number of records created up to a moment that is past does
not change any more. It is counted once; a page of a long list counts the objects created since, and
the tombstones of those before.
"""

import time
from collections.abc import Callable, Mapping
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


class Past(NamedTuple):
    """Records created up to a moment, in microseconds, deleted ones too."""

    number: int
    until: int
    counted_at: float

    def questions(self, owned: Record) -> dict[str, Record]:
        """What is still to be counted for the list's total, by name."""
        public = {"audience": EVERYONE, **owned}
        if not self.number:
            return {"lately": {**public, "deleted": False}}
        return {
            "lately": {**public, "deleted": False, "created": {"$gt": self.until}},
            "gone": {**public, "deleted": True, "created": {"$lte": self.until}},
        }


@dataclass(frozen=True)
class Totals:
    """What one process has counted. `now` in seconds since 1970, as `created` has it."""

    few: int = FEW
    now: Callable[[], float] = time.time
    kept: dict[str, Past] = field(default_factory=dict, repr=False)
    lock: Lock = field(default_factory=Lock, repr=False)

    def known(self, objects: Collection[Record], owned: Record) -> Past | None:
        """What is known of this list; None until its total was asked for."""
        with self.lock:
            past = self.kept.get(_name(objects, owned))
        return past if past and self.now() < past.counted_at + KEPT_S else None

    def of_public(self, objects: Collection[Record], owned: Record) -> int:
        """How many public objects of these owners there are."""
        past = self.known(objects, owned)
        if past is None:
            past = Past(0, -1, self.now())
            self._keep(_name(objects, owned), past)
        counted = {
            name: objects.count_documents(wanted, hint="listed" if past.number else "total")
            for name, wanted in past.questions(owned).items()
        }
        return self.total(objects, owned, past, counted)

    def total(
        self, objects: Collection[Record], owned: Record, past: Past, counted: Mapping[str, int]
    ) -> int:
        """The same, given what the questions of `past` counted: what is not there is none."""
        lately = counted.get("lately", 0)
        if lately > self.few and past.until + SETTLED_S * 1_000_000 < self._settled():
            self._keep(_name(objects, owned), self._counted(objects, owned, past))
        return past.number + lately - counted.get("gone", 0)

    def _settled(self) -> int:
        return int((self.now() - SETTLED_S) * 1_000_000)

    def _counted(self, objects: Collection[Record], owned: Record, past: Past) -> Past:
        """All up to the last moment that is past, those of an earlier one not again."""
        until = self._settled()
        wanted = {
            "audience": EVERYONE,
            **owned,
            "deleted": {"$in": [False, True]},
            "created": {"$gt": past.until, "$lte": until},
        }
        lately = objects.count_documents(wanted, hint="listed")
        return Past(past.number + lately, until, past.counted_at)

    def _keep(self, name: str, past: Past) -> None:
        """The one that was kept first makes room."""
        with self.lock:
            self.kept.pop(name, None)
            self.kept[name] = past
            if len(self.kept) > _MOST_KEPT:
                del self.kept[next(iter(self.kept))]


def _name(objects: Collection[Record], owned: Record) -> str:
    return f"{objects.full_name} {owned}"
