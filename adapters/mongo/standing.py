"""Where deliveries stand: which are refused, and since when a lane owes."""

from collections.abc import Iterable
from datetime import datetime

from pymongo.collection import Collection

from adapters.mongo.client import Record
from domain.delivery.deliveries import DeliveryState, LaneId


def refused_of(deliveries: Collection[Record], names: Iterable[str]) -> frozenset[str]:
    """Those of these names that are refused."""
    wanted = {"_id": {"$in": list(names)}, "state": DeliveryState.REFUSED.value}
    return frozenset(str(each["_id"]) for each in deliveries.find(wanted, {"_id": 1}))


def backlog_of(
    deliveries: Collection[Record], *, lanes: int, most: int
) -> list[tuple[LaneId, datetime, int]]:
    """Each lane that owes, since when, and how much: the oldest is the first key of an index."""
    due = {"state": DeliveryState.DUE.value}
    counted: list[Record] = [{"$match": due}, {"$limit": most}, {"$count": "many"}]
    its_own = {"from": deliveries.name, "localField": "_id", "foreignField": "lane"}
    found = deliveries.aggregate(
        [
            {"$match": due},
            {"$sort": {"state": 1, "lane": 1, "since": 1}},
            {"$group": {"_id": "$lane", "since": {"$first": "$since"}}},
            {"$sort": {"since": 1}},
            {"$limit": lanes},
            {"$lookup": {**its_own, "pipeline": counted, "as": "counted"}},
        ]
    )
    return [
        (LaneId.parse(each["_id"]), each["since"], sum(n["many"] for n in each["counted"]))
        for each in found
    ]


def owed_since(deliveries: Collection[Record], lane: LaneId) -> datetime | None:
    """When the oldest that is due or refused in the lane was requested first."""
    found = (
        deliveries.find_one({"state": state.value, "lane": str(lane)}, sort=[("since", 1)])
        for state in (DeliveryState.DUE, DeliveryState.REFUSED)
    )
    return min((each["since"] for each in found if each is not None), default=None)
