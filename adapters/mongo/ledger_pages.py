"""Pages of CDRs on MongoDB: found in the ledger, which knows what is in custody, read from the
archive, which has the bytes.

What is wanted is said in the words of the ledger's indexes, state by state, so that a place far
behind in the list and a total are found in an index alone.
"""

from datetime import datetime

from pymongo.collection import Collection

from adapters.mongo.bodies import read, size_of
from adapters.mongo.client import Record
from adapters.mongo.moments import as_text
from adapters.mongo.sides import IndexedSide, Sides
from domain.cdrs.custody import LedgerCount, ref_of_delivery
from domain.delivery.deliveries import DeliveryState
from domain.delivery.standing import UNCOUNTED
from domain.objects.paging import Page, PageRequest, fitting
from domain.partners.party import PartyId

IN_ORDER = [("cdr.created", 1), ("_id", 1)]
KEPT = sorted(state.value for state in DeliveryState if state is not DeliveryState.DECLINED)
"""The states of what is in custody."""
SINCE_EVER = {"$gte": 0}
"""That it is a CDR's: said so, an index over CDRs alone can answer."""
_UNCOUNTED = [each.value for each in UNCOUNTED]


def page_of(
    deliveries: Collection[Record],
    archive: Collection[Record],
    request: PageRequest,
    party: PartyId | None,
) -> Page:
    """One record more is read to know if there is one."""
    sides = Sides(deliveries, _sides(_wanted(request), party), created="cdr.created")
    found = sides.read(request)
    places = {ref_of_delivery(place.name): place for place in found.page}
    shown = fitting(
        read(archive, list(places)), size_of, limit=request.limit, most_bytes=request.most_bytes
    )
    return Page(
        items=tuple(record["body"] for record in shown.items),
        total=found.total,
        more=shown.more,
        last=places[shown.items[-1]["_id"]] if shown.items else None,
    )


def _sides(wanted: Record, party: PartyId | None) -> list[IndexedSide]:
    """What the party bills to itself is on the side where it bills; a credit is owed if it fits."""
    if party is None:
        return [IndexedSide(wanted, "kept")]
    own = str(party)
    judged = {"handover.judgement": {"$nin": _UNCOUNTED}}
    owes = {**wanted, **judged, "receiver": own, "cdr.owner": {"$ne": own}}
    return [IndexedSide({**wanted, "cdr.owner": own}, "bills"), IndexedSide(owes, "owes")]


def billed_or_owed(party: PartyId | None) -> Record:
    """The condition that this party bills the CDR or owes it; None: all do."""
    if party is None:
        return {}
    return {"$or": [{"cdr.owner": str(party)}, {"receiver": str(party)}]}


def place_of(received_at: datetime) -> int:
    """Where it stands in lists: microseconds."""
    return int(received_at.timestamp() * 1_000_000)


def counted_by_state(deliveries: Collection[Record], aged_before: datetime) -> LedgerCount:
    """How many are in each state, and how many due ones came before that."""
    kept = {"state": {"$in": sorted(DeliveryState)}, "cdr.created": SINCE_EVER}
    steps: list[Record] = [{"$match": kept}, {"$group": {"_id": "$state", "count": {"$sum": 1}}}]
    grouped = deliveries.aggregate(steps, hint="kept")
    states = {DeliveryState(record["_id"]): int(record["count"]) for record in grouped}
    old = {"$gte": 0, "$lt": place_of(aged_before)}
    aged = {"state": DeliveryState.DUE.value, "cdr.created": old}
    return LedgerCount(states, deliveries.count_documents(aged, hint="kept"))


def _wanted(request: PageRequest) -> Record:
    wanted: Record = {"cdr.created": SINCE_EVER, "state": {"$in": KEPT}}
    bounds = {}
    if request.date_from is not None:
        bounds["$gte"] = as_text(request.date_from)
    if request.date_to is not None:
        bounds["$lt"] = as_text(request.date_to)
    return {**wanted, "cdr.last_updated": bounds} if bounds else wanted
