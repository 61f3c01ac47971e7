"""Locations, EVSEs and connectors: how a push changes what its owner said before.

OCPI 2.3.0, mod_locations. Nothing here edits a document in place, and nothing writes a time of the
hub's own: a parent takes the time of the child that changed (L-1, R-7).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain import errors
from domain.documents import Document, JsonValue, as_document, as_documents, as_int, ci
from domain.objects.carried import IdAt, OcpiObject, replaced
from domain.objects.stored import Facets, PartPath, Plug
from domain.places import Place
from domain.times import parse_time

_PHASES = {"AC_1_PHASE": 1, "AC_2_PHASE": 2, "AC_2_PHASE_SPLIT": 2, "AC_3_PHASE": 3, "DC": 1}
_CHILDREN = {"evses": "uid", "parking_places": "id", "connectors": "id"}
"""Lists that a PATCH of their parent upserts by key and never shrinks (T-PATCH-2)."""

_PARTS = ("evses", "connectors")
"""What has a URL of its own below a location, level by level."""


@dataclass(frozen=True)
class Location(OcpiObject):
    """A Location document, word for word as its owner wrote it."""

    kinds: ClassVar[tuple[str, ...]] = ("location", "evse", "connector")
    id_fields: ClassVar[tuple[str, ...]] = ("id", "uid", "id")
    unknown: ClassVar[type[errors.UnknownObject]] = errors.UnknownLocation
    has_place: ClassVar[bool] = True

    @classmethod
    def ids_in(cls, document: Document, depth: int = 0, *, below: str = "") -> list[IdAt]:
        """Its own, those of its EVSEs and of their connectors."""
        found = super().ids_in(document, depth, below=below)
        if depth < len(_PARTS):
            name = _PARTS[depth]
            for index, part in enumerate(as_documents(document.get(name))):
                found += cls.ids_in(part, depth + 1, below=f"{below}{name}[{index}].")
        return found

    @classmethod
    def names_in(cls, document: Document, depth: int = 0) -> Iterator[str]:
        """Level by level: as many as there are EVSEs and connectors."""
        level = [document]
        for field, parts in zip(cls.id_fields[depth:], (*_PARTS[depth:], ""), strict=True):
            yield from [str(each[field]) for each in level if field in each]
            level = [part for each in level for part in as_documents(each.get(parts))]

    @property
    def parts(self) -> int:
        """Its EVSEs, their connectors and its parking places."""
        evses = as_documents(self.document.get("evses"))
        connectors = sum(len(as_documents(evse.get("connectors"))) for evse in evses)
        return len(evses) + connectors + len(as_documents(self.document.get("parking_places")))

    def part(self, path: PartPath) -> Document | None:
        """The location, EVSE or connector at `path`; ids without regard to case."""
        if not path:
            return self.document
        evse = _find(self.document, "evses", path[0])
        if evse is None or len(path) == 1:
            return evse
        return _find(evse, "connectors", path[1])

    def evse_uid(self, name: str) -> str | None:
        """The uid of the EVSE whose uid, else whose evse_id, is `name` (D-3)."""
        for field in ("uid", "evse_id"):
            for evse in as_documents(self.document.get("evses")):
                if evse.get(field) is not None and ci(evse[field]) == name.upper():
                    return str(evse["uid"])
        return None

    @property
    def time_zone(self) -> str:
        """The name of the zone that the location's clocks go by (L-6)."""
        return str(self.document["time_zone"])

    def tariff_ids(self, path: PartPath) -> tuple[str, ...] | None:
        """The tariffs of the connector at `path`, each once, in its order; None: no such one."""
        connector = self.part(path)
        if connector is None:
            return None
        named = connector.get("tariff_ids")
        found: dict[str, str] = {}
        for each in named if isinstance(named, Sequence) else ():
            found.setdefault(ci(each), str(each))
        return tuple(found.values())

    def with_part(self, path: PartPath, part: Document) -> "Location":
        """This location with `part` put at `path`; every parent takes its time (L-1).

        :raises KeyError: if the EVSE above the connector is not known.
        """
        if not path:
            return Location(part)
        if len(path) == 1:
            return self._with_evse(part, str(part["last_updated"]))
        evse = self.part(path[:1])
        if evse is None:
            raise KeyError(path[0])
        changed = _raised(_with_child(evse, "connectors", part), str(part["last_updated"]))
        return self._with_evse(changed, str(part["last_updated"]))

    def merged(self, document: Document, patch: Document) -> Document:
        """As everywhere, but children are upserted by their key and never shrink (T-PATCH-2)."""
        return _not_before_its_children(merged(document, patch))

    def _with_evse(self, evse: Document, time: str) -> "Location":
        return Location(_raised(_with_child(self.document, "evses", evse), time))

    def place(self) -> Place | None:
        """Where its coordinates are; None if no map has them."""
        coordinates = as_document(self.document["coordinates"])
        latitude = float(str(coordinates["latitude"]))
        longitude = float(str(coordinates["longitude"]))
        if abs(latitude) > 90 or abs(longitude) > 180:
            return None
        return Place(latitude, longitude)

    def facets(self) -> Facets | None:
        """What search finds this location by; None if it may not be shown (L-2, L-5)."""
        plugs, place = tuple(_plugs(self.document)), self.place()
        if self.document.get("publish") is not True or not plugs or place is None:
            return None
        operator = self.document.get("operator")
        return Facets(
            latitude=place.latitude,
            longitude=place.longitude,
            operator=ci(operator.get("name", "")) if isinstance(operator, Mapping) else "",
            country_code=self.owner.country_code,
            party_id=self.owner.party_id,
            plugs=plugs,
        )

    def for_drivers(self) -> Document:
        """The location without its REMOVED EVSEs: what search shows (D-5)."""
        evses = [
            evse for evse in as_documents(self.document.get("evses")) if evse["status"] != "REMOVED"
        ]
        return {**self.document, "evses": evses}


def merged(document: Document, patch: Document) -> Document:
    """The document after a PATCH: fields replaced whole, null clears, children upserted by key."""
    plain = {name: value for name, value in patch.items() if name not in _CHILDREN}
    changed: dict[str, JsonValue] = dict(replaced(document, plain))
    for name in patch:
        if name in _CHILDREN:
            changed.update(_upserted(document, name, as_documents(patch[name])))
    return changed


def is_stale(pushed: str, *, stored: str, now: datetime, tolerance_s: float = 300.0) -> bool:
    """Whether a push is older than what is stored of the same level, and so changes nothing.

    A stored time more than five minutes ahead of the hub's clock is a partner's broken clock: it
    does not block the pushes that follow it. Equal times are applied.
    """
    return is_late(parse_time(pushed), stored=parse_time(stored), now=now, tolerance_s=tolerance_s)


def is_late(
    pushed: datetime, *, stored: datetime, now: datetime, tolerance_s: float = 300.0
) -> bool:
    """The same of moments."""
    if (stored - now).total_seconds() > tolerance_s:
        return False
    return pushed < stored


def connector_power_w(connector: Document) -> int:
    """What a connector can give, in watts: as stated, else from voltage, amperage and phases.

    For AC_3_PHASE `max_voltage` is line to neutral (OCPI 2.3.0, mod_locations, Connector).
    """
    stated = connector.get("max_electric_power")
    if stated is not None:
        return as_int(stated)
    phases = _PHASES[str(connector["power_type"])]
    return phases * as_int(connector["max_voltage"]) * as_int(connector["max_amperage"])


def _find(parent: Document, name: str, child_id: str) -> Document | None:
    key = _CHILDREN[name]
    for child in as_documents(parent.get(name)):
        if ci(child[key]) == child_id.upper():
            return child
    return None


def _with_child(parent: Document, name: str, child: Document) -> Document:
    return {**parent, name: _put(parent, name, [child], lambda _, new: new)}


def _upserted(parent: Document, name: str, patches: tuple[Document, ...]) -> Document:
    """The list `name` after its entries' patches; nothing where there are none, or null."""
    return {name: _put(parent, name, patches, merged)} if patches else {}


def _put(
    parent: Document,
    name: str,
    added: Sequence[Document],
    change: Callable[[Document, Document], Document],
) -> list[Document]:
    """The children, each of `added` at the place of the one with its key, else at the end.

    Places are looked up: going through the list for each would cost the product of both.
    """
    key = _CHILDREN[name]
    children = list(as_documents(parent.get(name)))
    places: dict[str, int] = {}
    for place, child in enumerate(children):
        places.setdefault(ci(child[key]), place)
    for child in added:
        place = places.setdefault(ci(child[key]), len(children))
        if place == len(children):
            children.append(child)
        else:
            children[place] = change(children[place], child)
    return children


def _raised(parent: Document, time: str) -> Document:
    """The parent with its last_updated raised to a child's; never lowered (L-1)."""
    if parse_time(str(parent["last_updated"])) >= parse_time(time):
        return parent
    return {**parent, "last_updated": time}


def _not_before_its_children(parent: Document) -> Document:
    """What a child raised stays raised when a PATCH of the parent gives an older time (L-1)."""
    for name in ("evses", "connectors"):
        for child in as_documents(parent.get(name)):
            parent = _raised(parent, str(child.get("last_updated", parent["last_updated"])))
    return parent


def _plugs(location: Document) -> list[Plug]:
    return [
        Plug(str(connector["standard"]), connector_power_w(connector), status)
        for evse in as_documents(location.get("evses"))
        if (status := str(evse["status"])) != "REMOVED"
        for connector in as_documents(evse["connectors"])
    ]
