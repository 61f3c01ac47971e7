"""Writing how attempts ended, in bulk and without reading.

Each delivery has two possible outcomes, by whether more was marked while it was under way. The
first bulk writes the one for "nothing was"; only what it does not match is tried with the other.
"""

from collections.abc import Sequence
from dataclasses import replace

from pymongo import DeleteOne, UpdateOne
from pymongo.collection import Collection

from adapters.mongo.client import Record
from adapters.mongo.delivery_records import of_attempt, of_missed
from domain.deliveries import Delivery, Settled, after
from domain.lanes import Lease
from domain.objects import Missed

_SOMETHING = Missed(scope=(), correlation_id="")


def written(deliveries: Collection[Record], lease: Lease, settled: Sequence[Settled]) -> int:
    """How many were still this lease's, and are written now."""
    if not settled:
        return 0
    quiet = [_write(each, lease, missed=None) for each in settled]
    first = deliveries.bulk_write(quiet, ordered=False)
    done = first.deleted_count + first.matched_count
    if done == len(settled):
        return done
    marked = [_write(each, lease, missed=_SOMETHING) for each in settled]
    return done + deliveries.bulk_write(marked, ordered=False).matched_count


def _write(settled: Settled, lease: Lease, *, missed: Missed | None) -> DeleteOne | UpdateOne:
    """What to do if, meanwhile, nothing (None) or something was marked."""
    claimed: Record = {
        "_id": settled.delivery.id,
        "fence": lease.fence,
        "missed": None if missed is None else {"$ne": None},
    }
    left = after(replace(settled.delivery, missed=missed), settled)
    return DeleteOne(claimed) if left is None else UpdateOne(claimed, _becomes(left))


def _becomes(left: Delivery) -> Record:
    """Claimed by nobody any more; what was missed meanwhile stays as it is in the store."""
    fields = {
        "state": left.state.value,
        "due": left.due,
        "sending": of_missed(left.sending),
        "attempts": left.attempts,
        "last": of_attempt(left.last),
        "fence": 0,
    }
    return {"$set": fields, "$inc": {"version": 1}}
