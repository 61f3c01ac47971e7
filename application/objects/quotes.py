"""What charging costs at a connector at a moment, as far as the hub can know it.

A driver asks before it plugs in. OCPI gives tariffs and connectors apart, with restrictions in the
location's own time; putting them together is what every reader would have to do (OCPI 2.3.0,
mod_tariffs; mod_locations, Connector).
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from application.objects.reading import ObjectReader
from domain import errors
from domain.documents import as_document
from domain.objects.locations import Location
from domain.objects.paging import Viewer
from domain.objects.stored import ObjectKey, PartPath, Stored
from domain.objects.tariffs import DimensionPrice, Tariff
from domain.partners.party import PartyId
from domain.ports import Clock, Json, Zones

_TARIFFS = "tariffs"


@dataclass(frozen=True)
class Offer:
    """A tariff that is valid at the moment.

    `elements` are the positions of those of its elements that the clock allows then, `prices` what
    each dimension can cost.
    """

    tariff: Tariff
    elements: tuple[int, ...]
    prices: tuple[DimensionPrice, ...]


@dataclass(frozen=True)
class Quote:
    """The tariffs of the connector at `path` of a location; `local` is what its clocks show.

    `not_valid` are tariffs of it that have not begun or have ended, `unknown` those that the hub
    does not have, or not for this reader.
    """

    owner: PartyId
    location_id: str
    path: PartPath
    at: datetime
    local: datetime
    time_zone: str
    offers: tuple[Offer, ...]
    not_valid: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class TariffQuotes:
    """Reads a connector's tariffs for a reader."""

    object_reader: ObjectReader
    json: Json
    zones: Zones
    clock: Clock

    def quote(
        self, stored: Stored, path: PartPath, *, reader: PartyId, at: datetime | None
    ) -> Quote:
        """What the connector's owner asks for at that moment (None: now), in its own order.

        :raises UnknownObject: if the location has no such connector.
        :raises InvalidParameter: if the moment has no local time.
        """
        location = Location(as_document(self.json.parse(stored.body)))
        ids = location.tariff_ids(path)
        if ids is None:
            raise errors.UnknownObject("/".join(path) + " is not known")
        viewer = self.object_reader.lister(_TARIFFS, reader)
        moment = at or self.clock.now()
        zone = self.zones.named(location.time_zone)
        local = _local_time(moment, zone)
        held = {each: self._tariff_of_owner(location.owner, each, viewer) for each in ids}
        known = {each: tariff for each, tariff in held.items() if tariff is not None}
        valid = [tariff for tariff in known.values() if tariff.is_valid_at(moment)]
        return Quote(
            owner=location.owner,
            location_id=location.id,
            path=path,
            at=moment,
            local=local,
            time_zone=str(zone),
            offers=tuple(
                Offer(each, each.elements_at(local), each.prices_at(local)) for each in valid
            ),
            not_valid=tuple(each for each, tariff in known.items() if tariff not in valid),
            unknown=tuple(each for each in ids if each not in known),
        )

    def _tariff_of_owner(self, owner: PartyId, tariff_id: str, viewer: Viewer) -> Tariff | None:
        """Ids are those of the location's owner: other owners' tariffs may be called the same."""
        try:
            stored = self.object_reader.of_owner(
                ObjectKey(_TARIFFS, owner, tariff_id), viewer=viewer
            )
        except errors.UnknownObject:
            return None
        return Tariff(as_document(self.json.parse(stored.body)))


def _local_time(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError as wrong:
        raise errors.InvalidParameter(f"at: no such moment in {zone}") from wrong
