"""What was taken with remarks, on MongoDB: found in the objects' own records and in the archive."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pymongo.collection import Collection

from adapters.mongo.archive import ARCHIVE
from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.object_records import as_key, collection_of
from adapters.mongo.remark_records import as_remarks
from domain.objects.quarantine import Remarked
from domain.objects.stored import ObjectKey

_SHOWN = {"remarked": 1, "key": 1}
_NEWEST = [("remarked.at", -1), ("_id", -1)]
_EVER = {"$gt": datetime(1970, 1, 1, tzinfo=UTC)}
_CDRS = "cdrs"


@dataclass(frozen=True)
class MongoRemarks:
    """`modules`: the ids of the modules whose objects are stored."""

    database: DatabaseOf
    modules: tuple[str, ...]

    @answering()
    def all(
        self, *, partner_id: str | None = None, module: str | None = None, limit: int = 100
    ) -> tuple[Remarked, ...]:
        found: list[Remarked] = []
        for collection in self._collections(module):
            records = collection.find(_wanted(partner_id), _SHOWN).sort(_NEWEST).limit(limit)
            found += [_as_remarked(record) for record in records]
        found.sort(key=lambda each: (each.at, str(each.key)), reverse=True)
        return tuple(found[:limit])

    @answering()
    def count(self, *, partner_id: str | None = None, module: str | None = None) -> int:
        wanted = _wanted(partner_id)
        return sum(each.count_documents(wanted) for each in self._collections(module))

    def _collections(self, module: str | None) -> Iterator[Collection[Record]]:
        for each in self.modules:
            if module in (None, each):
                yield self.database()[collection_of(each)]
        if module in (None, _CDRS):
            yield self.database()[ARCHIVE]


def _wanted(partner_id: str | None) -> Record:
    """Records without remarks are in none of the indexes that this is answered from."""
    of_partner = {} if partner_id is None else {"remarked.by": partner_id}
    return {**of_partner, "remarked.at": _EVER}


def _as_remarked(record: Record) -> Remarked:
    said = record["remarked"]
    key = ObjectKey.parse(record["key"]) if "key" in record else as_key(record["_id"])
    return Remarked(said["by"], key, said["at"], as_remarks(said))
