"""Whose time is whose: the owner's own last_updated of an object and of each of its parts.

A child's time raises its parents' (L-1), but what a push of a parent is measured against is what
the owner said of that parent itself.
"""

from collections.abc import Mapping
from datetime import datetime

from domain.documents import Document, as_document, as_documents, ci
from domain.objects.carried import OcpiObject
from domain.objects.locations import is_stale
from domain.objects.stored import PartPath


def is_older(
    document: Document,
    known: OcpiObject,
    path: PartPath,
    *,
    own_times: Mapping[str, str],
    now: datetime,
) -> bool:
    """Level against level: an EVSE's push against the EVSE's own time, as its owner gave it."""
    part = known.part(path)
    if part is None:
        return False
    stored = str(part["last_updated"])
    if len(path) < 2:
        stored = own_times.get(_level(path), stored)
    return is_stale(str(document["last_updated"]), stored=stored, now=now)


def own_times(
    document: Document,
    before: OcpiObject,
    changed: OcpiObject,
    path: PartPath,
    *,
    known: Mapping[str, str],
) -> Mapping[str, str]:
    """The owner's own times, where the object has, or may have, a child's instead (L-1)."""
    times = dict(known)
    for above in (path[:depth] for depth in range(len(path))):
        times.setdefault(_level(above), _time(before, above))
    if len(path) < 2:
        own = str(document["last_updated"])
        times.pop(_level(path), None)
        if _time(changed, path) != own:
            times[_level(path)] = own
    for evse in as_documents(document.get("evses")):
        if "last_updated" in evse:
            times.pop(ci(evse["uid"]), None)
    return times


def _level(path: PartPath) -> str:
    return path[0].upper() if path else ""


def _time(known: OcpiObject, path: PartPath) -> str:
    return str(as_document(known.part(path))["last_updated"])
