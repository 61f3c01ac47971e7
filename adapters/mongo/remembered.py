"""Bodies that lists showed lately, so that the store need not send two megabytes again.

What a viewer may see is asked of the store each time, with each object's revision: a body is used
for its own revision alone. A revision that a majority has is never another body's, so bodies are
remembered as a majority has them.
"""

from collections.abc import Iterator, Sequence
from random import SystemRandom
from threading import Lock
from typing import NamedTuple

from pymongo.collection import Collection

from adapters.mongo.bodies import read
from adapters.mongo.client import Record
from adapters.mongo.stamps import for_good

_FIELDS = {"body": 1, "created": 1, "revision": 1}
_CHANCE = SystemRandom()
_BESIDE = 400
"""Bytes that a body takes beside its own."""


class _Version(NamedTuple):
    created: int
    revision: int


class _Kept(NamedTuple):
    version: _Version
    body: bytes
    at: int

    @property
    def size(self) -> int:
        return len(self.body) + _BESIDE


class Remembered:
    """What one process remembers, `most` bytes of it; 0: nothing. Safe for threads. `held`: bytes.

    A body that is forgotten is taken by chance: of a list that is longer than there is room for,
    and is read again and again from its beginning, the oldest would always be the next.
    """

    def __init__(self, most: int = 0) -> None:
        self._most, self.held = most, 0
        self._kept: dict[str, _Kept] = {}
        self._names: list[str] = []
        self._lock = Lock()

    def read(self, objects: Collection[Record], places: Sequence[Record]) -> Iterator[Record]:
        """Name and body of each that `places` name, in this order, as they are read in `read`.

        A body is at least of the revision there, if a majority has that already.
        """
        known = {each["_id"]: self._body_of(each) for each in places}
        sizes = [len(body) for body in known.values() if body is not None]
        missing = [name for name, body in known.items() if body is None]
        usual = sum(sizes) // len(sizes) if sizes else None
        found = read(for_good(objects), missing, _FIELDS, size=usual)
        coming = next(found, None)
        for name, body in known.items():
            if body is not None:
                yield {"_id": name, "body": body}
            elif coming is not None and coming["_id"] == name:
                self._note(coming)
                yield coming
                coming = next(found, None)

    def _body_of(self, place: Record) -> bytes | None:
        kept = self._kept.get(place["_id"])
        return kept.body if kept is not None and kept.version == _version_of(place) else None

    def _note(self, record: Record) -> None:
        with self._lock:
            self._forget(record["_id"])
            kept = _Kept(_version_of(record), record["body"], len(self._names))
            if kept.size > self._most:
                return
            self._kept[record["_id"]] = kept
            self._names.append(record["_id"])
            self.held += kept.size
            while self.held > self._most:
                self._forget(_CHANCE.choice(self._names))

    def _forget(self, name: str) -> None:
        """The last of the names takes its place."""
        gone = self._kept.pop(name, None)
        if gone is None:
            return
        self.held -= gone.size
        last = self._names.pop()
        if last != name:
            self._names[gone.at] = last
            self._kept[last] = self._kept[last]._replace(at=gone.at)


def _version_of(record: Record) -> _Version:
    return _Version(record["created"], record["revision"])
