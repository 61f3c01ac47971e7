"""One page of a list on MongoDB, at a cost that does not grow with how far into the list it is.

A page behind a known position is sought in the index; one that is only counted to is skipped to.
The total is counted anew for every page, in the narrowest index that can tell it.
"""

from pymongo.collection import Collection
from pymongo.cursor import Cursor

from adapters.mongo.client import Record
from adapters.mongo.copies import audiences_of, outdone, owners_of, private_to
from adapters.mongo.moments import as_text
from domain.objects import EVERYONE
from domain.paging import Page, PageRequest, Position, Viewer, fitting

IN_ORDER = [("created", 1), ("_id", 1)]
"""The order of creation, for ever (T-PAG-5)."""


def page_of(objects: Collection[Record], request: PageRequest, viewer: Viewer) -> Page:
    """The page, its total, and where it ends; one record more is read to know if there is one."""
    visible = {
        "audience": {"$in": audiences_of(viewer)},
        "deleted": False,
        "owner": {"$in": owners_of(viewer)},
    }
    left_out, dates = outdone(objects, viewer), _between(request)
    shown, more = _shown(_sought(objects, {**visible, **dates, **left_out}, request), request)
    return Page(
        items=tuple(record["body"] for record in shown),
        total=_total(objects, visible, dates=dates, left_out=left_out),
        more=more,
        last=Position(shown[-1]["created"], shown[-1]["_id"]) if shown else None,
    )


def private_page_of(objects: Collection[Record], request: PageRequest, viewer: Viewer) -> Page:
    """The same of a module whose objects name their one reader: no copies, other indexes."""
    wanted = {
        "deleted": False,
        "audience": EVERYONE,
        "owner": {"$in": owners_of(viewer)},
        **private_to(viewer),
        **_between(request),
    }
    skipped = 0 if request.after else request.offset
    sought = {"$and": [wanted, _behind(request.after)]} if request.after else wanted
    found = objects.find(sought, {"body": 1, "created": 1}).sort(IN_ORDER).skip(skipped)
    shown, more = _shown(found.limit(request.limit + 1), request)
    return Page(
        items=tuple(record["body"] for record in shown),
        total=objects.count_documents(wanted),
        more=more,
        last=Position(shown[-1]["created"], shown[-1]["_id"]) if shown else None,
    )


def _shown(found: Cursor[Record], request: PageRequest) -> tuple[list[Record], bool]:
    """The driver reads at most 16 MB ahead of what is asked of the cursor."""
    with found:
        return fitting(found, size_of, limit=request.limit, most_bytes=request.most_bytes)


def size_of(record: Record) -> int:
    """Bytes of the object in the record."""
    return len(record["body"])


def _sought(objects: Collection[Record], wanted: Record, request: PageRequest) -> Cursor[Record]:
    skipped = 0 if request.after else request.offset
    if request.after:
        wanted = {**wanted, **_behind(request.after)}
    found = objects.find(wanted, {"body": 1, "created": 1}).sort(IN_ORDER)
    if "last_updated" not in wanted:
        found = found.hint("listing")
    return found.skip(skipped).limit(request.limit + 1)


def _behind(position: Position) -> Record:
    """The bound is on `created` alone, which the index can go to; the names only part equals."""
    later, same = {"$gt": position.created}, {"$gt": position.name}
    return {
        "created": {"$gte": position.created},
        "$or": [{"created": later}, {"_id": same}],
    }


def _total(objects: Collection[Record], visible: Record, *, dates: Record, left_out: Record) -> int:
    index = "recent" if dates else "listing" if left_out else "total"
    return objects.count_documents({**visible, **dates, **left_out}, hint=index)


def _between(request: PageRequest) -> Record:
    bounds = {}
    if request.date_from is not None:
        bounds["$gte"] = as_text(request.date_from)
    if request.date_to is not None:
        bounds["$lt"] = as_text(request.date_to)
    return {"last_updated": bounds} if bounds else {}
