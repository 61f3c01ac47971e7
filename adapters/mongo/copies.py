"""Which of two copies of an object a viewer is shown: its own, or everybody's (R-GETALL-7).

Few viewers have copies of their own, so lists stay plain queries; what is outdone by another copy
is found first and left out.
"""

from pymongo.collection import Collection

from adapters.mongo.client import Record
from adapters.mongo.object_records import for_everyone
from domain.objects import EVERYONE
from domain.paging import Viewer


def audiences_of(viewer: Viewer) -> list[str]:
    """The audiences whose copies the viewer may be shown."""
    return [EVERYONE, str(viewer.party)]


def owners_of(viewer: Viewer) -> list[str]:
    """The owners whose objects the viewer may be shown."""
    return sorted(str(owner) for owner in viewer.owners)


def private_to(viewer: Viewer) -> Record:
    """The condition that an object which names its one reader is for this viewer (R-GETALL-4)."""
    if viewer.sees_all:
        return {}
    return {"$or": [{"reader": str(viewer.party)}, {"owner": str(viewer.party)}]}


def outdone(objects: Collection[Record], viewer: Viewer, among: Record | None = None) -> Record:
    """The condition that leaves out the older one of each pair of copies; on a tie everybody's.

    A deleted copy outdoes an older one too: what is gone for the viewer stays gone.
    """
    also = among or {}
    own = {
        str(record["_id"]): str(record["last_updated"])
        for record in objects.find(
            {"audience": str(viewer.party), "owner": {"$in": owners_of(viewer)}, **also},
            {"last_updated": 1},
        )
    }
    if not own:
        return {}
    common = {
        str(record["_id"]): str(record["last_updated"])
        for record in objects.find(
            {"_id": {"$in": [for_everyone(name) for name in own]}, **also}, {"last_updated": 1}
        )
    }
    older = [
        _older(name, time, common) for name, time in own.items() if for_everyone(name) in common
    ]
    return {"_id": {"$nin": older}} if older else {}


def _older(name: str, time: str, common: dict[str, str]) -> str:
    everybodys = for_everyone(name)
    return name if common[everybodys] > time else everybodys
