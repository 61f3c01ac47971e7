"""Pages of CDRs on MongoDB: found in the ledger, which knows what is in custody, read from the
archive, which has the bytes.
"""

from pymongo.collection import Collection

from adapters.mongo.client import Record
from adapters.mongo.moments import as_text
from domain.deliveries import DeliveryState
from domain.paging import Page, PageRequest, Position
from domain.party import PartyId

_IN_ORDER = [("cdr.created", 1), ("_id", 1)]


def page_of(
    deliveries: Collection[Record],
    archive: Collection[Record],
    request: PageRequest,
    party: PartyId | None,
) -> Page:
    """One record more is read to know if there is one."""
    wanted = _wanted(request, party)
    found = list(
        deliveries.find(_behind(wanted, request.after), {"cdr": 1})
        .sort(_IN_ORDER)
        .skip(0 if request.after else request.offset)
        .limit(request.limit + 1)
    )
    shown = found[: request.limit]
    refs = [record["cdr"]["ref"] for record in shown]
    bodies = {
        record["_id"]: record["body"]
        for record in archive.find({"_id": {"$in": refs}}, {"body": 1})
    }
    return Page(
        items=tuple(bodies[ref] for ref in refs),
        total=deliveries.count_documents(wanted),
        more=len(found) > len(shown),
        last=Position(shown[-1]["cdr"]["created"], shown[-1]["_id"]) if shown else None,
    )


def _wanted(request: PageRequest, party: PartyId | None) -> Record:
    wanted: Record = {
        "cdr.created": {"$exists": True},
        "state": {"$ne": DeliveryState.DECLINED.value},
    }
    if party is not None:
        wanted["$or"] = [{"cdr.owner": str(party)}, {"receiver": str(party)}]
    bounds = {}
    if request.date_from is not None:
        bounds["$gte"] = as_text(request.date_from)
    if request.date_to is not None:
        bounds["$lt"] = as_text(request.date_to)
    return {**wanted, "cdr.last_updated": bounds} if bounds else wanted


def _behind(wanted: Record, position: Position | None) -> Record:
    if position is None:
        return wanted
    later = {"cdr.created": {"$gt": position.created}}
    same = {"cdr.created": position.created, "_id": {"$gt": position.name}}
    return {"$and": [wanted, {"$or": [later, same]}]}
