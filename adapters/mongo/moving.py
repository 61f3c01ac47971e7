"""CDRs' deliveries that move from lane to lane, because their receiver has another platform now."""

from collections.abc import Sequence

from pymongo.collection import Collection

from adapters.mongo.client import Record
from adapters.mongo.ledger_pages import SINCE_EVER
from domain.delivery.deliveries import DeliveryClass, DeliveryState, LaneId
from domain.partners.party import PartyId

_OPEN = tuple(
    state.value for state in (DeliveryState.DUE, DeliveryState.WAITING, DeliveryState.PARKED)
)


def lanes_that_owe(deliveries: Collection[Record]) -> frozenset[LaneId]:
    """The CDRs' lanes with something open."""
    found = [each for state in _OPEN for each in deliveries.aggregate(_lanes_in(state))]
    lanes = frozenset(LaneId.parse(str(record["_id"])) for record in found)
    return frozenset(each for each in lanes if each.delivery_class is DeliveryClass.CDR)


def _lanes_in(state: str) -> Sequence[Record]:
    """By the index's first entry of each lane, so that MongoDB reads through none."""
    return [
        {"$match": {"state": state}},
        {"$sort": {"state": 1, "lane": 1, "due": 1}},
        {"$group": {"_id": "$lane", "due": {"$first": "$due"}}},
    ]


def move(deliveries: Collection[Record], receiver: PartyId, *, old: LaneId, new: LaneId) -> int:
    """A pump that has claimed one under the old lane finds that it is not its own any more."""
    left = {
        "state": {"$in": list(_OPEN)},
        "lane": str(old),
        "receiver": str(receiver),
        "cdr.created": SINCE_EVER,
    }
    moved = {"$set": {"lane": str(new), "fence": 0}, "$inc": {"version": 1}}
    return deliveries.update_many(left, moved).modified_count
