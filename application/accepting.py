"""Taking what a party pushes to the hub: from the moment this returns the hub answers for it.

One use case, one document, one write: the object, and that it is still to be published, are one
atomic record (design D4). However many readers there are, the owner waits for that one write.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain import errors
from domain.documents import Document, as_document, as_documents, ci
from domain.errors import Problem
from domain.locations import Location, is_stale
from domain.objects import EVERYONE, Change, ObjectKey, Path, Stored
from domain.partner import Partner
from domain.ports import Clock, Counters, Json, ObjectStore, Schemas, Wake
from domain.times import parse_time

_KINDS = ("location", "evse", "connector")
_IDS = ("id", "uid", "id")
_MOST_TRIES = 50


@dataclass(frozen=True)
class Pushed:
    """A PUT or PATCH of a location or a part of it, its body parsed but not judged yet.

    `audience` is `*` for what was pushed to the hub, else the party that it was passed on to.
    """

    key: ObjectKey
    path: Path
    method: str
    body: bytes
    document: Document
    by: Partner
    correlation_id: str
    audience: str = EVERYONE

    @property
    def kind(self) -> str:
        return _KINDS[len(self.path)]


@dataclass(frozen=True)
class Accepted:
    """What became of a push: a new object or part, a changed one, or nothing (`stale`)."""

    created: bool = False
    stale: bool = False


@dataclass(frozen=True)
class Accepting:
    """Stores locations, EVSEs and connectors as their owners say they are now."""

    objects: ObjectStore
    schemas: Schemas
    json: Json
    wake: Wake
    counters: Counters
    clock: Clock

    def check(self, pushed: Pushed) -> None:
        """Whether the body may be stored or passed on.

        :raises InvalidDocument: naming every wrong field; ids must be those of the URL (T-OWN-2).
        """
        if pushed.method == "PATCH":
            self.schemas.check_patch(pushed.kind, pushed.document)
        else:
            self.schemas.check(pushed.kind, pushed.document)
        problems = tuple(_foreign_ids(pushed))
        if problems:
            raise errors.InvalidDocument(problems)

    def take(self, pushed: Pushed) -> Accepted:
        """Store the push as the present state, still to be published. Safe to repeat.

        Concurrent pushes of one location lose nothing: whoever comes second decides again.

        :raises InvalidDocument: if it, or what a PATCH makes of the object, breaks section 4.
        :raises UnknownLocation: for a part whose parent is not known (L-4).
        :raises UnknownObject: for a PATCH of what is not there.
        """
        self.check(pushed)
        accepted = self._retried(pushed, self._write)
        if accepted.stale:
            self.counters.count("stale_pushes", module=pushed.key.module)
        else:
            self.wake.publish(pushed.key)
        return accepted

    def keep_copy(self, pushed: Pushed) -> None:
        """Keep what was passed on to one party as the copy for that party alone (R-GETALL-7).

        A part or a PATCH builds on the party's own copy, else on everybody's; where there is
        neither, nothing is kept. The push was checked and passed on before.
        """
        try:
            self._retried(pushed, self._write_copy)
        except (errors.UnknownObject, errors.InvalidDocument):
            self.counters.count("copies_not_kept", module=pushed.key.module)

    def _retried(
        self, pushed: Pushed, write: Callable[[Pushed, Stored | None], Accepted]
    ) -> Accepted:
        for _ in range(_MOST_TRIES):
            held = self.objects.get(pushed.key, pushed.audience)
            try:
                return write(pushed, held)
            except errors.Conflict:
                continue
        raise errors.StoreUnavailable("the object changes faster than it can be written")

    def _write(self, pushed: Pushed, held: Stored | None) -> Accepted:
        now = self.clock.now()
        location = self._location(held)
        if location is not None and held is not None and _is_stale(pushed, held, location, now):
            return Accepted(stale=True)
        changed = self._changed(pushed, location)
        change = Change(
            method=pushed.method,
            path=pushed.path,
            body=pushed.body if pushed.path or pushed.method == "PATCH" else None,
            correlation_id=pushed.correlation_id,
        )
        record = self._record(pushed, held, location, changed)
        self.objects.save(record.with_change(change, now=now))
        return Accepted(created=location is None or location.part(pushed.path) is None)

    def _write_copy(self, pushed: Pushed, held: Stored | None) -> Accepted:
        base = held
        if base is None and (pushed.path or pushed.method == "PATCH"):
            base = self.objects.get(pushed.key, EVERYONE)
        location = self._location(base)
        changed = self._changed(pushed, location)
        record = self._record(pushed, held, location, changed)
        self.objects.save(replace(record, facets=None))
        return Accepted(created=held is None)

    def _location(self, held: Stored | None) -> Location | None:
        if held is None or held.deleted:
            return None
        return Location(as_document(self.json.parse(held.body)))

    def _changed(self, pushed: Pushed, location: Location | None) -> Location:
        if not pushed.path and pushed.method == "PUT":
            return Location(pushed.document)
        if location is None:
            raise errors.UnknownLocation(f"location {pushed.key.id} is not known")
        if pushed.method == "PUT":
            return self._with_part(pushed, location)
        try:
            changed = location.patched(pushed.path, pushed.document)
        except KeyError as missing:
            raise errors.UnknownObject(f"nothing to PATCH at {missing}") from missing
        self.schemas.check("location", changed.document)
        return changed

    def _with_part(self, pushed: Pushed, location: Location) -> Location:
        if len(pushed.path) == 2 and location.part(pushed.path[:1]) is None:
            raise errors.UnknownLocation(f"EVSE {pushed.path[0]} is not known")
        return location.with_part(pushed.path, pushed.document)

    def _record(
        self, pushed: Pushed, held: Stored | None, before: Location | None, changed: Location
    ) -> Stored:
        whole = not pushed.path and pushed.method == "PUT"
        body = pushed.body if whole else self.json.dump(changed.document)
        fresh = Stored(
            key=pushed.key,
            audience=pushed.audience,
            body=body,
            last_updated=parse_time(changed.last_updated),
            origin=pushed.by.id,
        )
        record = fresh if held is None else replace(held, deleted=False, body=fresh.body)
        return replace(
            record,
            last_updated=fresh.last_updated,
            origin=fresh.origin,
            own_times=_own_times(pushed, held, before, changed),
            facets=changed.facets(),
        )


def _is_stale(pushed: Pushed, held: Stored, location: Location, now: datetime) -> bool:
    """Level against level: an EVSE's push against the EVSE's own time, as its owner gave it."""
    part = location.part(pushed.path)
    if part is None:
        return False
    stored = str(part["last_updated"])
    if len(pushed.path) < 2:
        stored = held.own_times.get(_level(pushed.path), stored)
    return is_stale(str(pushed.document["last_updated"]), stored=stored, now=now)


def _own_times(
    pushed: Pushed, held: Stored | None, before: Location | None, changed: Location
) -> Mapping[str, str]:
    """The owner's own times, where the document has, or may have, a child's instead (L-1)."""
    if held is None or before is None or (not pushed.path and pushed.method == "PUT"):
        return {}
    times = dict(held.own_times)
    for above in (pushed.path[:depth] for depth in range(len(pushed.path))):
        times.setdefault(_level(above), _time(before, above))
    if len(pushed.path) < 2:
        own = str(pushed.document["last_updated"])
        times.pop(_level(pushed.path), None)
        if _time(changed, pushed.path) != own:
            times[_level(pushed.path)] = own
    for evse in as_documents(pushed.document.get("evses")):
        if "last_updated" in evse:
            times.pop(ci(evse["uid"]), None)
    return times


def _level(path: Path) -> str:
    return path[0].upper() if path else ""


def _time(location: Location, path: Path) -> str:
    return str(as_document(location.part(path))["last_updated"])


def _foreign_ids(pushed: Pushed) -> list[Problem]:
    """Where ids in the body are not those of the URL, without regard to case (T-OWN-2)."""
    if pushed.path:
        expected = {_IDS[len(pushed.path)]: pushed.path[-1]}
    else:
        owner = pushed.key.owner
        expected = {
            "country_code": owner.country_code,
            "party_id": owner.party_id,
            "id": pushed.key.id,
        }
    return [
        Problem(name, "differs from the URL")
        for name, value in expected.items()
        if name in pushed.document and ci(pushed.document[name]) != value.upper()
    ]
