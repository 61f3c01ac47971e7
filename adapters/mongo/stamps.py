"""The stamp of the directory on MongoDB: one number that every write to it lets grow.

What is read for the directory is asked of the primary, and is what a majority has: what a
failover could take back must not be kept.
"""

import time
from dataclasses import dataclass

from pymongo import ReadPreference
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect
from pymongo.read_concern import ReadConcern

from adapters.mongo.client import DatabaseOf, Record, answering
from domain.ports import LEASE_S

COLLECTION = "stamps"
_DIRECTORY = {"_id": "directory"}
_LONGER = 1.1
"""Than the lease itself: the clocks of two machines do not run alike."""


def for_good(records: Collection[Record]) -> Collection[Record]:
    """The collection, read as it will stay."""
    return records.with_options(
        read_concern=ReadConcern("majority"), read_preference=ReadPreference.PRIMARY
    )


@dataclass(frozen=True)
class MongoStamp:
    """`lease_s` is how long a process may keep what it has read."""

    database: DatabaseOf
    lease_s: float = LEASE_S

    @answering()
    def read(self) -> int:
        """As a plain command it costs two thirds of a find; it is asked twice like that, if the
        first one breaks off.
        """
        try:
            found = self._asked()
        except AutoReconnect:
            found = self._asked()
        return int(found[0]["number"]) if found else 0

    def _asked(self) -> list[Record]:
        reply = self.database().command(
            "find",
            COLLECTION,
            filter=_DIRECTORY,
            limit=1,
            singleBatch=True,
            readConcern={"level": "majority"},
            read_preference=ReadPreference.PRIMARY,
        )
        return list(reply["cursor"]["firstBatch"])

    @answering()
    def outdate(self) -> None:
        """The wait begins when a majority has the new number: no process reads the former one."""
        self._stamps.update_one(_DIRECTORY, {"$inc": {"number": 1}}, upsert=True)
        time.sleep(self.lease_s * _LONGER)

    @property
    def _stamps(self) -> Collection[Record]:
        return self.database()[COLLECTION]
