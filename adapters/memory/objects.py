"""Partners' objects in memory, and the search for locations among them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from adapters.memory.searching import distance_of, matches
from adapters.memory.storable import check_storable
from domain.errors import RecordChanged
from domain.objects.paging import Found, FoundPage, ListPosition, Page, PageRequest, Viewer, fitting
from domain.objects.remarks import NO_REMARKS
from domain.objects.search import LocationQuery
from domain.objects.sessions import COMPLETED
from domain.objects.stored import EVERYONE, ObjectKey, Stored

_GOING_ON = frozenset({"ACTIVE", "PENDING", "RESERVATION"})


@dataclass(frozen=True)
class MemoryObjects:
    """ObjectStore, LocationSearch and SessionWatch in one.

    `billed` has the revision at which a session was noted as billed."""

    held: dict[tuple[ObjectKey, str], Stored] = field(default_factory=dict)
    billed: dict[ObjectKey, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock, repr=False)

    def get(self, key: ObjectKey, audience: str) -> Stored | None:
        with self.lock:
            return self.held.get((key, audience))

    def get_all(self, keys: Collection[ObjectKey]) -> tuple[Stored, ...]:
        return tuple(filter(None, (self.get(key, EVERYONE) for key in keys)))

    def save(self, stored: Stored) -> Stored:
        check_storable(stored)
        with self.lock:
            name = (stored.key, stored.audience)
            held = self.held.get(name)
            if (held.revision if held is not None else 0) != stored.revision:
                raise RecordChanged(str(stored.key))
            created = stored.created if stored.revision else len(self.held) + 1
            saved = replace(stored, revision=stored.revision + 1, created=created)
            self.held[name] = saved
            return saved

    def put(self, fresh: Stored) -> bool:
        check_storable(fresh)
        with self.lock:
            name = (fresh.key, fresh.audience)
            held = self.held.get(name)
            if held is None:
                self.held[name] = replace(fresh, revision=1, created=len(self.held) + 1)
                return True
            if held.deleted or held.last_updated >= fresh.last_updated:
                raise RecordChanged(str(fresh.key))
            kept = fresh.after(held)
            if (owed := fresh.unpublished) is not None:
                kept = kept.with_unseen(owed.unseen, since=owed.since)
            self.held[name] = replace(kept, revision=held.revision + 1)
            return False

    def audiences(self, key: ObjectKey) -> tuple[str, ...]:
        found = [each for each in self._all() if each.key == key and not each.deleted]
        return tuple(sorted(each.audience for each in found))

    def published(self, revisions: Mapping[ObjectKey, int], *, at: datetime) -> int:
        with self.lock:
            still = [
                held
                for key, revision in revisions.items()
                if (held := self.held.get((key, EVERYONE))) is not None
                and held.revision == revision
            ]
            for held in still:
                self.held[held.key, EVERYONE] = replace(held, unpublished=None, published_at=at)
            return len(still)

    def unpublished(
        self,
        *,
        before: datetime,
        limit: int,
        last: Collection[str] = (),
        but_for: Collection[ObjectKey] = (),
    ) -> tuple[Stored, ...]:
        waiting = [
            (stored.key.module in last, stored.unpublished.since, _to_publish(stored))
            for stored in self._all()
            if stored.audience == EVERYONE
            and stored.unpublished is not None
            and stored.unpublished.since < before
            and stored.key not in but_for
        ]
        waiting.sort(key=lambda entry: entry[:2])
        return tuple(stored for *_, stored in waiting[:limit])

    def published_since(
        self, module: str, *, since: datetime, after: str, limit: int
    ) -> tuple[Stored, ...]:
        found = [
            (at, str(stored.key), replace(stored, body=b""))
            for stored in self._all()
            if stored.key.module == module
            and stored.audience == EVERYONE
            and (at := stored.published_at) is not None
            and (at, str(stored.key)) > (since, after)
        ]
        found.sort(key=lambda each: each[:2])
        return tuple(stored for *_, stored in found[:limit])

    def public(self, module: str, *, after: str, limit: int) -> tuple[Stored, ...]:
        found = [
            (f"{stored.key}|{EVERYONE}", _to_publish(stored))
            for stored in self._all()
            if stored.key.module == module and stored.audience == EVERYONE
        ]
        ahead = sorted(found, key=lambda each: each[0])
        behind = f"{after}|{EVERYONE}" if after else ""
        return tuple(stored for name, stored in ahead if name > behind)[:limit]

    def page(self, module: str, request: PageRequest, *, viewer: Viewer) -> Page:
        found = [
            stored
            for stored in self._shown(viewer, lambda stored: stored.key.module == module)
            if not stored.deleted and request.covers(stored.last_updated)
        ]
        ahead = found[request.offset :]
        if request.after is not None:
            ahead = [stored for stored in found if _place(stored) > request.after]
        shown = fitting(
            ahead,
            lambda stored: len(stored.body),
            limit=request.limit,
            most_bytes=request.most_bytes,
        )
        return Page(
            items=tuple(stored.body for stored in shown.items),
            total=len(found),
            more=shown.more,
            last=_place(shown.items[-1]) if shown.items else None,
        )

    def by_id(self, module: str, object_id: str, *, viewer: Viewer) -> tuple[Stored, ...]:
        wanted = (module, object_id.upper())
        found = self._shown(viewer, lambda stored: (stored.key.module, stored.key.id) == wanted)
        return tuple(stored for stored in found if not stored.deleted)

    def search(self, query: LocationQuery) -> FoundPage:
        found = [
            Found(stored.body, distance_of(facets, query))
            for stored in self._shown(
                query.viewer, lambda stored: stored.facets is not None and not stored.deleted
            )
            if (facets := stored.facets) is not None and matches(facets, query)
        ]
        found.sort(key=lambda each: each.distance_m or 0.0)
        shown = fitting(
            found[query.offset :],
            lambda each: len(each.body),
            limit=query.limit,
            most_bytes=query.most_bytes,
        )
        return FoundPage(tuple(shown.items), len(found))

    def quiet(self, *, before: datetime, limit: int) -> tuple[Stored, ...]:
        return self._heard_of_last(before, limit, lambda stored, status: status in _GOING_ON)

    def over(self, *, before: datetime, limit: int) -> tuple[Stored, ...]:
        def is_unbilled(stored: Stored, status: str) -> bool:
            return status == COMPLETED and self.billed.get(stored.key) != stored.revision

        return self._heard_of_last(before, limit, is_unbilled)

    def note_billed(self, keys: Sequence[ObjectKey]) -> None:
        for key in keys:
            stored = self.get(key, EVERYONE)
            if stored is not None:
                self.billed[key] = stored.revision

    def _heard_of_last(
        self, before: datetime, limit: int, fits: Callable[[Stored, str], bool]
    ) -> tuple[Stored, ...]:
        found = [
            (heard_at, str(stored.key), stored)
            for stored in self._all()
            if (watched := stored.watched) is not None
            and (heard_at := watched.heard_at) is not None
            and not stored.deleted
            and heard_at < before
            and fits(stored, watched.status)
        ]
        return tuple(stored for *_, stored in sorted(found, key=lambda each: each[:2]))[:limit]

    def _all(self) -> tuple[Stored, ...]:
        with self.lock:
            return tuple(self.held.values())

    def _shown(self, viewer: Viewer, fits: Callable[[Stored], bool]) -> list[Stored]:
        """What fits and may be seen, in order of creation; of two copies, one (R-GETALL-7)."""
        audiences = (EVERYONE, str(viewer.party))
        mine = (
            stored
            for stored in self._all()
            if stored.audience in audiences
            and stored.key.owner in viewer.owners
            and _is_for(viewer, stored)
            and fits(stored)
        )
        return sorted(_newest(mine), key=_place)


def _to_publish(stored: Stored) -> Stored:
    return replace(
        stored,
        body=b"",
        facets=None,
        watched=None,
        applied=(),
        remarks=NO_REMARKS,
        remarked_at=None,
    )


def _is_for(viewer: Viewer, stored: Stored) -> bool:
    """Whether it is not private, or the viewer's own or for it."""
    private_to = (stored.key.owner, stored.reader)
    return stored.reader is None or viewer.sees_all or viewer.party in private_to


def _place(stored: Stored) -> ListPosition:
    return ListPosition(stored.created, f"{stored.key}|{stored.audience}")


def _newest(copies: Iterable[Stored]) -> Iterable[Stored]:
    kept: dict[ObjectKey, Stored] = {}
    for stored in copies:
        other = kept.get(stored.key)
        if other is None or _precedence(stored) > _precedence(other):
            kept[stored.key] = stored
    return kept.values()


def _precedence(stored: Stored) -> tuple[datetime, bool]:
    return stored.last_updated, stored.audience != EVERYONE
