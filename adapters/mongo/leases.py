"""Sending from lanes, on MongoDB: what a pump does, for one lane or for many in one go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId
from pymongo.collection import Collection

from adapters.mongo.claims import claims
from adapters.mongo.client import DatabaseOf, Record, answering, not_waited_for
from adapters.mongo.compared_writes import in_bulk, next_version
from adapters.mongo.delivery_records import as_delivery, of_unseen
from adapters.mongo.lanes import MongoLanes
from adapters.mongo.settling import written
from domain.delivery.deliveries import Delivery, DeliveryState, LaneId, is_of_cdr
from domain.delivery.lanes import Claimed, LaneHealth, Lease
from domain.delivery.settling import Settled
from domain.errors import LaneLost

COLLECTION = "deliveries"
ATTEMPTS = "cdr_attempts"
_DUE = DeliveryState.DUE.value
_IN_LANES = [("lane", 1), ("due", 1), ("since", 1)]
_MOST_AT_ONCE = 400
"""Of what is claimed in many lanes at once: a lane that gets nothing of it is asked again."""


@dataclass(frozen=True)
class MongoLeases:
    database: DatabaseOf

    @answering()
    def lease(self, lane: LaneId, *, holder: str, seconds: float) -> Lease | None:
        return self._lanes.lease(lane, holder=holder, seconds=seconds)

    @answering()
    def renew(self, lease: Lease, *, seconds: float) -> None:
        self._lanes.renew(lease, seconds=seconds)

    @answering()
    def give_back(self, lease: Lease, health: LaneHealth | None = None) -> None:
        self._lanes.give_back(lease, health)

    @answering()
    def note_health(self, lease: Lease, health: LaneHealth) -> None:
        self._lanes.note_health(lease, health)

    @answering()
    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """A smaller fence is of a lost lease: what that had claimed is claimed again."""
        self._lanes.check(lease, runs=True)
        free = {
            "state": _DUE,
            "lane": str(lease.lane),
            "due": {"$lte": now},
            "fence": {"$lt": lease.fence},
        }
        found = self._deliveries.find(free).sort([("due", 1), ("since", 1)]).limit(limit)
        return tuple(self._taken([as_delivery(each) for each in found], {lease.lane: lease}))

    @answering()
    def begin(self, lease: Lease, delivery: Delivery) -> bool:
        ours = {"_id": delivery.id, "lane": str(lease.lane), "fence": lease.fence}
        begun = {"sending": of_unseen(delivery.begun().sending)}
        change = {"$set": begun, "$inc": {"version": 1}}
        return self._deliveries.update_one(ours, change).matched_count == 1

    @answering()
    def settle(self, lease: Lease, settled: Sequence[Settled]) -> None:
        if self.settle_all([(lease, settled)]):
            raise LaneLost(str(lease.lane))

    @answering()
    def lease_all(
        self, lanes: Sequence[LaneId], *, holder: str, seconds: float
    ) -> tuple[Lease, ...]:
        return self._lanes.lease_all(lanes, holder=holder, seconds=seconds)

    @answering()
    def claim_all(self, leases: Mapping[LaneId, Lease], *, now: datetime, limit: int) -> Claimed:
        """One look at what is due; if anything is, one at the leases, and one write."""
        due = {
            "state": _DUE,
            "lane": {"$in": [str(lane) for lane in leases]},
            "due": {"$lte": now},
            "fence": {"$lt": max(lease.fence for lease in leases.values())},
        }
        found = defaultdict[LaneId, list[Delivery]](list)
        for record in self._deliveries.find(due).sort(_IN_LANES).limit(_MOST_AT_ONCE):
            lease = leases[LaneId.parse(record["lane"])]
            if record["fence"] < lease.fence and len(found[lease.lane]) < limit:
                found[lease.lane].append(as_delivery(record))
        if not found:
            return Claimed({})
        lost = self._lanes.lost((leases[lane] for lane in found), runs=True)
        ours = [each for lane, those in found.items() if lane not in lost for each in those]
        claimed = defaultdict[LaneId, tuple[Delivery, ...]](tuple)
        for delivery in self._taken(ours, leases):
            claimed[delivery.lane] += (delivery,)
        return Claimed(dict(claimed), lost)

    @answering()
    def settle_all(self, ended: Sequence[tuple[Lease, Sequence[Settled]]]) -> frozenset[LaneId]:
        pairs = [(lease, each) for lease, settled in ended for each in settled]
        is_waited_for = any(is_of_cdr(each.delivery) for _, each in pairs)
        deliveries = self._deliveries if is_waited_for else not_waited_for(self._deliveries)
        done = written(deliveries, self.database()[ATTEMPTS], pairs)
        return self._lanes.lost(lease for lease, _ in ended) if done < len(pairs) else frozenset()

    @answering()
    def give_back_all(self, leases: Sequence[tuple[Lease, LaneHealth | None]]) -> None:
        self._lanes.give_back_all(leases)

    @property
    def _deliveries(self) -> Collection[Record]:
        return self.database()[COLLECTION]

    @property
    def _lanes(self) -> MongoLanes:
        return MongoLanes(self.database)

    def _taken(self, due: Iterable[Delivery], leases: Mapping[LaneId, Lease]) -> list[Delivery]:
        """Those of them that this process has claimed now, by the leases of their lanes.

        A claim that is lost only has them claimed again: `begin`, which is waited for, is before a
        CDR's bytes leave.
        """
        found = list(due)
        taken = [next_version(each.claimed()) for each in found]
        if not taken:
            return []
        claim = ObjectId()
        writes = claims(found, leases, claim)
        if in_bulk(not_waited_for(self._deliveries), writes).matched_count == len(taken):
            return taken
        names = [each.id for each in taken]
        mine = self._deliveries.find({"_id": {"$in": names}, "claim": claim}, {"_id": 1})
        won = {record["_id"] for record in mine}
        return [each for each in taken if each.id in won]
