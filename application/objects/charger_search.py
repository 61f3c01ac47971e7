"""Finding a charger: what drivers' apps ask, beside OCPI (D-5).

Shown are published locations with at least one EVSE that is not REMOVED, of owners that the reader
may see; only what was pushed to the hub for all readers.
"""

from dataclasses import dataclass
from typing import NamedTuple

from domain.documents import Document, as_document
from domain.objects.locations import Location
from domain.objects.search import LocationQuery
from domain.ports import Json, LocationSearch


@dataclass(frozen=True)
class Hit:
    """A location without its REMOVED EVSEs, and its distance in metres; None without a point."""

    location: Document
    distance_m: float | None


class Hits(NamedTuple):
    """A page of hits, nearest first where a point is given; `total` match in all."""

    page: list[Hit]
    total: int


@dataclass(frozen=True)
class ChargerSearch:
    """Searches the store's facets; the answer is the owner's own document."""

    locations: LocationSearch
    json: Json

    def search(self, query: LocationQuery) -> Hits:
        """One page of the locations that match."""
        found = self.locations.search(query)
        hits = [
            Hit(Location(as_document(self.json.parse(each.body))).for_drivers(), each.distance_m)
            for each in found.items
        ]
        return Hits(hits, found.total)
