"""Writing how attempts ended, in bulk and without reading.

Each delivery has two possible outcomes, by whether more was marked while it was under way. The
first bulk writes the one for "nothing was"; only what it does not match is tried with the other.
"""

from collections.abc import Sequence
from dataclasses import replace

from pymongo import DeleteOne, UpdateOne
from pymongo.collection import Collection

from adapters.mongo.client import Record
from adapters.mongo.delivery_records import of_attempt, of_missed, of_receipt
from domain.deliveries import DONE_STATES, Delivery, DeliveryState
from domain.lanes import Lease
from domain.objects import Missed
from domain.settling import Settled, after

_SOMETHING = Missed(scope=(), correlation_id="")


def written(
    deliveries: Collection[Record],
    attempts: Collection[Record],
    lease: Lease,
    settled: Sequence[Settled],
) -> int:
    """How many were still this lease's, and are written now."""
    if not settled:
        return 0
    journal = [each for each in settled if each.is_journaled]
    if journal:
        attempts.insert_many([_attempted(each) for each in journal])
    quiet = [_write(each, lease, missed=None) for each in settled]
    first = deliveries.bulk_write(quiet, ordered=False)
    done = first.deleted_count + first.matched_count
    let_go(deliveries, [each.delivery.id for each in settled if each.state in DONE_STATES])
    if done == len(settled):
        return done
    marked = [_write(each, lease, missed=_SOMETHING) for each in settled]
    return done + deliveries.bulk_write(marked, ordered=False).matched_count


def _write(settled: Settled, lease: Lease, *, missed: Missed | None) -> DeleteOne | UpdateOne:
    """What to do if, meanwhile, nothing (None) or something was marked."""
    claimed: Record = {
        "_id": settled.delivery.id,
        "lane": str(lease.lane),
        "fence": lease.fence,
        "missed": None if missed is None else {"$ne": None},
    }
    left = after(replace(settled.delivery, missed=missed), settled)
    return DeleteOne(claimed) if left is None else UpdateOne(claimed, _becomes(left, settled))


def let_go(deliveries: Collection[Record], done: Sequence[str]) -> int:
    """Make due what waits behind these; how many. Where one is not done after all, nothing is."""
    if not done:
        return 0
    over = [state.value for state in (*DONE_STATES, DeliveryState.DECLINED)]
    ahead = deliveries.find({"_id": {"$in": list(done)}, "state": {"$in": over}}, {"_id": 1})
    waiting: Record = {"state": DeliveryState.WAITING.value}
    waiting["handover.behind"] = {"$in": [record["_id"] for record in ahead]}
    freed = {"$set": {"state": DeliveryState.DUE.value}, "$inc": {"version": 1}}
    return deliveries.update_many(waiting, freed).modified_count


def _becomes(left: Delivery, settled: Settled) -> Record:
    """Claimed by nobody any more; what was missed meanwhile stays as it is in the store."""
    fields = {
        "state": left.state.value,
        "due": left.due,
        "sending": of_missed(left.sending),
        "attempts": left.attempts,
        "last": of_attempt(left.last),
        "fence": 0,
    }
    changed: Record = {"$set": fields, "$inc": {"version": 1}}
    if left.handover is not None:
        fields["handover.refusals"] = left.handover.refusals
        fields["handover.unsure"] = left.handover.unsure
        fields["handover.bare"] = left.handover.bare
        fields["handover.receipt"] = of_receipt(left.handover.receipt)
        changed["$addToSet"] = {"untold": {"$each": list(settled.events)}}
    return changed


def _attempted(settled: Settled) -> Record:
    return {"delivery": settled.delivery.id, "attempt": of_attempt(settled.attempt)}
