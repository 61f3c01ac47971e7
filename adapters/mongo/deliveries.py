"""What is owed, on MongoDB: one record per receiver and object, in the lanes of `lanes`.

What requests, claims and attempts do to a delivery is the domain's; here it is written only if the
record is still what the domain was asked about: by its version, or by the fence of the lease.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError

from adapters.mongo.client import Record, answering
from adapters.mongo.compared_writes import fields_of, is_lost_race, next_version, unchanged
from adapters.mongo.delivery_records import as_delivery, of_delivery
from adapters.mongo.lanes import lanes_of
from adapters.mongo.leases import MongoLeases
from adapters.mongo.ledger_pages import SINCE_EVER
from adapters.mongo.standing import backlog_of, owed_since, refused_of
from domain.deciding_again import until_written
from domain.delivery.backlog import LaneBacklog
from domain.delivery.deliveries import (
    OPEN_STATES,
    Delivery,
    DeliveryClass,
    DeliveryRequest,
    DeliveryState,
    LaneId,
    delivery_of,
)
from domain.delivery.lanes import LaneHealth
from domain.delivery.settling import retried
from domain.errors import RecordChanged

_DUE = DeliveryState.DUE.value
_FORGOTTEN = (DeliveryClass.STATE, DeliveryClass.WEBHOOK)
_Write = InsertOne[Record] | UpdateOne


@dataclass(frozen=True)
class MongoDeliveries(MongoLeases):
    @answering()
    def owe(self, requests: Sequence[DeliveryRequest], *, now: datetime) -> None:
        """A process that loses a race decides again; what is written already changes nothing."""
        until_written(lambda: self._owe(requests, now), "a delivery changes")

    @answering()
    def lanes_due(self, *, now: datetime) -> tuple[LaneId, ...]:
        oldest = self._deliveries.aggregate(
            [
                {"$match": {"state": _DUE}},
                {"$sort": {"state": 1, "lane": 1, "due": 1}},
                {"$group": {"_id": "$lane", "due": {"$first": "$due"}}},
                {"$match": {"due": {"$lte": now}}},
                {"$sort": {"due": 1}},
            ]
        )
        names = [str(record["_id"]) for record in oldest]
        held_back = self._lanes.held_back(names, now=now) if names else frozenset()
        return tuple(LaneId.parse(name) for name in names if name not in held_back)

    @answering()
    def half_open(self, partner_id: str, *, now: datetime) -> None:
        self._lanes.half_open(partner_id, now=now)
        self._make_due({"$in": lanes_of(partner_id)}, now)

    @answering()
    def release(self, lane: LaneId, *, now: datetime) -> None:
        self._make_due(str(lane), now)

    @answering()
    def is_empty(self, lane: LaneId) -> bool:
        return self._deliveries.find_one({"state": _DUE, "lane": str(lane)}, {"_id": 1}) is None

    @answering()
    def owed(
        self,
        *,
        partner_id: str | None = None,
        state: DeliveryState | None = None,
        limit: int = 100,
    ) -> tuple[Delivery, ...]:
        wanted: Record = {}
        if partner_id is not None:
            wanted["lane"] = {"$in": lanes_of(partner_id)}
        opened = sorted(each.value for each in OPEN_STATES)
        wanted["state"] = {"$in": opened} if state is None else state.value
        found = self._deliveries.find(wanted).sort([("since", 1), ("_id", 1)]).limit(limit)
        return tuple(as_delivery(record) for record in found)

    @answering()
    def refused(self, names: Iterable[str]) -> frozenset[str]:
        return refused_of(self._deliveries, names)

    @answering()
    def owed_since(self, lane: LaneId) -> datetime | None:
        return owed_since(self._deliveries, lane)

    @answering()
    def backlog(self, *, lanes: int, most: int) -> tuple[LaneBacklog, ...]:
        found = backlog_of(self._deliveries, lanes=lanes, most=most)
        held = self._lanes.not_closed([str(lane) for lane, _, _ in found]) if found else ()
        return tuple(LaneBacklog(lane, since, due, str(lane) in held) for lane, since, due in found)

    @answering()
    def cdrs(self, states: Sequence[DeliveryState], *, most: int) -> int:
        wanted = {"state": {"$in": [each.value for each in states]}, "cdr.created": SINCE_EVER}
        return self._deliveries.count_documents(wanted, hint="kept", limit=most)

    @answering()
    def get(self, delivery_id: str) -> Delivery | None:
        record = self._deliveries.find_one({"_id": delivery_id})
        return None if record is None else as_delivery(record)

    @answering()
    def by_short_id(self, short_id: str) -> Delivery | None:
        found = self._deliveries.find_one({"short": short_id}, sort=[("since", 1)])
        return None if found is None else as_delivery(found)

    @answering()
    def health(self) -> Mapping[LaneId, LaneHealth]:
        return self._lanes.health()

    @answering()
    def retry(self, delivery_id: str, *, now: datetime, behind: str = "") -> bool:
        def write() -> bool:
            held = self.get(delivery_id)
            fresh = None if held is None else retried(held, now=now, behind=behind)
            if fresh is not None:
                self._write_all([_write(fresh, held)])
            return fresh is not None

        return until_written(write, "the delivery changes")

    @answering()
    def forget(self, partner_id: str) -> int:
        lanes = {"$in": [str(LaneId(partner_id, name)) for name in _FORGOTTEN]}
        states = {"$in": [state.value for state in DeliveryState]}
        return self._deliveries.delete_many({"state": states, "lane": lanes}).deleted_count

    def _owe(self, requests: Sequence[DeliveryRequest], now: datetime) -> None:
        """One round. :raises RecordChanged: if not everything is written."""
        names = list({request.delivery_id for request in requests})
        found = self._deliveries.find({"_id": {"$in": names}})
        held = {str(record["_id"]): as_delivery(record) for record in found}
        requested = dict(held)
        for request in requests:
            known = requested.get(request.delivery_id)
            requested[request.delivery_id] = (
                delivery_of(request, now=now)
                if known is None
                else known.with_request(request, now=now)
            )
        writes = [
            _write(each, held.get(name))
            for name, each in requested.items()
            if each != held.get(name)
        ]
        if writes:
            self._write_all(writes)

    def _write_all(self, writes: list[_Write]) -> None:
        """:raises RecordChanged: if another process has written one of them since it was read."""
        try:
            result = self._deliveries.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            if is_lost_race(error):
                raise RecordChanged("a delivery") from error
            raise
        if result.inserted_count + result.matched_count < len(writes):
            raise RecordChanged("a delivery")

    def _make_due(self, lane: str | Record, now: datetime) -> None:
        later = {"state": _DUE, "lane": lane, "due": {"$gt": now}}
        self._deliveries.update_many(later, _due_at(now))


def _due_at(now: datetime) -> Record:
    return {"$set": {"state": _DUE, "due": now}, "$inc": {"version": 1}}


def _write(delivery: Delivery, held: Delivery | None) -> _Write:
    if held is None:
        return InsertOne({**of_delivery(delivery), "fence": 0})
    requested = next_version(delivery)
    return UpdateOne(unchanged(requested), {"$set": fields_of(requested)})
