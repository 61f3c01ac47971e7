"""The way to MongoDB: one client a process, durable writes, and one word for its failures."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any

from bson.errors import BSONError
from pymongo import MongoClient, WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError, PyMongoError
from pymongo.monitoring import CommandListener

from adapters.mongo.reasons import reason_of
from domain.errors import StoreUnavailable, Unstorable

Record = dict[str, Any]
"""A document as MongoDB keeps it; field names are the hub's own, never a partner's."""


def known_of(record: Record, kind: type) -> Record:
    """The fields of this dataclass: those of a later version, that was gone back from, are not."""
    named = {each.name for each in fields(kind)}
    return {name: value for name, value in record.items() if name in named}


_NOT_WAITED_FOR = WriteConcern(w=1, j=False)


def not_waited_for(records: Collection[Record]) -> Collection[Record]:
    """The same collection, for writes that may be lost with the mongod that took them.

    Only what is done again if it is lost may be written so; it is seen at once all the same. A
    write that is waited for brings all to disk that came before it.
    """
    return records.with_options(write_concern=_NOT_WAITED_FOR)


DatabaseOf = Callable[[], Database[Record]]
"""Gives this process's database."""

_TAKES_NEVER = frozenset({15, 22, 10334, 13548, 17280, 17419, 17420})
"""Overflow (too deep), InvalidBSON, BSONObjectTooLarge, BufBuilder's limit, a key that is too long,
and a document that an update makes too large, in two places."""
_SIZE = "BSONObj size"


@dataclass(frozen=True)
class Mongo:
    """Opens a client on first use, another one after a fork: clients do not survive forks.

    `timeout_s` bounds every operation with its retries; 5 to 8 s ride over a restart of mongod.
    `pool` is how many operations may be under way at once: the threads of a process.
    `found_within_s` bounds the search for a primary, where that is less. `listeners` are told of
    each question.
    """

    url: str = field(repr=False)
    name: str
    timeout_s: float = 8.0
    found_within_s: float | None = field(default=None, repr=False)
    listeners: tuple[CommandListener, ...] = field(default=(), repr=False)
    pool: int = 100
    opened: dict[int, Database[Record]] = field(default_factory=dict, repr=False)

    def __call__(self) -> Database[Record]:
        database = self.opened.get(os.getpid())
        return self._open() if database is None else database

    def beside(self, name: str) -> DatabaseOf:
        """Another database on the same servers, by the same client."""
        return lambda: self().client[name]

    def close(self) -> None:
        """Close this process's client; the next use opens another."""
        database = self.opened.pop(os.getpid(), None)
        if database is not None:
            database.client.close()

    def _open(self) -> Database[Record]:
        fresh = MongoClient[Record](
            self.url,
            appname="ocpi-hub",
            tz_aware=True,
            w="majority",
            journal=True,
            retryWrites=True,
            retryReads=True,
            timeoutMS=int(self.timeout_s * 1000),
            serverSelectionTimeoutMS=int((self.found_within_s or self.timeout_s) * 1000),
            maxPoolSize=self.pool,
            event_listeners=self.listeners,
        )[self.name]
        kept = self.opened.setdefault(os.getpid(), fresh)
        if kept is not fresh:
            fresh.client.close()
        return kept


@contextmanager
def answering() -> Iterator[None]:
    """For a whole operation of a store, as a decorator or around a block.

    :raises Unstorable: if MongoDB, or its driver, takes no such record at any time.
    :raises StoreUnavailable: from every other error of the driver.
    """
    try:
        yield
    except (BSONError, UnicodeError, OverflowError, RecursionError) as error:
        raise Unstorable("MongoDB takes no such record: it is no text, or too deep") from error
    except PyMongoError as error:
        if _codes(error) & _TAKES_NEVER or _SIZE in str(error):
            raise Unstorable("MongoDB takes no such record: too large or too deep") from error
        raise StoreUnavailable(reason_of(error)) from error


def _codes(error: PyMongoError) -> set[int]:
    """The server's, of the operation or of each write of a bulk."""
    details = getattr(error, "details", None) or {}
    refused = details.get("writeErrors", ()) if isinstance(error, BulkWriteError) else ()
    return {getattr(error, "code", None) or 0, *(int(each["code"]) for each in refused)}
