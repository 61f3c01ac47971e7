"""What became of CDRs and is to be told, on MongoDB: it stands in the deliveries themselves."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pymongo import UpdateMany
from pymongo.collection import Collection

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.compared_writes import in_bulk
from adapters.mongo.delivery_records import as_cdr_delivery
from adapters.mongo.leases import COLLECTION
from domain.delivery.deliveries import CdrDelivery


@dataclass(frozen=True)
class MongoCdrOutbox:
    database: DatabaseOf

    @answering()
    def untold(self, *, limit: int) -> tuple[CdrDelivery, ...]:
        found = self._deliveries.find({"untold.0": {"$exists": True}}).limit(limit)
        return tuple(as_cdr_delivery(record) for record in found)

    @answering()
    def told(self, told: Sequence[CdrDelivery]) -> None:
        """One write for all that told the same."""
        alike = defaultdict[tuple[str, ...], list[str]](list)
        for each in told:
            alike[tuple(each.what.untold)].append(each.id)
        writes = [
            UpdateMany({"_id": {"$in": names}}, _without(events)) for events, names in alike.items()
        ]
        if writes:
            in_bulk(self._deliveries, writes)

    @answering()
    def doubt(self, delivery_id: str, doubt: str) -> None:
        more = {"$addToSet": {"doubts": doubt}, "$inc": {"version": 1}}
        self._deliveries.update_one({"_id": delivery_id}, more)

    @property
    def _deliveries(self) -> Collection[Record]:
        return self.database()[COLLECTION]


def _without(events: Sequence[str]) -> Record:
    return {"$pullAll": {"untold": list(events)}, "$inc": {"version": 1}}
