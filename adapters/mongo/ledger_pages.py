"""Pages of CDRs on MongoDB: found in the ledger, which knows what is in custody, read from the
archive, which has the bytes.
"""

from collections.abc import Iterator

from pymongo.collection import Collection

from adapters.mongo.client import Record
from adapters.mongo.listing import size_of
from adapters.mongo.moments import as_text
from domain.credits import UNCOUNTED
from domain.deliveries import DeliveryState
from domain.paging import Page, PageRequest, Position, fitting
from domain.party import PartyId

_AT_ONCE = 20
_UNCOUNTED = [each.value for each in UNCOUNTED]
_IN_ORDER = [("cdr.created", 1), ("_id", 1)]


def page_of(
    deliveries: Collection[Record],
    archive: Collection[Record],
    request: PageRequest,
    party: PartyId | None,
) -> Page:
    """One record more is read to know if there is one."""
    wanted = _wanted(request, party)
    found = (
        deliveries.find(_behind(wanted, request.after), {"cdr": 1})
        .sort(_IN_ORDER)
        .skip(0 if request.after else request.offset)
        .limit(request.limit + 1)
    )
    shown, more = fitting(
        _with_bodies(list(found), archive),
        size_of,
        limit=request.limit,
        most_bytes=request.most_bytes,
    )
    return Page(
        items=tuple(record["body"] for record in shown),
        total=deliveries.count_documents(wanted),
        more=more,
        last=Position(shown[-1]["cdr"]["created"], shown[-1]["_id"]) if shown else None,
    )


def _with_bodies(found: list[Record], archive: Collection[Record]) -> Iterator[Record]:
    """The bodies of a few at a time: a page may end long before all are read."""
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        refs = [record["cdr"]["ref"] for record in some]
        read = archive.find({"_id": {"$in": refs}}, {"body": 1})
        bodies = {record["_id"]: record["body"] for record in read}
        yield from ({**record, "body": bodies[record["cdr"]["ref"]]} for record in some)


def _wanted(request: PageRequest, party: PartyId | None) -> Record:
    wanted: Record = {
        "cdr.created": {"$exists": True},
        "state": {"$ne": DeliveryState.DECLINED.value},
    }
    if party is not None:
        judged = {"receiver": str(party), "handover.judgement": {"$nin": _UNCOUNTED}}
        wanted["$or"] = [{"cdr.owner": str(party)}, judged]
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
