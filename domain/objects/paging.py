"""One page of a list: which objects, in which order, and how it goes on (T-PAG-1 to T-PAG-8)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from domain.partners.party import PartyId


class ListPosition(NamedTuple):
    """A place in the order of creation: just behind the object created then, of that name.

    Names are the store's own and decide between objects created at the same moment: positions come
    in the order of the list. To go on from a position costs the same at every place in the list,
    and deletions do not move it.
    """

    created: int
    name: str


MOST_BYTES = 8 * 1_048_576
"""Of a page's objects: a page ends before it has more, unless it has one object alone."""


@dataclass(frozen=True)
class PageRequest:
    """`date_from` inclusive and `date_to` exclusive, both over last_updated; `limit` effective.

    `after` is where the page before ended, if that is known: it goes before `offset`.
    """

    offset: int
    limit: int
    date_from: datetime | None = None
    date_to: datetime | None = None
    after: ListPosition | None = None
    most_bytes: int = MOST_BYTES

    def covers(self, last_updated: datetime) -> bool:
        """Whether what was last updated then is asked for."""
        if self.date_from is not None and last_updated < self.date_from:
            return False
        return self.date_to is None or last_updated < self.date_to


@dataclass(frozen=True)
class Page:
    """The objects as stored bytes, and how many match in all for this viewer.

    `more` follow behind it; `last` is where it ends, None if it is empty or cannot be gone on from.
    """

    items: tuple[bytes, ...]
    total: int
    more: bool
    last: ListPosition | None = None


@dataclass(frozen=True)
class Viewer:
    """Who reads, and whose objects it may be shown: required wherever objects are read.

    `sees_all`: every party's private objects too; for the hub's own party, its operators.
    `hidden`: all that have objects are among `owners`, but for these: a store may ask for the
    fewer of the two. None: that is not so.
    """

    party: PartyId
    owners: frozenset[PartyId]
    sees_all: bool = False
    hidden: frozenset[PartyId] | None = None


@dataclass(frozen=True)
class Found:
    """One object that a search found, and how far away it is, in metres; None without a point."""

    body: bytes
    distance_m: float | None


class FoundPage(NamedTuple):
    """A page of what a search found; `total` match in all."""

    items: tuple[Found, ...]
    total: int


_Item = TypeVar("_Item")


class Fitting(NamedTuple, Generic[_Item]):
    """What a page has room for, and whether more follows."""

    items: list[_Item]
    more: bool


def fitting(
    found: Iterable[_Item], size_of: Callable[[_Item], int], *, limit: int, most_bytes: int
) -> Fitting[_Item]:
    """What of `found` a page has room for. Reads one item too many."""
    shown: list[_Item] = []
    left = most_bytes
    for item in found:
        left -= size_of(item)
        if len(shown) == limit or (shown and left < 0):
            return Fitting(shown, more=True)
        shown.append(item)
    return Fitting(shown, more=False)
