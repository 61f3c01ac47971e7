"""One page of a list on MongoDB: its place and its total are found in indexes.

A page behind a known position is sought in the index, and its bytes come with it; one that is only
counted to is skipped to, and its bytes are read by name. Neither reads a document that is not on
the page.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

from pymongo.collection import Collection
from pymongo.cursor import Cursor

from adapters.mongo.bodies import read, size_of
from adapters.mongo.client import Record
from adapters.mongo.copies import Copies, CopyVersion, audiences_of, copies_of, owned_for
from adapters.mongo.moments import as_text
from adapters.mongo.sides import IndexedSide, Sides
from adapters.mongo.totals import Totals
from domain.objects.paging import ListPosition, Page, PageRequest, Viewer, fitting
from domain.objects.stored import EVERYONE

IN_ORDER = [("created", 1), ("_id", 1)]
"""The order of creation, for ever (T-PAG-5)."""


def page_of(
    objects: Collection[Record], request: PageRequest, viewer: Viewer, totals: Totals
) -> Page:
    """The page, its total, and where it ends; one record more is read to know if there is one.

    A page that is the whole list says its total itself.
    """
    dates = _between(request)
    copies = copies_of(objects, viewer)
    owned = owned_for(viewer)
    visible = {
        "audience": {"$in": audiences_of(viewer)} if copies.own else EVERYONE,
        "deleted": False,
        **owned,
        **dates,
    }
    page = _read_visible(objects, visible, request, copies.older)
    if not (page.more or request.after or request.offset):
        return page
    if dates:
        public = objects.count_documents({**visible, "audience": EVERYONE}, hint="lately")
    else:
        public = totals.of_public(objects, owned)
    return replace(page, total=public + _own(copies, request))


def _read_visible(
    objects: Collection[Record],
    visible: Record,
    request: PageRequest,
    older: Mapping[str, CopyVersion],
) -> Page:
    """`total` are those on the page."""
    is_skipped_to = request.offset > 0 and request.after is None
    if is_skipped_to or older or "last_updated" in visible:
        records = _find_visible(objects, visible, request, ahead=not older)
        found = _choose_newest(records, request, older)
        return _read_page(objects, found, request)
    return _read_on(objects, visible, request)


def _own(copies: Copies, request: PageRequest) -> int:
    """What the viewer's own copies add to the total, without what is outdone."""
    added = sum(_is_listed(each, request) for each in copies.own.values())
    return added - sum(_is_listed(each, request) for each in copies.older.values())


def private_page_of(objects: Collection[Record], request: PageRequest, viewer: Viewer) -> Page:
    """The same of a module whose objects name their one reader: no copies, other indexes."""
    wanted = {
        "deleted": False,
        "audience": EVERYONE,
        **owned_for(viewer),
        **_between(request),
    }
    found = Sides(objects, _sides(wanted, viewer)).read(request)
    return replace(_read_page(objects, found.page, request), total=found.total)


def _sides(wanted: Record, viewer: Viewer) -> list[IndexedSide]:
    """What the viewer reads, and what it owns but does not read."""
    if viewer.sees_all:
        return [IndexedSide(wanted, "listed")]
    own = str(viewer.party)
    sides = [IndexedSide({**wanted, "reader": own}, "read_by")]
    if viewer.party in viewer.owners:
        sides.append(IndexedSide({**wanted, "owner": own, "reader": {"$ne": own}}, "owned_by"))
    return sides


def _read_on(objects: Collection[Record], visible: Record, request: PageRequest) -> Page:
    """The page in one question: what stands in order from its beginning is what it shows."""
    wanted = {**visible, **_after(request.after)} if request.after else visible
    most = request.limit + 1
    found = objects.find(wanted, {"created": 1, "body": 1}).sort(IN_ORDER).hint("listed")
    with found.limit(most).batch_size(most) as records:
        shown = fitting(records, size_of, limit=request.limit, most_bytes=request.most_bytes)
    return Page(
        items=tuple(record["body"] for record in shown.items),
        total=len(shown.items),
        more=shown.more,
        last=_place(shown.items[-1]) if shown.items else None,
    )


def _place(record: Record) -> ListPosition:
    return ListPosition(record["created"], record["_id"])


def _read_page(
    objects: Collection[Record], found: list[ListPosition], request: PageRequest
) -> Page:
    places = {place.name: place for place in found}
    shown = fitting(
        read(objects, list(places)), size_of, limit=request.limit, most_bytes=request.most_bytes
    )
    return Page(
        items=tuple(record["body"] for record in shown.items),
        total=len(shown.items),
        more=shown.more,
        last=places[shown.items[-1]["_id"]] if shown.items else None,
    )


def _find_visible(
    objects: Collection[Record], visible: Record, request: PageRequest, *, ahead: bool
) -> Cursor[Record]:
    """What is visible, in order, from the page on: `ahead` where the store can skip to it."""
    wanted = {**visible, **_after(request.after)} if request.after else visible
    found = objects.find(wanted, {"created": 1}).sort(IN_ORDER)
    if "last_updated" not in wanted:
        found = found.hint("listed")
    if not ahead:
        return found
    return found.skip(0 if request.after else request.offset).limit(request.limit + 1)


def _choose_newest(
    found: Cursor[Record], request: PageRequest, older: Mapping[str, CopyVersion]
) -> list[ListPosition]:
    """One more than the page; what is outdone by another copy is passed over."""
    begin = 0 if request.after or not older else request.offset
    with found:
        newest = (record for record in found if record["_id"] not in older)
        chosen = islice(newest, begin, begin + request.limit + 1)
        return [_place(record) for record in chosen]


def _is_listed(version: CopyVersion, request: PageRequest) -> bool:
    """Whether the record would be in the list, were it not outdone."""
    bounds = _between(request).get("last_updated", {})
    is_early = version.last_updated < bounds.get("$gte", "")
    is_late = "$lt" in bounds and version.last_updated >= bounds["$lt"]
    return not (version.deleted or is_early or is_late)


def _after(position: ListPosition) -> Record:
    """The bound is on `created` alone, which the index can go to; the names only part equals."""
    later = [{"created": {"$gt": position.created}}, {"_id": {"$gt": position.name}}]
    return {"created": {"$gte": position.created}, "$and": [{"$or": later}]}


def _between(request: PageRequest) -> Record:
    bounds = {}
    if request.date_from is not None:
        bounds["$gte"] = as_text(request.date_from)
    if request.date_to is not None:
        bounds["$lt"] = as_text(request.date_to)
    return {"last_updated": bounds} if bounds else {}
