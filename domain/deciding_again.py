"""Deciding again where another process has changed the record meanwhile.

A write that lost the race is nothing that a partner or an operator can mend: what decided reads the
record again and decides on what it says now.
"""

from collections.abc import Callable
from typing import TypeVar

from domain import errors

_MOST_TRIES = 50
_Written = TypeVar("_Written")


def until_written(
    write: Callable[[], _Written], it_changes: str, *, tries: int = _MOST_TRIES
) -> _Written:
    """What `write` returns, called again as long as it raises RecordChanged: it reads, then saves.

    `it_changes` says what else happens to the record, such as "the object changes".

    :raises StoreUnavailable: after so many lost races.
    """
    for _ in range(tries):
        try:
            return write()
        except errors.RecordChanged:
            continue
    raise errors.StoreUnavailable(f"{it_changes} faster than it can be written")
