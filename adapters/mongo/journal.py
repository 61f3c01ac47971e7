"""The journal on MongoDB: written by a thread of its own, a collection for each day.

No request waits for it, and none fails by it. What there is no room for is dropped and counted.
"""

import atexit
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Event, Lock, Thread

from bson.errors import BSONError
from pymongo import InsertOne, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DocumentTooLarge, PyMongoError

from adapters.mongo.client import DatabaseOf, Record
from adapters.mongo.journal_figures import Counts
from adapters.mongo.leg_records import day_of, of_messages, record_of
from adapters.mongo.noted_legs import Noted, new_id, size_of, together
from adapters.mongo.reasons import reason_of
from domain.journal.legs import Leg, Spoken

LEGS, MESSAGES = "legs", "messages"
AT_ONCE = 200
EVERY_S = 0.5
FIGURES_EVERY_S = 10.0
MOST_LEGS = 20_000
MOST_BYTES = 64 * 1_048_576
_EARLY = 8 * 1_048_576
"""With so many bytes waiting, the thread does not wait for its time."""
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

    def note(self, leg: Leg, asked: Spoken | None = None, answered: Spoken | None = None) -> None:
        self._writer().note(Noted(leg, asked, answered, size_of(leg, asked, answered)))

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

    def note(self, leg: Leg, asked: Spoken | None = None, answered: Spoken | None = None) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing was noted."""


class _Writer:
    def __init__(self, journal: MongoJournal) -> None:
        self._journal = journal
        self._noted: deque[Noted] = deque()
        self._bytes, self._lost = 0, 0
        self._lock, self._wanted, self._written = Lock(), Event(), Event()
        self._thread: Thread | None = None
        self._is_over = False
        self._ready: set[str] = set()
        self._counts, self._figures_due = Counts(), 0.0

    def note(self, noted: Noted) -> None:
        with self._lock:
            is_full = len(self._noted) >= self._journal.most_legs
            if is_full or self._bytes + noted.size > self._journal.most_bytes:
                self._lost += 1
                return
            self._noted.append(noted)
            self._bytes += noted.size
            if self._thread is None:
                self._thread = Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()
                atexit.register(self.flush, _AT_THE_END_S)
        if self._bytes > _EARLY:
            self._wanted.set()

    def flush(self, within_s: float) -> None:
        if self._thread is not None and self._thread.is_alive():
            self._written.clear()
            self._wanted.set()
            self._written.wait(within_s)

    def end(self, within_s: float) -> None:
        """The thread ends once it has written all that was noted; it is not waited for longer."""
        self._is_over = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(within_s)
        atexit.unregister(self.flush)

    def _run(self) -> None:
        """Round after round; the last one writes what was noted before the end was told."""
        pause_s, is_over = self._journal.every_s, False
        while not is_over:
            is_over = self._is_over
            is_asked = self._wanted.wait(0 if is_over else pause_s) or is_over
            self._wanted.clear()
            pause_s = self._journal.every_s if self._wrote_all(is_asked) else _TRIES_AGAIN_S
            try:
                self._tell_lost()
            except Exception:  # noqa: BLE001 - the thread that ends for a count writes no leg
                _log.exception("it cannot be counted what the journal has dropped")
            if is_asked:
                self._written.set()

    def _wrote_all(self, is_asked: bool) -> bool:
        try:
            while self._write_some():
                pass
            self._write_figures(at_once=is_asked)
        except PyMongoError as failure:
            _log.warning("the journal is not written: %s", reason_of(failure))
            return False
        return True

    def _write_figures(self, *, at_once: bool) -> None:
        """Every few seconds: each partner, module and outcome is a write of its own."""
        if not at_once and time.monotonic() < self._figures_due:
            return
        self._figures_due = time.monotonic() + FIGURES_EVERY_S
        try:
            self._counts.write(self._journal.database())
        except (BulkWriteError, *_TAKEN_NEVER):
            self._counts.forget()

    def _tell_lost(self) -> None:
        with self._lock:
            lost, self._lost = self._lost, 0
        if lost:
            self._journal.dropped(lost)

    def _write_some(self) -> bool:
        """Whether there may be more. What could not be written, and may be later, stays."""
        with self._lock:
            noted = list(islice(self._noted, AT_ONCE))
        if not noted:
            return False
        try:
            self._write(noted)
        except BulkWriteError as refused:
            self._lose(len(refused.details.get("writeErrors", ())))
        except _TAKEN_NEVER:
            self._write_alone(noted)
        except PyMongoError:
            raise
        except Exception:  # noqa: BLE001 - the thread that ends for one leg writes no other
            _log.exception("legs could not be put together for the journal")
            self._write_alone(noted)
        self._count(noted)
        self._forget(noted)
        return len(noted) == AT_ONCE

    def _count(self, noted: Sequence[Noted]) -> None:
        for each in noted:
            try:
                self._counts.add([each.leg])
            except Exception:  # noqa: BLE001 - it is written: to try it again would write it twice
                _log.exception("a leg could not be counted")

    def _write_alone(self, noted: Sequence[Noted]) -> None:
        """One of them cannot be stored: the others are, one by one."""
        for each in noted:
            try:
                self._write([each])
            except (BulkWriteError, *_TAKEN_NEVER):
                self._lose(1)
            except PyMongoError:
                raise
            except Exception:  # noqa: BLE001 - it is counted, and the others are written
                self._lose(1)

    def _lose(self, many: int) -> None:
        with self._lock:
            self._lost += many

    def _forget(self, noted: Sequence[Noted]) -> None:
        with self._lock:
            for each in noted:
                self._noted.popleft()
                self._bytes -= each.size

    def _write(self, noted: Sequence[Noted]) -> None:
        by_day = dict[str, tuple[list[InsertOne[Record]], list[InsertOne[Record]]]]()
        for legs in together(noted):
            first = legs[0]
            heads, messages = by_day.setdefault(day_of(first.leg.at), ([], []))
            name = new_id(first.leg)
            heads.append(InsertOne(record_of([each.leg for each in legs], name)))
            if kept := of_messages(first.asked, first.answered):
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
