"""Which of two copies of an object a viewer is shown: its own, or the public one (R-GETALL-7).

Few viewers have copies of their own, so lists stay plain queries; what is outdone by another copy
is found first and left out.
"""

from collections.abc import Iterable, Mapping
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
    indexes: tuple[str, str] = ("lately", "versions"),
) -> Mapping[str, CopyVersion]:
    """The older one of each pair of copies."""
    return copies_of(objects, viewer, among, indexes=indexes).older


def copies_of(
    objects: Collection[Record],
    viewer: Viewer,
    among: Record | None = None,
    *,
    indexes: tuple[str, str] = ("lately", "versions"),
) -> Copies:
    """Which copies decide what the viewer is shown; of a pair on a tie the public one goes.

    A deleted copy outdoes an older one too: what is gone for the viewer stays gone. The `indexes`
    hold all that is read: by audience, and by name.
    """
    of_audience, by_name = indexes
    of_viewer = {"audience": str(viewer.party), **owned_for(viewer)}
    own = _versions_by_id(objects, of_viewer, among, of_audience)
    common: dict[str, CopyVersion] = {}
    names = map(public_name, own)
    while some := list(islice(names, _AT_ONCE)):
        common |= _versions_by_id(objects, {"_id": {"$in": some}}, among, by_name)
    return Copies(own, _older(own, common))


def older_among(records: Iterable[Record]) -> Mapping[str, CopyVersion]:
    """The same of records that are read already: all copies of some objects."""
    own: dict[str, CopyVersion] = {}
    common: dict[str, CopyVersion] = {}
    for record in records:
        versions = common if record["audience"] == EVERYONE else own
        versions[record["_id"]] = _version_of(record)
    return _older(own, common)


def _older(
    own: Mapping[str, CopyVersion], common: Mapping[str, CopyVersion]
) -> Mapping[str, CopyVersion]:
    pairs = ((name, public_name(name)) for name in own)
    return dict(
        (ours, own[ours])
        if common[public].last_updated > own[ours].last_updated
        else (public, common[public])
        for ours, public in pairs
        if public in common
    )


def but_for(older: Mapping[str, CopyVersion]) -> Record:
    """The condition that leaves these out."""
    return {"_id": {"$nin": list(older)}} if older else {}


def _versions_by_id(
    objects: Collection[Record], wanted: Record, among: Record | None, index: str
) -> dict[str, CopyVersion]:
    found = objects.find({**wanted, **(among or {})}, {"last_updated": 1, "deleted": 1})
    return {str(record["_id"]): _version_of(record) for record in found.hint(index)}


def _version_of(record: Record) -> CopyVersion:
    return CopyVersion(str(record["last_updated"]), bool(record["deleted"]))
