"""What a pump has read lately: one change goes to many readers at the same time.

An object that was read within the last second goes out as it was read, unless it has changed for
this reader since then: each later change has deliveries of its own.
"""

import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Generic, TypeVar

from application.modules import MODULES
from domain.documents import as_document
from domain.objects.carried import OcpiObject
from domain.objects.stored import ObjectKey, Stored
from domain.ports import Json, ObjectStore

_MOST_BYTES = 4 * 1024 * 1024
"""Of the objects as they came; parsed they take some ten times as much."""
_AS_OF_S = 1.0
_TURNS = 64
_AHEAD = 100
_Key = TypeVar("_Key", bound=Hashable)
_Known = TypeVar("_Known")


@dataclass(frozen=True)
class KnownObject:
    """A stored object, and when it was asked for, by this process's clock."""

    stored: Stored
    asked_at: float
    json: Json

    @cached_property
    def parsed(self) -> OcpiObject:
        """What its bytes say: found out once, for the first reader."""
        return MODULES[self.stored.key.module].object(
            as_document(self.json.parse(self.stored.body))
        )


@dataclass
class Lately(Generic[_Key, _Known]):
    """What was used last, up to a weight in all. Safe for threads."""

    most: int
    weight: int = 0
    since: float = 0.0
    held: OrderedDict[_Key, tuple[_Known, int]] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock, repr=False)

    def get(self, key: _Key) -> _Known | None:
        with self.lock:
            if key not in self.held:
                return None
            self.held.move_to_end(key)
            return self.held[key][0]

    def put(self, key: _Key, known: _Known, weight: int = 1) -> None:
        """Keep it, and drop what was used least lately where it is too much."""
        with self.lock:
            _, before = self.held.pop(key, (None, 0))
            self.held[key] = (known, weight)
            self.weight += weight - before
            while self.weight > self.most:
                _, (_, dropped) = self.held.popitem(last=False)
                self.weight -= dropped

    def clear(self, now: float) -> None:
        """Forget all; `since` says when, for those who are about to put what they read before."""
        with self.lock:
            self.held.clear()
            self.weight, self.since = 0, now


@dataclass(frozen=True)
class RecentlyRead:
    """Objects as they were within the last second.

    Of several that ask for the same object at once, one reads it: `turns` parts them by its key.
    """

    objects: ObjectStore
    json: Json
    known_objects: Lately[ObjectKey, KnownObject] = field(
        default_factory=lambda: Lately(_MOST_BYTES)
    )

    turns: tuple[Lock, ...] = field(
        default_factory=lambda: tuple(Lock() for _ in range(_TURNS)), repr=False
    )

    def object(self, key: ObjectKey, *, revision: int) -> KnownObject | None:
        """The object of this key, deleted ones too; not older than this revision."""
        known = self._lately(key, revision)
        if known is not None:
            return known
        with self.turns[hash(key) % _TURNS]:
            return self._lately(key, revision) or self._read([key]).get(key)

    def present(self, key: ObjectKey) -> KnownObject | None:
        """The object of this key as the store has it now."""
        return self._read([key]).get(key)

    def forget(self) -> None:
        """What was read until now does not go out any more.

        Another pump may have sent a later state to a lane that this one has only now.
        """
        self.known_objects.clear(time.monotonic())

    def read_ahead(self, revisions: Mapping[ObjectKey, int]) -> None:
        """Read what is not known, not older than these revisions: many in one question."""
        wanted = [key for key, each in revisions.items() if not self._lately(key, each)]
        if len(wanted) > 1:
            self._read(wanted[:_AHEAD])

    def _lately(self, key: ObjectKey, revision: int) -> KnownObject | None:
        known = self.known_objects.get(key)
        if known is None or known.stored.revision < revision:
            return None
        is_after = known.asked_at >= self.known_objects.since
        return known if is_after and time.monotonic() - known.asked_at < _AS_OF_S else None

    def _read(self, wanted: Sequence[ObjectKey]) -> dict[ObjectKey, KnownObject]:
        asked_at = time.monotonic()
        read = {}
        for stored in self.objects.get_all(wanted):
            read[stored.key] = KnownObject(stored, asked_at, self.json)
            self.known_objects.put(stored.key, read[stored.key], len(stored.body))
        return read
