"""What a pump has read lately: one change goes to many readers, one after the other.

Nothing here is taken for what is: each use asks the store whether the revision is still the same,
which costs a tenth of reading and parsing it again.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from application.modules import MODULES
from domain.documents import as_document
from domain.objects.carried import OcpiObject
from domain.objects.stored import EVERYONE, ObjectKey, Stored
from domain.ports import Json, ObjectStore

_MOST_BYTES = 4 * 1024 * 1024
"""Of the objects as they came; parsed they take some ten times as much."""
_Key = TypeVar("_Key", bound=Hashable)
_Known = TypeVar("_Known")


@dataclass(frozen=True)
class KnownObject:
    """A stored object, and what its bytes say."""

    stored: Stored
    parsed: OcpiObject


@dataclass
class Lately(Generic[_Key, _Known]):
    """What was used last, up to a weight in all. Safe for threads."""

    most: int
    weight: int = 0
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


@dataclass(frozen=True)
class RecentlyRead:
    """Objects as they are at this moment."""

    objects: ObjectStore
    json: Json
    known_objects: Lately[ObjectKey, KnownObject] = field(
        default_factory=lambda: Lately(_MOST_BYTES)
    )

    def object(self, key: ObjectKey) -> KnownObject | None:
        """The object of this key, deleted ones too."""
        known = self.known_objects.get(key)
        if known is None:
            stored = self.objects.get(key, EVERYONE)
        else:
            stored = self.objects.refresh(known.stored)
        if stored is None:
            return None
        if known is None or stored is not known.stored:
            parsed = MODULES[key.module].object(as_document(self.json.parse(stored.body)))
            known = KnownObject(stored, parsed)
            self.known_objects.put(key, known, len(stored.body))
        return known
