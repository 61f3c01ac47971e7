"""The ledger of CDRs' deliveries on MongoDB: the records of `deliveries` that are kept for ever.

`cdr` in a record is what lists go by; it is there for CDRs alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from adapters.mongo.archive import ARCHIVE
from adapters.mongo.attempt_records import as_attempt, of_attempt
from adapters.mongo.cdr_outbox import MongoCdrOutbox
from adapters.mongo.client import Record, answering, not_waited_for
from adapters.mongo.delivery_records import as_cdr_delivery, of_delivery
from adapters.mongo.leases import ATTEMPTS
from adapters.mongo.ledger_pages import (
    IN_ORDER,
    billed_or_owed,
    counted_by_state,
    page_of,
    place_of,
)
from adapters.mongo.moments import as_text
from adapters.mongo.moving import lanes_that_owe, move
from adapters.mongo.settling import let_go
from adapters.mongo.stamps import for_good as read_for_good
from domain.cdrs.custody import Filed, LedgerCount, delivery_id_of, ref_of_delivery
from domain.delivery.answers import Attempt
from domain.delivery.deliveries import CdrDelivery, DeliveryState, LaneId
from domain.delivery.lanes import Lease
from domain.delivery.standing import UNCOUNTED, Judgement, Standing
from domain.delivery.what import EventType
from domain.errors import StoreUnavailable
from domain.objects.paging import Page, PageRequest
from domain.partners.party import PartyId

_DUE = DeliveryState.DUE.value
_PARKED = EventType.CDR_PARKED.value
_DECLINED = DeliveryState.DECLINED.value
_CDRS: Record = {"cdr": {"$exists": True}}
_AWAITS: Record = {
    "state": DeliveryState.WAITING.value,
    "handover.judgement": Judgement.AWAITS.value,
}
_UNDECIDED: Record = {
    "state": _DUE,
    "attempts": 0,
    "sending": {"$ne": None},
    "handover.promised": False,
}
_COUNTED: Record = {
    "state": {"$ne": _DECLINED},
    "handover.judgement": {"$nin": [each.value for each in UNCOUNTED]},
    "$nor": [_UNDECIDED],
}
_STATES = {"$in": sorted(DeliveryState)}


@dataclass(frozen=True)
class MongoLedger(MongoCdrOutbox):
    """All of the ledger but the outbox of events."""

    @answering()
    def owe(
        self,
        filed: Filed,
        delivery: CdrDelivery,
        *,
        lease: Lease | None = None,
        waits: bool = True,
    ) -> bool:
        listed = {
            "ref": filed.ref,
            "owner": str(filed.key.owner),
            "created": place_of(filed.received_at),
            "last_updated": as_text(filed.last_updated),
        }
        fence = 0 if lease is None else lease.fence
        deliveries = self._deliveries if waits else not_waited_for(self._deliveries)
        try:
            deliveries.insert_one({**of_delivery(delivery), "fence": fence, "cdr": listed})
        except DuplicateKeyError:
            if waits and self.unowed([filed.ref], for_good=True):
                raise StoreUnavailable("a delivery is not at a majority") from None
            return False
        return True

    @answering()
    def get(self, ref: str) -> CdrDelivery | None:
        record = self._deliveries.find_one({"_id": delivery_id_of(ref)})
        return None if record is None else as_cdr_delivery(record)

    @answering()
    def promise(self, delivery_id: str) -> bool:
        kept = {"_id": delivery_id, "state": {"$ne": _DECLINED}}
        promised = {"$set": {"handover.promised": True}, "$inc": {"version": 1}}
        result = self._deliveries.update_one(kept, promised)
        return result.matched_count == 1

    @answering()
    def decline(self, lease: Lease, delivery_id: str, attempt: Attempt) -> bool:
        """One write, so that a promise made at the same moment is kept: one of the two loses."""
        ours = {"lane": str(lease.lane), "fence": lease.fence}
        free = {"_id": delivery_id, **ours, "handover.promised": False}
        ended = {"state": _DECLINED, "last": of_attempt(attempt), "fence": 0, "attempts": 1}
        change = {"$set": {**ended, "sending": None, "untold": []}, "$inc": {"version": 1}}
        if self._deliveries.update_one(free, change).matched_count == 0:
            return False
        journal = {"delivery": delivery_id, "attempt": of_attempt(attempt)}
        self._attempts.insert_one(journal)
        return True

    @answering()
    def counted(self, refs: Sequence[str]) -> frozenset[str]:
        wanted = {"_id": {"$in": [delivery_id_of(ref) for ref in refs]}, **_COUNTED}
        found = self._deliveries.find(wanted, {"_id": 1}).hint("_id_")
        return frozenset(ref_of_delivery(record["_id"]) for record in found)

    @answering()
    def awaiting(self, *, now: datetime, limit: int) -> tuple[CdrDelivery, ...]:
        found = self._deliveries.find({**_AWAITS, "due": {"$lte": now}}).sort("due").limit(limit)
        return tuple(as_cdr_delivery(record) for record in found)

    @answering()
    def look_again(self, delivery_id: str, *, at: datetime) -> None:
        later = {"$set": {"due": at}, "$inc": {"version": 1}}
        self._deliveries.update_one({"_id": delivery_id, **_AWAITS}, later)

    @answering()
    def doubtful(self, *, limit: int) -> tuple[CdrDelivery, ...]:
        wanted = {"doubts.0": {"$exists": True}, "state": {"$ne": _DECLINED}}
        found = self._deliveries.find(wanted).sort([("since", -1)]).limit(limit)
        return tuple(as_cdr_delivery(record) for record in found)

    @answering()
    def judge(
        self,
        delivery_id: str,
        standing: Standing,
        state: DeliveryState,
        *,
        doubts: Sequence[str],
        now: datetime,
    ) -> bool:
        judged = {
            "handover.behind": standing.behind,
            "handover.judgement": standing.judgement.value,
            "handover.remark": standing.remark,
        }
        added: Record = {"untold": {"$each": [_PARKED] if state is DeliveryState.PARKED else []}}
        added |= {"doubts": {"$each": list(doubts)}} if doubts else {}
        change = {
            "$set": {**judged, "state": state.value, "due": now, "fence": 0},
            "$inc": {"version": 1},
            "$addToSet": added,
        }
        result = self._deliveries.update_one({"_id": delivery_id, **_AWAITS}, change)
        return result.matched_count == 1

    @answering()
    def lanes(self) -> frozenset[LaneId]:
        return lanes_that_owe(self._deliveries)

    @answering()
    def rehome(self, receiver: PartyId, *, old: LaneId, new: LaneId) -> int:
        return move(self._deliveries, receiver, old=old, new=new)

    @answering()
    def unblock(self) -> int:
        waiting = {"state": DeliveryState.WAITING.value}
        steps = [{"$match": waiting}, {"$group": {"_id": "$handover.behind"}}]
        found = self._deliveries.aggregate(steps, hint="behind")
        return let_go(self._deliveries, [record["_id"] for record in found])

    @answering()
    def unowed(self, refs: Sequence[str], *, for_good: bool = False) -> frozenset[str]:
        names = [delivery_id_of(ref) for ref in refs]
        deliveries = read_for_good(self._deliveries) if for_good else self._deliveries
        found = deliveries.find({"_id": {"$in": names}}, {"_id": 1})
        return frozenset(refs) - {ref_of_delivery(record["_id"]) for record in found}

    @answering()
    def page(self, request: PageRequest, *, party: PartyId | None) -> Page:
        return page_of(self._deliveries, self.database()[ARCHIVE], request, party)

    @answering()
    def deliveries(self, *, receiver: PartyId, since: datetime) -> tuple[CdrDelivery, ...]:
        from_ = {"$gte": place_of(since)}
        wanted = {"receiver": str(receiver), "state": _STATES, "cdr.created": from_}
        return tuple(
            as_cdr_delivery(record) for record in self._deliveries.find(wanted).sort(IN_ORDER)
        )

    @answering()
    def listed(
        self,
        states: Iterable[DeliveryState],
        *,
        party: PartyId | None = None,
        lane: LaneId | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        limit: int,
    ) -> tuple[CdrDelivery, ...]:
        between = {"$gte": 0 if since is None else place_of(since)}
        if before is not None:
            between["$lt"] = place_of(before)
        wanted = {"state": {"$in": sorted(states)}, "cdr.created": between, **billed_or_owed(party)}
        if lane is not None:
            wanted["lane"] = str(lane)
        found = self._deliveries.find(wanted).sort(IN_ORDER).limit(limit)
        return tuple(as_cdr_delivery(record) for record in found)

    @answering()
    def attempts(self, delivery_id: str) -> tuple[Attempt, ...]:
        found = self._attempts.find({"delivery": delivery_id}).sort([("attempt.at", 1), ("_id", 1)])
        made = (as_attempt(record["attempt"]) for record in found)
        return tuple(attempt for attempt in made if attempt is not None)

    @answering()
    def park(self, delivery_id: str, *, now: datetime) -> bool:
        due = {"_id": delivery_id, "state": _DUE, **_CDRS}
        parked = {"state": DeliveryState.PARKED.value, "due": now, "fence": 0}
        change = {"$set": parked, "$inc": {"version": 1}, "$addToSet": {"untold": _PARKED}}
        return self._deliveries.update_one(due, change).matched_count == 1

    @answering()
    def counts(self, *, aged_before: datetime) -> LedgerCount:
        return counted_by_state(self._deliveries, aged_before)

    @property
    def _attempts(self) -> Collection[Record]:
        return self.database()[ATTEMPTS]
