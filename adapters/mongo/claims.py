"""The writes that claim deliveries: one for all that are as each other, however many they are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bson import ObjectId
from pymongo import UpdateMany, UpdateOne

from adapters.mongo.client import Record
from adapters.mongo.compared_writes import ComparedWrite, fields_of, next_version, unchanged
from domain.delivery.deliveries import Delivery, LaneId, is_of_cdr
from domain.delivery.lanes import Lease

_BEGUN = {"$set": {"sending": "$missed", "missed": None}}


def claims(
    due: Iterable[Delivery], leases: Mapping[LaneId, Lease], claim: ObjectId
) -> list[ComparedWrite]:
    """Each is claimed only if it is still the version that was read."""
    alike = defaultdict[tuple[int, int], list[str]](list)
    writes = list[ComparedWrite]()
    for each in due:
        fence = leases[each.lane].fence
        if each.sending is None and not is_of_cdr(each):
            alike[each.version, fence].append(each.id)
            continue
        taken = next_version(each.claimed())
        change: Record = {**fields_of(taken), "fence": fence, "claim": claim}
        writes.append(UpdateOne(unchanged(taken), {"$set": change}))
    for (version, fence), names in alike.items():
        same = {"_id": {"$in": names}, "version": version}
        noted = {"version": version + 1, "fence": fence, "claim": claim}
        writes.append(UpdateMany(same, [_BEGUN, {"$set": noted}]))
    return writes
