"""The journal on MongoDB: written by a thread of its own, a collection for each day.

No request waits for it, and none fails by it. What there is no room for is dropped and counted.
"""

import atexit
import logging
import os
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from threading import Event, Lock, Thread

from bson.errors import BSONError
from pymongo import InsertOne, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DocumentTooLarge, PyMongoError

from adapters.mongo.client import DatabaseOf, Record
from adapters.mongo.leg_records import day_of, of_messages, record_of
from adapters.mongo.reasons import reason_of
from domain.journal.legs import Leg, Message

LEGS, MESSAGES = "legs", "messages"
AT_ONCE = 500
TOGETHER = 100
"""So many legs are in one record at most."""
SPAN = timedelta(seconds=10)
"""The legs of one record begin within this."""
EVERY_S = 0.5
MOST_LEGS = 20_000
MOST_BYTES = 64 * 1_048_576
_BESIDE = 1_000
"""Bytes that a leg takes beside its bodies."""
_TRIES_AGAIN_S = 5.0
_AT_THE_END_S = 3.0
_TAKEN_NEVER = (BSONError, UnicodeError, OverflowError, DocumentTooLarge)
_FOR_WRITING = WriteConcern(w=1, j=False)
_log = logging.getLogger(__name__)


def _not_counted(_: int) -> None:
    """Tell of no drops."""


@dataclass(frozen=True)
class MongoJournal:
    """Notes legs in `database`. `dropped` is told how many were not kept."""

    database: DatabaseOf
    dropped: Callable[[int], None] = field(default_factory=lambda: _not_counted, repr=False)
    every_s: float = EVERY_S
    most_legs: int = MOST_LEGS
    most_bytes: int = MOST_BYTES
    writers: dict[int, "_Writer"] = field(default_factory=dict, repr=False)

    def note(self, leg: Leg) -> None:
        self._writer().note(leg)

    def flush(self) -> None:
        """Write what was noted until now; returns when it is tried, at most some seconds later."""
        self._writer().flush(_AT_THE_END_S)

    def close(self) -> None:
        """Write what was noted, and end this process's thread; the next leg begins another."""
        mine = self.writers.pop(os.getpid(), None)
        if mine is not None:
            mine.end(_AT_THE_END_S)

    def _writer(self) -> "_Writer":
        """This process's own: threads do not survive a fork."""
        mine = self.writers.get(os.getpid())
        return mine or self.writers.setdefault(os.getpid(), _Writer(self))


class NoJournal:
    """Where the settings say that none is kept."""

    def note(self, leg: Leg) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing was noted."""


class _Writer:
    def __init__(self, journal: MongoJournal) -> None:
        self._journal = journal
        self._noted: deque[Leg] = deque()
        self._bytes, self._lost = 0, 0
        self._lock, self._wanted, self._written = Lock(), Event(), Event()
        self._thread: Thread | None = None
        self._is_over = False
        self._ready: set[str] = set()

    def note(self, leg: Leg) -> None:
        size = _size(leg)
        with self._lock:
            is_full = len(self._noted) >= self._journal.most_legs
            if is_full or self._bytes + size > self._journal.most_bytes:
                self._lost += 1
                return
            self._noted.append(leg)
            self._bytes += size
            if self._thread is None:
                self._thread = Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()
                atexit.register(self.flush, _AT_THE_END_S)

    def flush(self, within_s: float) -> None:
        if self._thread is not None and self._thread.is_alive():
            self._written.clear()
            self._wanted.set()
            self._written.wait(within_s)

    def end(self, within_s: float) -> None:
        self._is_over = True
        self.flush(within_s)
        atexit.unregister(self.flush)

    def _run(self) -> None:
        pause_s = self._journal.every_s
        while not self._is_over:
            is_asked = self._wanted.wait(pause_s)
            self._wanted.clear()
            pause_s = self._journal.every_s
            try:
                while self._write_some():
                    pass
            except PyMongoError as failure:
                _log.warning("the journal is not written: %s", reason_of(failure))
                pause_s = _TRIES_AGAIN_S
            self._tell_lost()
            if is_asked:
                self._written.set()

    def _tell_lost(self) -> None:
        with self._lock:
            lost, self._lost = self._lost, 0
        if lost:
            self._journal.dropped(lost)

    def _write_some(self) -> bool:
        """Whether there may be more. What could not be written, and may be later, stays."""
        with self._lock:
            legs = list(islice(self._noted, AT_ONCE))
        if not legs:
            return False
        try:
            self._write(legs)
        except BulkWriteError as refused:
            self._lose(len(refused.details.get("writeErrors", ())))
        except _TAKEN_NEVER:
            self._write_alone(legs)
        except PyMongoError:
            raise
        except Exception:  # noqa: BLE001 - the thread that ends for one leg writes no other
            _log.exception("legs could not be put together for the journal")
            self._write_alone(legs)
        self._forget(legs)
        return len(legs) == AT_ONCE

    def _write_alone(self, legs: Sequence[Leg]) -> None:
        """One of them cannot be stored: the others are, one by one."""
        for leg in legs:
            try:
                self._write([leg])
            except (BulkWriteError, *_TAKEN_NEVER):
                self._lose(1)
            except PyMongoError:
                raise
            except Exception:  # noqa: BLE001 - it is counted, and the others are written
                self._lose(1)

    def _lose(self, many: int) -> None:
        with self._lock:
            self._lost += many

    def _forget(self, legs: Sequence[Leg]) -> None:
        with self._lock:
            for leg in legs:
                self._noted.popleft()
                self._bytes -= _size(leg)

    def _write(self, legs: Sequence[Leg]) -> None:
        by_day = dict[str, tuple[list[InsertOne[Record]], list[InsertOne[Record]]]]()
        for together in _together(legs):
            first = together[0]
            heads, messages = by_day.setdefault(day_of(first.at), ([], []))
            name = new_id(first)
            heads.append(InsertOne(record_of(together, name)))
            kept = of_messages(first) if len(together) == 1 else None
            if kept is not None:
                messages.append(InsertOne({"_id": name, **kept}))
        for day, (heads, messages) in by_day.items():
            self._collection(LEGS, day).bulk_write(heads, ordered=False)
            if messages:
                self._collection(MESSAGES, day).bulk_write(messages, ordered=False)

    def _collection(self, kind: str, day: str) -> Collection[Record]:
        name = f"{kind}_{day}"
        collection = self._journal.database().get_collection(name, write_concern=_FOR_WRITING)
        if name not in self._ready:
            if kind == LEGS:
                collection.create_index([("k", 1), ("_id", 1)], name="found")
            self._ready.add(name)
        return collection


def new_id(leg: Leg) -> str:
    """In the order of time: milliseconds, and what tells those of one apart."""
    return f"{int(leg.at.timestamp() * 1000):012x}{secrets.token_hex(6)}"


def _together(legs: Iterable[Leg]) -> Iterator[list[Leg]]:
    """Those that go together, as many as one record takes; each of the others by itself."""
    group = list[Leg]()
    for leg in legs:
        if not leg.goes_together:
            yield [leg]
            continue
        if group and (len(group) == TOGETHER or _is_later(group[0], leg)):
            yield group
            group = []
        group.append(leg)
    if group:
        yield group


def _is_later(first: Leg, leg: Leg) -> bool:
    """Whether a record that begins with the one would not be looked for at the other's time."""
    return day_of(first.at) != day_of(leg.at) or leg.at - first.at > SPAN


def _size(leg: Leg) -> int:
    messages = (each for each in (leg.asked, leg.answered) if each is not None)
    return _BESIDE + len(leg.address) + sum(map(_length, messages))


def _length(message: Message) -> int:
    """Headers count, too: sixty of a thousand characters are as much as a body."""
    return len(message.body) + sum(
        len(name) + len(value) for name, value in message.headers.items()
    )
