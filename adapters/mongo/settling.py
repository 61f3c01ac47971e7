"""Writing how attempts ended, in bulk and without reading.

Each delivery has three possible outcomes, by what was requested while it was under way: nothing, no
more than went out, or more. The first bulk writes the one for "nothing"; only what it does not
match is tried with the others.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pymongo import DeleteMany, DeleteOne, UpdateOne
from pymongo.collection import Collection

from adapters.mongo.attempt_records import of_attempt, of_receipt
from adapters.mongo.client import Record, not_waited_for
from adapters.mongo.compared_writes import ComparedWrite, in_bulk
from adapters.mongo.delivery_records import of_unseen
from domain.delivery.deliveries import DONE_STATES, Delivery, DeliveryState
from domain.delivery.lanes import Lease
from domain.delivery.settling import Settled, after
from domain.delivery.what import CdrHandover
from domain.objects.stored import ALL_UNSEEN


def written(
    deliveries: Collection[Record],
    attempts: Collection[Record],
    ended: Sequence[tuple[Lease, Settled]],
) -> int:
    """How many were still of the lease that stands with each, and are written now."""
    if not ended:
        return 0
    settled = [each for _, each in ended]
    journal = [each for each in settled if each.is_journaled]
    if journal:
        not_waited_for(attempts).insert_many([_attempted(each) for each in journal])
    done = _matched(deliveries, _quiet(ended))
    let_go(deliveries, [each.delivery.id for each in settled if each.state in DONE_STATES])
    ahead = [pair for pair in ended if pair[1].attempt.revision > pair[1].delivery.revision]
    if done < len(ended) and ahead:
        told = [write for lease, each in ahead for write in _told_already(each, lease)]
        done += _matched(deliveries, told)
    if done < len(ended):
        done += _matched(deliveries, [_requested_more(each, lease) for lease, each in ended])
    return done


def _matched(deliveries: Collection[Record], writes: list[ComparedWrite]) -> int:
    result = in_bulk(deliveries, writes)
    return result.deleted_count + result.matched_count


def _quiet(ended: Sequence[tuple[Lease, Settled]]) -> list[ComparedWrite]:
    """What to do if nothing was requested meanwhile. All that goes under one fence is one write."""
    gone = defaultdict[int, list[str]](list)
    writes = list[ComparedWrite]()
    for lease, each in ended:
        left = after(replace(each.delivery, unseen=None), each)
        if left is None:
            gone[lease.fence].append(each.delivery.id)
            continue
        writes.append(UpdateOne({**_claimed(each, lease), "missed": None}, _becomes(left, each)))
    for fence, names in gone.items():
        writes.append(DeleteMany({"_id": {"$in": names}, "fence": fence, "missed": None}))
    return writes


def _told_already(settled: Settled, lease: Lease) -> list[ComparedWrite]:
    """What to do if no more was requested meanwhile than the receiver has got: just that, or less.

    Where it is less, the request of what the receiver has got is still to come.
    """
    told = settled.attempt.revision
    return [
        _if_requested(settled, lease, {"$lt": told}, told - 1),
        _if_requested(settled, lease, {"$eq": told}, told),
    ]


def _requested_more(settled: Settled, lease: Lease) -> ComparedWrite:
    """What to do if more was."""
    newer = settled.attempt.revision + 1
    return _if_requested(settled, lease, {"$gte": newer}, newer)


def _if_requested(
    settled: Settled, lease: Lease, revisions: Record, revision: int
) -> ComparedWrite:
    claimed = {**_claimed(settled, lease), "missed": {"$ne": None}, "revision": revisions}
    left = after(replace(settled.delivery, unseen=ALL_UNSEEN, revision=revision), settled)
    if left is None:
        return DeleteOne(claimed)
    return UpdateOne(claimed, _becomes(left, settled))


def _claimed(settled: Settled, lease: Lease) -> Record:
    return {"_id": settled.delivery.id, "lane": str(lease.lane), "fence": lease.fence}


def let_go(deliveries: Collection[Record], done: Sequence[str]) -> int:
    """Make due what waits behind these; how many. Where one is not done after all, nothing is.

    Mostly nothing waits: that is asked first.
    """
    waiting: Record = {"state": DeliveryState.WAITING.value}
    behind = {**waiting, "handover.behind": {"$in": list(done)}}
    found = deliveries.find(behind, {"handover.behind": 1}) if done else ()
    names = {record["handover"]["behind"] for record in found}
    if not names:
        return 0
    over = [state.value for state in (*DONE_STATES, DeliveryState.DECLINED)]
    ahead = deliveries.find({"_id": {"$in": list(names)}, "state": {"$in": over}}, {"_id": 1})
    waiting["handover.behind"] = {"$in": [record["_id"] for record in ahead]}
    freed = {"$set": {"state": DeliveryState.DUE.value}, "$inc": {"version": 1}}
    return deliveries.update_many(waiting, freed).modified_count


def _becomes(left: Delivery, settled: Settled) -> Record:
    """No process claims it any more; what was requested meanwhile stays as it is in the store."""
    fields = {
        "state": left.state.value,
        "due": left.due,
        "sending": of_unseen(left.sending),
        "attempts": left.attempts,
        "last": of_attempt(left.last),
        "fence": 0,
    }
    if settled.state is None and left.unseen is None:
        fields |= {"missed": None, "revision": left.revision}
    changed: Record = {"$set": fields, "$inc": {"version": 1}}
    if isinstance(left.what, CdrHandover):
        fields["handover.refusals"] = left.what.refusals
        fields["handover.unsure"] = left.what.unsure
        fields["handover.bare"] = left.what.bare
        fields["handover.receipt"] = of_receipt(left.what.receipt)
        changed["$addToSet"] = {"untold": {"$each": [event.value for event in settled.events]}}
    return changed


def _attempted(settled: Settled) -> Record:
    return {"delivery": settled.delivery.id, "attempt": of_attempt(settled.attempt)}
