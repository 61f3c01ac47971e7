"""One page of a list on MongoDB: its place and its total are found in indexes.

A page behind a known position is sought in the index; one that is only counted to is skipped to.
Its bytes are read by name, if this process does not remember them. No document is read that is not
on the page.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from pymongo.collection import Collection
from pymongo.command_cursor import CommandCursor
from pymongo.cursor import Cursor

from adapters.mongo.bodies import read, size_of
from adapters.mongo.client import Record
from adapters.mongo.copies import Copies, CopyVersion, audiences_of, copies_of, owned_for
from adapters.mongo.moments import as_text
from adapters.mongo.remembered import Remembered
from adapters.mongo.sides import IndexedSide, Sides
from adapters.mongo.totals import Totals
from domain.objects.paging import ListPosition, Page, PageRequest, Viewer, fitting
from domain.objects.stored import EVERYONE

IN_ORDER = [("created", 1), ("_id", 1)]
"""The order of creation, for ever (T-PAG-5)."""


def page_of(
    objects: Collection[Record],
    request: PageRequest,
    viewer: Viewer,
    *,
    totals: Totals,
    remembered: Remembered,
) -> Page:
    """The page, its total, and where it ends; one record more is read to know if there is one.

    A page that is the whole list says its total itself.
    """
    if not _between(request) and (request.after or not request.offset):
        page = _read_on(objects, request, viewer, totals, remembered)
        if page is not None:
            return page
    return _page_among_copies(objects, request, viewer, totals)


def _read_on(
    objects: Collection[Record],
    request: PageRequest,
    viewer: Viewer,
    totals: Totals,
    remembered: Remembered,
) -> Page | None:
    """The page where what stands in order from its beginning is what it shows: for a viewer that
    has no copies of its own. None: it has some.

    One question says what is on the page, whether there are copies, and what is to be counted.
    """
    owned = owned_for(viewer)
    past = totals.known(objects, owned)
    counts = past.questions(owned) if past else {}
    of_page, counted = list[Record](), dict[str, int]()
    for record in _asked_at_once(objects, request, viewer, counts):
        if "own" in record:
            return None
        if "_id" in record:
            of_page.append(record)
        else:
            counted.update(record)
    places = [_place(each) for each in of_page]
    page = _read_page(remembered.read(objects, of_page), places, request)
    if not (page.more or request.after):
        return page
    if past is None:
        return replace(page, total=totals.of_public(objects, owned))
    return replace(page, total=totals.total(objects, owned, past, counted))


def _asked_at_once(
    objects: Collection[Record],
    request: PageRequest,
    viewer: Viewer,
    counts: Mapping[str, Record],
) -> CommandCursor[Record]:
    """What is on the page, then `own` if the viewer has a copy, then each of `counts` but 0."""
    public = {"audience": EVERYONE, "deleted": False, **owned_for(viewer)}
    any_own: list[Record] = [
        {"$match": {"audience": str(viewer.party)}},
        {"$limit": 1},
        {"$project": {"_id": 0, "own": "$audience"}},
    ]
    counting: list[list[Record]] = [
        [{"$match": wanted}, {"$count": name}] for name, wanted in counts.items()
    ]
    return objects.aggregate(
        [
            {"$match": {**public, **_after(request.after)}},
            {"$sort": dict(IN_ORDER)},
            {"$limit": request.limit + 1},
            {"$project": {"created": 1, "revision": 1}},
            *(
                {"$unionWith": {"coll": objects.name, "pipeline": each}}
                for each in (any_own, *counting)
            ),
        ],
        hint="listed",
        batchSize=request.limit + 2 + len(counts),
    )


def _page_among_copies(
    objects: Collection[Record], request: PageRequest, viewer: Viewer, totals: Totals
) -> Page:
    """The page of a viewer that may have copies, or one that is skipped to, or by dates."""
    dates = _between(request)
    copies = copies_of(objects, viewer)
    owned = owned_for(viewer)
    visible = {
        "audience": {"$in": audiences_of(viewer)} if copies.own else EVERYONE,
        "deleted": False,
        **owned,
        **dates,
    }
    records = _find_visible(objects, visible, request, ahead=not copies.older)
    places = _choose_newest(records, request, copies.older)
    page = _read_page(read(objects, [place.name for place in places]), places, request)
    if not (page.more or request.after or request.offset):
        return page
    if dates:
        public = objects.count_documents({**visible, "audience": EVERYONE}, hint="lately")
    else:
        public = totals.of_public(objects, owned)
    return replace(page, total=public + _own(copies, request))


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
    bodies = read(objects, [place.name for place in found.page])
    return replace(_read_page(bodies, found.page, request), total=found.total)


def _sides(wanted: Record, viewer: Viewer) -> list[IndexedSide]:
    """What the viewer reads, and what it owns but does not read."""
    if viewer.sees_all:
        return [IndexedSide(wanted, "listed")]
    own = str(viewer.party)
    sides = [IndexedSide({**wanted, "reader": own}, "read_by")]
    if viewer.party in viewer.owners:
        sides.append(IndexedSide({**wanted, "owner": own, "reader": {"$ne": own}}, "owned_by"))
    return sides


def _place(record: Record) -> ListPosition:
    return ListPosition(record["created"], record["_id"])


def _read_page(
    bodies: Iterator[Record], found: Sequence[ListPosition], request: PageRequest
) -> Page:
    """What the page has room for of these bodies, which are in the order of `found`; `total` are
    those on the page.
    """
    shown = fitting(bodies, size_of, limit=request.limit, most_bytes=request.most_bytes)
    last = shown.items[-1]["_id"] if shown.items else None
    return Page(
        items=tuple(record["body"] for record in shown.items),
        total=len(shown.items),
        more=shown.more or len(found) > request.limit,
        last=next((place for place in found if place.name == last), None),
    )


def _find_visible(
    objects: Collection[Record], visible: Record, request: PageRequest, *, ahead: bool
) -> Cursor[Record]:
    """What is visible, in order, from the page on: `ahead` where the store can skip to it."""
    wanted = {**visible, **_after(request.after)}
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


def _after(position: ListPosition | None) -> Record:
    """The bound is on `created` alone, which the index can go to; the names only part equals."""
    if position is None:
        return {}
    later = [{"created": {"$gt": position.created}}, {"_id": {"$gt": position.name}}]
    return {"created": {"$gte": position.created}, "$and": [{"$or": later}]}


def _between(request: PageRequest) -> Record:
    bounds = {}
    if request.date_from is not None:
        bounds["$gte"] = as_text(request.date_from)
    if request.date_to is not None:
        bounds["$lt"] = as_text(request.date_to)
    return {"last_updated": bounds} if bounds else {}
