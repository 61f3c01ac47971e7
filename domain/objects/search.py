"""What a search for charging locations asks for (D-5)."""

from dataclasses import dataclass

from domain.objects.paging import MOST_BYTES, Viewer
from domain.partners.party import PartyId
from domain.places import Box


@dataclass(frozen=True)
class Near:
    """Within `radius_m` metres of a point."""

    latitude: float
    longitude: float
    radius_m: float


@dataclass(frozen=True)
class LocationQuery:
    """All conditions hold; those on a connector hold for one and the same connector."""

    viewer: Viewer
    offset: int
    limit: int
    near: Near | None = None
    box: Box | None = None
    connector_types: frozenset[str] = frozenset()
    min_power_w: int | None = None
    statuses: frozenset[str] = frozenset()
    owner: PartyId | None = None
    operator: str | None = None
    most_bytes: int = MOST_BYTES
