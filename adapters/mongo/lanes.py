"""Lanes on MongoDB: lease, fence and health in one record, so that every process sees the same.

Leases begin and end by MongoDB's clock alone; processes' clocks may differ as they like.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument, UpdateMany, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError

from adapters.mongo.client import DatabaseOf, Record, not_waited_for
from adapters.mongo.compared_writes import in_bulk, is_lost_race
from adapters.mongo.delivery_records import as_health, of_health
from domain.delivery.deliveries import DeliveryClass, LaneId
from domain.delivery.lanes import Breaker, LaneHealth, Lease
from domain.errors import LaneLost

COLLECTION = "lanes"
_RUNS = {"$gt": ["$until", "$$NOW"]}
"""That a lease is running. Without `until`, as in a lane never leased, none is."""


def lanes_of(partner_id: str) -> list[str]:
    """The names of a partner's lanes."""
    return [str(LaneId(partner_id, name)) for name in DeliveryClass]


@dataclass(frozen=True)
class MongoLanes:
    database: DatabaseOf

    def lease(self, lane: LaneId, *, holder: str, seconds: float) -> Lease | None:
        """Of several at the same time one gets it: whose grant is in the record afterwards."""
        grant = ObjectId()
        try:
            record = self._lanes.find_one_and_update(
                {"_id": str(lane)},
                [_leased(holder, grant, seconds)],
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            return None
        if record is None or record["grant"] != grant:
            return None
        return _as_lease(record, holder)

    def lease_all(
        self, lanes: Sequence[LaneId], *, holder: str, seconds: float
    ) -> tuple[Lease, ...]:
        """As `lease`; several in one write and one read: those of the lanes that were free.

        A lane that was never leased has no record yet: it is made with its first lease.
        """
        if len(lanes) == 1:
            return tuple(filter(None, (self.lease(lanes[0], holder=holder, seconds=seconds),)))
        grant = ObjectId()
        leased = [_leased(holder, grant, seconds)]
        wanted: Record = {"_id": {"$in": [str(lane) for lane in lanes]}}
        in_bulk(self._lanes, [UpdateMany(wanted, leased)])
        found = {record["_id"]: record for record in self._lanes.find(wanted)}
        fresh = [str(lane) for lane in lanes if str(lane) not in found]
        if fresh:
            self._lease_fresh(fresh, leased)
            made: Record = {"_id": {"$in": fresh}}
            found |= {record["_id"]: record for record in self._lanes.find(made)}
        return tuple(
            _as_lease(record, holder) for record in found.values() if record["grant"] == grant
        )

    def _lease_fresh(self, names: Sequence[str], leased: list[Record]) -> None:
        """Make the records of these lanes, unless another process does so at the same time."""
        writes = [UpdateOne({"_id": name}, leased, upsert=True) for name in names]
        try:
            self._lanes.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            if not is_lost_race(error):
                raise

    def renew(self, lease: Lease, *, seconds: float) -> None:
        self._update(lease, [{"$set": {"until": _seconds_from_now(seconds)}}])

    def give_back(self, lease: Lease, health: LaneHealth | None = None) -> None:
        self.give_back_all([(lease, health)])

    def give_back_all(self, leases: Sequence[tuple[Lease, LaneHealth | None]]) -> None:
        """Where it is lost, the leases end by themselves."""
        writes = [UpdateOne(_held_by(lease), {"$set": _free(health)}) for lease, health in leases]
        not_waited_for(self._lanes).bulk_write(writes, ordered=False)

    def note_health(self, lease: Lease, health: LaneHealth) -> None:
        self._update(lease, {"$set": {"health": of_health(health)}})

    def check(self, lease: Lease, *, runs: bool = False) -> None:
        """:raises LaneLost: if the lease is not the latest, or (`runs`) its time is over."""
        condition = {"$expr": _RUNS} if runs else {}
        if self._lanes.find_one({**_held_by(lease), **condition}, {"_id": 1}) is None:
            raise LaneLost(str(lease.lane))

    def lost(self, leases: Iterable[Lease], *, runs: bool = False) -> frozenset[LaneId]:
        """The lanes whose lease is not the latest, or (`runs`) whose time is over."""
        asked = {str(lease.lane): lease for lease in leases}
        condition = {"$expr": _RUNS} if runs else {}
        named: Record = {"_id": {"$in": list(asked)}, **condition}
        kept = frozenset(
            asked[record["_id"]].lane
            for record in self._lanes.find(named, {"fence": 1, "holder": 1})
            if (record["fence"], record["holder"])
            == (asked[record["_id"]].fence, asked[record["_id"]].holder)
        )
        return frozenset(lease.lane for lease in asked.values()) - kept

    def half_open(self, partner_id: str, *, now: datetime) -> None:
        """Where a pump writes the health at the same moment, the pump is right."""
        for record in self._lanes.find({"_id": {"$in": lanes_of(partner_id)}}, {"health": 1}):
            held = as_health(record.get("health"))
            opened = held.half_opened(now=now)
            if opened != held:
                same = {"_id": record["_id"], "health": record["health"]}
                self._lanes.update_one(same, {"$set": {"health": of_health(opened)}})

    def held_back(self, names: Iterable[str], *, now: datetime) -> frozenset[str]:
        """Those of the lanes that are leased, or whose breaker lets nothing through."""
        opened = {"health.breaker": Breaker.OPEN.value, "health.probe_at": {"$gt": now}}
        held = {"_id": {"$in": list(names)}, "$or": [{"$expr": _RUNS}, opened]}
        return frozenset(record["_id"] for record in self._lanes.find(held, {"_id": 1}))

    def not_closed(self, names: Iterable[str]) -> frozenset[str]:
        """Those of the lanes whose breaker is open, or tries."""
        held = [Breaker.OPEN.value, Breaker.TRYING.value]
        wanted = {"_id": {"$in": list(names)}, "health.breaker": {"$in": held}}
        return frozenset(record["_id"] for record in self._lanes.find(wanted, {"_id": 1}))

    def health(self) -> Mapping[LaneId, LaneHealth]:
        found = self._lanes.find({}, {"health": 1})
        return {LaneId.parse(record["_id"]): as_health(record.get("health")) for record in found}

    @property
    def _lanes(self) -> Collection[Record]:
        return self.database()[COLLECTION]

    def _update(self, lease: Lease, update: Record | list[Record]) -> None:
        if self._lanes.update_one(_held_by(lease), update).matched_count == 0:
            raise LaneLost(str(lease.lane))


def _held_by(lease: Lease) -> Record:
    return {"_id": str(lease.lane), "fence": lease.fence, "holder": lease.holder}


def _leased(holder: str, grant: ObjectId, seconds: float) -> Record:
    """The lane's record, leased if no lease of it runs.

    The fence is the time, or one more than the last: lanes that are leased together have the same,
    so that what is claimed and settled in them together is one write.
    """
    taken = {
        "holder": {"$literal": holder},
        "last": {"$literal": holder},
        "former": {"$ifNull": ["$last", ""]},
        "grant": grant,
        "fence": {"$max": [{"$add": [{"$ifNull": ["$fence", 0]}, 1]}, {"$toLong": "$$NOW"}]},
        "until": _seconds_from_now(seconds),
    }
    return {"$replaceWith": {"$cond": [_RUNS, "$$ROOT", {"$mergeObjects": ["$$ROOT", taken]}]}}


def _as_lease(record: Record, holder: str) -> Lease:
    lane, health = LaneId.parse(record["_id"]), as_health(record.get("health"))
    return Lease(lane, holder, record["fence"], health, record.get("former", ""))


def _free(health: LaneHealth | None) -> Record:
    noted = {} if health is None else {"health": of_health(health)}
    return {"holder": None, "until": None, **noted}


def _seconds_from_now(seconds: float) -> dict[str, Any]:
    return {"$add": ["$$NOW", int(seconds * 1000)]}
