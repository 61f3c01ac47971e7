"""One page of a list: which objects, in which order, and how it goes on (T-PAG-1 to T-PAG-8)."""

from dataclasses import dataclass
from datetime import datetime

from domain.party import PartyId


@dataclass(frozen=True)
class PageRequest:
    """`date_from` inclusive and `date_to` exclusive, both over last_updated; `limit` effective."""

    offset: int
    limit: int
    date_from: datetime | None = None
    date_to: datetime | None = None


@dataclass(frozen=True)
class Page:
    """The objects as stored bytes, and how many match in all for this viewer."""

    items: tuple[bytes, ...]
    total: int


@dataclass(frozen=True)
class Viewer:
    """Who reads, and whose objects it may be shown: required wherever objects are read."""

    party: PartyId
    owners: frozenset[PartyId]


@dataclass(frozen=True)
class Found:
    """One object that a search found, and how far away it is, in metres; None without a point."""

    body: bytes
    distance_m: float | None
