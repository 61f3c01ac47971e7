"""What partners own: kept as it came, found by list, id or place, or quarantined as unsound.

Apart from what is owed of it, so that a write of an object is one write.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from domain.objects.paging import FoundPage, Page, PageRequest, Viewer
from domain.objects.quarantine import Quarantined, Remarked
from domain.objects.search import LocationQuery
from domain.objects.stored import ObjectKey, Stored


class ObjectStore(Protocol):
    """Partners' objects, one record per (key, audience)."""

    def get(self, key: ObjectKey, audience: str) -> Stored | None:
        """The record, deleted ones too."""
        ...

    def get_all(self, keys: Collection[ObjectKey]) -> tuple[Stored, ...]:
        """The records of these that are for all readers, deleted ones too, in any order.

        What no send needs may be missing: facets, watched, applied, remarks.
        """
        ...

    def save(self, stored: Stored) -> Stored:
        """Write the record if its revision is still the stored one (0: it is new).

        ONE atomic, durable write with everything in it: bytes, facets, what is unpublished. A new
        record gets `created`, by which lists are ordered for ever (T-PAG-5). Returns it with the
        next revision.

        :raises errors.RecordChanged: if another process wrote it meanwhile.
        """
        ...

    def put(self, fresh: Stored) -> bool:
        """Write a whole object without reading: there is none, or an older one takes its leave.

        Older is by last_updated. ONE atomic, durable write as of `save`. What the store knows of
        the older one stays: when it was created and published, and since when it is unpublished;
        what is unpublished of it is `fresh`'s. Whether it is new.

        :raises errors.RecordChanged: if what is there is deleted or not older: read it, and decide.
        """
        ...

    def audiences(self, key: ObjectKey) -> tuple[str, ...]:
        """The audiences that there is a record of this object for, not counting deleted ones."""
        ...

    def published(self, revisions: Mapping[ObjectKey, int], *, at: datetime) -> int:
        """Clear what is unpublished of each whose revision is still this one, and note when.

        How many those were. One write for all of a module, each compared by itself. Safe to repeat.
        """
        ...

    def unpublished(
        self,
        *,
        before: datetime,
        limit: int,
        last: Collection[str] = (),
        but_for: Collection[ObjectKey] = (),
    ) -> tuple[Stored, ...]:
        """Objects whose oldest unpublished change is older than `before`, oldest first.

        Those of the modules `last` come behind all others, those of `but_for` not at all, and none
        that cannot be read. With what publishing asks for, and no more: they are not to be saved.
        """
        ...

    def published_since(
        self, module: str, *, since: datetime, after: str, limit: int
    ) -> tuple[Stored, ...]:
        """What was published to readers since then, deleted ones too, in the order of that.

        Without their bytes. `after` is the key of the last one of the page before, as text, whose
        time `since` is then; empty at first.
        """
        ...

    def public(self, module: str, *, after: str, limit: int) -> tuple[Stored, ...]:
        """What is for all readers, deleted ones too, in an order that no change moves.

        Each as `unpublished` has it. `after` is the key of the last one of the page before, as
        text; empty at first.
        """
        ...

    def page(self, module: str, request: PageRequest, *, viewer: Viewer) -> Page:
        """A page of what the viewer may see, in order of creation; nothing deleted.

        With `request.after` it costs the same wherever it is; without, skipping the offset costs.
        Of an object that it has an own copy of, the copy with the newer last_updated, on a tie its
        own (R-GETALL-7).
        """
        ...

    def by_id(self, module: str, object_id: str, *, viewer: Viewer) -> tuple[Stored, ...]:
        """The objects of this id, one per owner, that the viewer may see; copies as in `page`."""
        ...


class LocationSearch(Protocol):
    def search(self, query: LocationQuery) -> FoundPage:
        """One page of those that match. With `near`: nearest first; else in order of creation.

        Only records with facets, not deleted, that the query's viewer may see.

        :raises errors.InvalidParameter: if there is too much to look through.
        """
        ...


class Quarantine(Protocol):
    def put(self, found: Quarantined) -> None:
        """Keep it; the same object seen again replaces itself.

        When it was quarantined first, and whether it was accepted, stay as they were.
        """
        ...

    def get(self, ref: str) -> Quarantined | None:
        """The one that operators call so."""
        ...

    def of(self, partner_id: str, module: str, name: str) -> Quarantined | None:
        """What is quarantined of this object; `name` without regard to case."""
        ...

    def accept(self, ref: str, *, at: datetime) -> None:
        """Note that an operator let it in. Safe to repeat."""
        ...

    def all(self, *, partner_id: str | None = None, limit: int = 100) -> tuple[Quarantined, ...]:
        """What was kept, seen last first."""
        ...

    def clear(self, partner_id: str, module: str, *, before: datetime) -> int:
        """Forget what was not seen again since `before`: it is well, or gone; how many."""
        ...


class RemarkList(Protocol):
    """What was taken with remarks: they are kept with the objects, and go when those come well."""

    def all(
        self, *, partner_id: str | None = None, module: str | None = None, limit: int = 100
    ) -> tuple[Remarked, ...]:
        """The objects that have remarks, seen last first."""
        ...

    def count(self, *, partner_id: str | None = None, module: str | None = None) -> int:
        """How many there are."""
        ...
