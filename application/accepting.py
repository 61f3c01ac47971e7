"""Taking what a party pushes to the hub: from the moment this returns the hub answers for it.

One use case, one document, one write: the object, and that it is still to be published, are one
atomic record (design D4). However many readers there are, the owner waits for that one write.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from application.modules import MODULES
from domain import errors
from domain.carried import OcpiObject
from domain.documents import Document, as_document, ci
from domain.errors import Problem
from domain.levels import is_older, own_times
from domain.objects import EVERYONE, Change, ObjectKey, Path, Stored
from domain.partner import Partner
from domain.ports import Clock, Counters, Json, ObjectStore, Schemas, Wake
from domain.times import parse_time

_MOST_TRIES = 50


@dataclass(frozen=True)
class Pushed:
    """A PUT or PATCH of an object or a part of it, its body parsed but not judged yet.

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
        """The schema of what is pushed."""
        return self.of.kinds[len(self.path)]

    @property
    def of(self) -> type[OcpiObject]:
        """What kind of object it is, or is a part of."""
        return MODULES[self.key.module].object


@dataclass(frozen=True)
class Accepted:
    """What became of a push: a new object or part, a changed one, or nothing (`stale`)."""

    created: bool = False
    stale: bool = False


@dataclass(frozen=True)
class Accepting:
    """Stores objects as their owners say they are now."""

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

        Concurrent pushes of one object lose nothing: whoever comes second decides again.

        :raises InvalidDocument: if it, or what a PATCH makes of the object, breaks section 4.
        :raises UnknownObject: for a PATCH of what is not there, or a part without its parent (L-4).
        """
        self.check(pushed)
        accepted = self._retried(pushed, self._write)
        if accepted.stale:
            self.counters.count("stale_pushes", module=pushed.key.module)
        else:
            self.wake.publish(pushed.key)
        return accepted

    def take_if_newer(self, pulled: Pushed) -> bool:
        """Store what was pulled where the hub has nothing, or something older; whether it did.

        :raises InvalidDocument: if it breaks section 4.
        """
        return self._is_newer(pulled) and not self.take(pulled).stale

    def refresh_copy(self, pulled: Pushed) -> bool:
        """Keep what was pulled as the copy of its audience, if it is newer; whether it is."""
        is_newer = self._is_newer(pulled)
        if is_newer:
            self.keep_copy(pulled)
        return is_newer

    def keep_copy(self, pushed: Pushed) -> None:
        """Keep what was passed on to one party as the copy for that party alone (R-GETALL-7).

        A part or a PATCH builds on the party's own copy, else on everybody's; where there is
        neither, nothing is kept. The push was checked and passed on before.
        """
        try:
            self._retried(pushed, self._write_copy)
        except (errors.UnknownObject, errors.InvalidDocument):
            self.counters.count("copies_not_kept", module=pushed.key.module)

    def _is_newer(self, pulled: Pushed) -> bool:
        held = self.objects.get(pulled.key, pulled.audience)
        return held is None or held.deleted or held.last_updated < _pushed_time(pulled)

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
        known = self._known(pushed, held)
        times = {} if held is None else held.own_times
        if known is not None and is_older(
            pushed.document, known, pushed.path, own_times=times, now=now
        ):
            return Accepted(stale=True)
        changed = self._changed(pushed, known)
        change = Change(
            method=pushed.method,
            path=pushed.path,
            body=pushed.body if pushed.path or pushed.method == "PATCH" else None,
            correlation_id=pushed.correlation_id,
        )
        record = self._record(pushed, held, known, changed)
        self.objects.save(record.with_change(change, now=now))
        return Accepted(created=known is None or known.part(pushed.path) is None)

    def _write_copy(self, pushed: Pushed, held: Stored | None) -> Accepted:
        base = held
        if base is None and (pushed.path or pushed.method == "PATCH"):
            base = self.objects.get(pushed.key, EVERYONE)
        known = self._known(pushed, base)
        changed = self._changed(pushed, known)
        record = self._record(pushed, held, known, changed)
        self.objects.save(replace(record, facets=None))
        return Accepted(created=held is None)

    def _known(self, pushed: Pushed, held: Stored | None) -> OcpiObject | None:
        if held is None or held.deleted:
            return None
        return pushed.of(as_document(self.json.parse(held.body)))

    def _changed(self, pushed: Pushed, known: OcpiObject | None) -> OcpiObject:
        if not pushed.path and pushed.method == "PUT":
            return pushed.of(pushed.document)
        if known is None:
            raise pushed.of.unknown(f"{pushed.key.id} is not known")
        try:
            if pushed.method == "PUT":
                return known.with_part(pushed.path, pushed.document)
            changed = known.patched(pushed.path, pushed.document)
        except KeyError as missing:
            raise pushed.of.unknown(f"there is no {missing} in {pushed.key.id}") from missing
        self.schemas.check(pushed.of.kinds[0], changed.document)
        return changed

    def _record(
        self, pushed: Pushed, held: Stored | None, before: OcpiObject | None, changed: OcpiObject
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
            own_times={} if held is None else _own_times(pushed, held, before, changed),
            facets=changed.facets(),
        )


def _pushed_time(pushed: Pushed) -> datetime:
    return parse_time(str(pushed.document["last_updated"]))


def _own_times(
    pushed: Pushed, held: Stored, before: OcpiObject | None, changed: OcpiObject
) -> Mapping[str, str]:
    """A whole object starts them anew."""
    if before is None or (not pushed.path and pushed.method == "PUT"):
        return {}
    return own_times(pushed.document, before, changed, pushed.path, known=held.own_times)


def _foreign_ids(pushed: Pushed) -> list[Problem]:
    """Where ids in the body are not those of the URL, without regard to case (T-OWN-2)."""
    id_field = pushed.of.id_fields[len(pushed.path)]
    expected = {id_field: pushed.path[-1] if pushed.path else pushed.key.id}
    if not pushed.path:
        owner = pushed.key.owner
        expected |= {"country_code": owner.country_code, "party_id": owner.party_id}
        expected |= {"type": pushed.key.kind} if pushed.key.kind else {}
    return [
        Problem(name, "differs from the URL")
        for name, value in expected.items()
        if name in pushed.document and ci(pushed.document[name]) != value.upper()
    ]
