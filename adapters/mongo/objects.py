"""Partners' objects on MongoDB: a collection a module, a record per object and audience."""

import re
import time
from collections.abc import Collection as Many
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, answering, not_waited_for
from adapters.mongo.copies import audiences_of, older_among, owned_for, private_to
from adapters.mongo.listing import IN_ORDER, page_of, private_page_of
from adapters.mongo.moments import as_text
from adapters.mongo.object_records import as_stored, collection_of, name_of, of_stored, put_of
from adapters.mongo.outbox import UNASKED, UNSENT, unpublished_of
from adapters.mongo.remembered import Remembered
from adapters.mongo.totals import Totals
from domain.errors import RecordChanged
from domain.objects.paging import Page, PageRequest, Viewer
from domain.objects.stored import EVERYONE, ObjectKey, Stored


@dataclass(frozen=True)
class MongoObjects:
    """`modules`: the ids of the modules whose objects are stored; `private`: those of them whose
    objects name their one reader. `remembered`: bodies that this process need not read again.
    """

    database: DatabaseOf
    modules: tuple[str, ...]
    private: frozenset[str] = frozenset()
    totals: Totals = field(default_factory=Totals, repr=False)
    remembered: Remembered = field(default_factory=Remembered, repr=False)

    @answering()
    def get(self, key: ObjectKey, audience: str) -> Stored | None:
        record = self._collection_of(key.module).find_one({"_id": name_of(key, audience)})
        return None if record is None else as_stored(record)

    @answering()
    def get_all(self, keys: Many[ObjectKey]) -> tuple[Stored, ...]:
        names: dict[str, list[str]] = {}
        for key in keys:
            names.setdefault(key.module, []).append(name_of(key, EVERYONE))
        return tuple(
            as_stored(record)
            for module, each in names.items()
            for record in self._collection_of(module).find({"_id": {"$in": each}}, UNSENT)
        )

    @answering()
    def save(self, stored: Stored) -> Stored:
        created = stored.created if stored.revision else _now()
        saved = replace(stored, revision=stored.revision + 1, created=created)
        if stored.revision == 0:
            self._insert(saved)
        else:
            self._replace(saved, expected=stored.revision)
        return saved

    @answering()
    def put(self, fresh: Stored) -> bool:
        older = {"deleted": False, "last_updated": {"$lt": as_text(fresh.last_updated)}}
        objects = self._collection_of(fresh.key.module)
        try:
            result = objects.update_one(
                {"_id": name_of(fresh.key, fresh.audience), **older},
                put_of(fresh, created=_now()),
                upsert=True,
            )
        except DuplicateKeyError as error:
            raise RecordChanged(str(fresh.key)) from error
        return result.upserted_id is not None

    @answering()
    def audiences(self, key: ObjectKey) -> tuple[str, ...]:
        names = {"$regex": f"^{re.escape(name_of(key, ''))}"}
        found = self._collection_of(key.module).find(
            {"_id": names, "deleted": False}, {"audience": 1}
        )
        return tuple(str(record["audience"]) for record in found)

    @answering()
    def published(self, revisions: Mapping[ObjectKey, int], *, at: datetime) -> int:
        """Where it is lost, the objects are published once more."""
        change = {"$unset": {"unpublished": ""}, "$set": {"published_at": at}}
        notes: dict[str, list[UpdateOne]] = {}
        for key, revision in revisions.items():
            unchanged = {"_id": name_of(key, EVERYONE), "revision": revision}
            notes.setdefault(key.module, []).append(UpdateOne(unchanged, change))
        return sum(
            not_waited_for(self._collection_of(module))
            .bulk_write(each, ordered=False)
            .matched_count
            for module, each in notes.items()
        )

    @answering()
    def published_since(
        self, module: str, *, since: datetime, after: str, limit: int
    ) -> tuple[Stored, ...]:
        then = {"published_at": since, "_id": {"$gt": name_of(after, EVERYONE) if after else ""}}
        found = (
            self._collection_of(module)
            .find({"$or": [then, {"published_at": {"$gt": since}}]}, {"body": 0})
            .sort([("published_at", 1), ("_id", 1)])
            .limit(limit)
        )
        return tuple(as_stored(record) for record in found)

    @answering()
    def public(self, module: str, *, after: str, limit: int) -> tuple[Stored, ...]:
        behind = {"audience": EVERYONE, "_id": {"$gt": name_of(after, EVERYONE) if after else ""}}
        found = self._collection_of(module).find(behind, UNASKED)
        return tuple(as_stored(record) for record in found.sort("_id", 1).limit(limit))

    @answering()
    def unpublished(
        self,
        *,
        before: datetime,
        limit: int,
        last: Many[str] = (),
        but_for: Many[ObjectKey] = (),
    ) -> tuple[Stored, ...]:
        return unpublished_of(
            self.database(), self.modules, before=before, limit=limit, last=last, but_for=but_for
        )

    @answering()
    def page(self, module: str, request: PageRequest, *, viewer: Viewer) -> Page:
        objects = self._collection_of(module)
        if module in self.private:
            return private_page_of(objects, request, viewer)
        return page_of(objects, request, viewer, totals=self.totals, remembered=self.remembered)

    @answering()
    def by_id(self, module: str, object_id: str, *, viewer: Viewer) -> tuple[Stored, ...]:
        objects = self._collection_of(module)
        private = private_to(viewer) if module in self.private else {}
        wanted = {
            **private,
            "id": object_id.upper(),
            "audience": {"$in": audiences_of(viewer)},
            **owned_for(viewer),
        }
        found = list(objects.find(wanted).sort(IN_ORDER))
        older = older_among(found)
        there = (each for each in found if not each["deleted"] and each["_id"] not in older)
        return tuple(map(as_stored, there))

    def _collection_of(self, module: str) -> Collection[Record]:
        return self.database()[collection_of(module)]

    def _insert(self, saved: Stored) -> None:
        try:
            self._collection_of(saved.key.module).insert_one(of_stored(saved))
        except DuplicateKeyError as error:
            raise RecordChanged(str(saved.key)) from error

    def _replace(self, saved: Stored, *, expected: int) -> None:
        record = of_stored(saved)
        result = self._collection_of(saved.key.module).replace_one(
            {"_id": record["_id"], "revision": expected}, record
        )
        if result.matched_count == 0:
            raise RecordChanged(str(saved.key))


def _now() -> int:
    """By which lists are ordered: microseconds."""
    return time.time_ns() // 1000
