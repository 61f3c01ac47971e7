"""Which of two copies of an object a viewer is shown: its own, or the public one (R-GETALL-7).

Few viewers have copies of their own, so lists stay plain queries; what is outdone by another copy
is found first and left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from pymongo.collection import Collection

from adapters.mongo.client import Record
from adapters.mongo.object_records import public_name
from domain.objects.paging import Viewer
from domain.objects.stored import EVERYONE

_AT_ONCE = 10_000


def audiences_of(viewer: Viewer) -> list[str]:
    """The audiences whose copies the viewer may be shown."""
    return [EVERYONE, str(viewer.party)]


def owned_for(viewer: Viewer) -> Record:
    """The condition that the viewer may be shown the owner's objects, said by the fewer parties."""
    if viewer.hidden is None or len(viewer.hidden) > len(viewer.owners):
        return {"owner": {"$in": sorted(map(str, viewer.owners))}}
    return {"owner": {"$nin": sorted(map(str, viewer.hidden))}} if viewer.hidden else {}


def private_to(viewer: Viewer) -> Record:
    """The condition that an object which names its one reader is for this viewer (R-GETALL-4)."""
    if viewer.sees_all:
        return {}
    return {"$or": [{"reader": str(viewer.party)}, {"owner": str(viewer.party)}]}


@dataclass(frozen=True)
class CopyVersion:
    """What decides between two copies, and whether the record is in lists at all."""

    last_updated: str
    deleted: bool


class Copies(NamedTuple):
    """By _id: the copies that are the viewer's `own`, and the `older` one of each pair."""

    own: Mapping[str, CopyVersion]
    older: Mapping[str, CopyVersion]


def outdone(
    objects: Collection[Record],
    viewer: Viewer,
    among: Record | None = None,
    *,
    indexes: tuple[str, str] | None = ("lately", "versions"),
) -> Mapping[str, CopyVersion]:
    """The older one of each pair of copies."""
    return copies_of(objects, viewer, among, indexes=indexes).older


def copies_of(
    objects: Collection[Record],
    viewer: Viewer,
    among: Record | None = None,
    *,
    indexes: tuple[str, str] | None = ("lately", "versions"),
) -> Copies:
    """Which copies decide what the viewer is shown; of a pair on a tie the public one goes.

    A deleted copy outdoes an older one too: what is gone for the viewer stays gone. The `indexes`
    hold all that is read: by audience, and by name; None where `among` leaves little to read.
    """
    of_audience, by_name = indexes or (None, None)
    of_viewer = {"audience": str(viewer.party), **owned_for(viewer)}
    own = _versions_by_id(objects, of_viewer, among, of_audience)
    common: dict[str, CopyVersion] = {}
    names = map(public_name, own)
    while some := list(islice(names, _AT_ONCE)):
        common |= _versions_by_id(objects, {"_id": {"$in": some}}, among, by_name)
    pairs = ((name, public_name(name)) for name in own)
    older = dict(
        (ours, own[ours])
        if common[public].last_updated > own[ours].last_updated
        else (public, common[public])
        for ours, public in pairs
        if public in common
    )
    return Copies(own, older)


def but_for(older: Mapping[str, CopyVersion]) -> Record:
    """The condition that leaves these out."""
    return {"_id": {"$nin": list(older)}} if older else {}


def _versions_by_id(
    objects: Collection[Record], wanted: Record, among: Record | None, index: str | None
) -> dict[str, CopyVersion]:
    found = objects.find({**wanted, **(among or {})}, {"last_updated": 1, "deleted": 1})
    if index is not None:
        found = found.hint(index)
    return {
        str(record["_id"]): CopyVersion(str(record["last_updated"]), bool(record["deleted"]))
        for record in found
    }
