"""GET /hub/v1/locations/search: chargers by place, plug, power and availability (D-5).

Parameters that cannot be used are refused by name.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from adapters.ocpi import exact_json
from adapters.ocpi.schemas import enums
from application.hub import Hub
from application.objects.charger_search import Hit
from domain import errors
from domain.objects.paging import Page, PageRequest, Viewer
from domain.objects.search import LocationQuery, Near
from domain.partners.party import PartyId
from domain.places import Box
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.listing import asked_page, named_party, paged
from entrypoints.ocpi.paging import Query
from entrypoints.ocpi.replies import Reply

_RADIUS_M = 5_000.0
_MOST_RADIUS_M = 500_000.0
_STATUSES = frozenset(enums.STATUS) - {"REMOVED"}
_PLUGS = {name.upper(): name for name in enums.CONNECTOR_TYPE}
_LONGEST_NAME = 100


def search_locations(hub: Hub, call: HubApiCall) -> Reply:
    """The locations that fit, nearest first where a point is given."""
    request = asked_page(call)
    viewer = call.viewer(hub)
    query = location_query(call.query, request, viewer=viewer, owner=_owner(hub, call, viewer))
    hits = hub.charger_search.search(query)
    more = request.offset + len(hits.page) < hits.total
    return paged(call, request, Page(tuple(map(shown, hits.page)), hits.total, more))


def location_query(
    given: Query, request: PageRequest, *, viewer: Viewer, owner: PartyId | None
) -> LocationQuery:
    """What the parameters ask for, of this owner's locations or of all.

    :raises InvalidParameter: naming the first that cannot be used.
    """
    parameters = _Parameters(given)
    return LocationQuery(
        viewer=viewer,
        offset=request.offset,
        limit=request.limit,
        near=_near(parameters),
        box=_box(parameters),
        connector_types=parameters.words("connector_type", _plug),
        min_power_w=parameters.whole("min_power_w"),
        statuses=parameters.words("status", _status),
        owner=owner,
        operator=parameters.name("operator"),
    )


def shown(hit: Hit) -> bytes:
    """A hit, as JSON; its distance in metres, with one decimal."""
    distance = None if hit.distance_m is None else Decimal(f"{hit.distance_m:.1f}")
    return exact_json.dump({"distance_m": distance, "location": hit.location})


@dataclass(frozen=True)
class _Parameters:
    """The query's parameters by type; each refuses by name what it cannot use."""

    query: Query

    def text(self, name: str) -> str | None:
        return dict(self.query).get(name)

    def number(self, name: str, *, least: float, most: float) -> float | None:
        text = self.text(name)
        return None if text is None else _number(text, name, least=least, most=most)

    def whole(self, name: str) -> int | None:
        text = self.text(name)
        if text is not None and not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise errors.InvalidParameter(f"{name}: not a whole number from 0 to 999999999")
        return None if text is None else int(text)

    def name(self, name: str) -> str | None:
        text = self.text(name)
        if text is not None and not 0 < len(text) <= _LONGEST_NAME:
            raise errors.InvalidParameter(f"{name}: not 1 to {_LONGEST_NAME} characters")
        return text

    def words(self, name: str, known: Callable[[str], str | None]) -> frozenset[str]:
        """The values of a parameter that may be repeated, or be a list with commas."""
        given = [text for key, value in self.query if key == name for text in value.split(",")]
        words = {text: known(text.strip()) for text in given}
        for text, word in words.items():
            if word is None:
                raise errors.InvalidParameter(f"{name}: {text[:40]!r} is none")
        return frozenset(word for word in words.values() if word is not None)


def _owner(hub: Hub, call: HubApiCall, viewer: Viewer) -> PartyId | None:
    """The owner that `party` names; None without it.

    :raises UnknownPartner: if a partner may not see it, or there is none: it cannot tell which.
    """
    party = named_party(call)
    if party is None:
        return None
    if call.caller is None:
        return hub.partner_names.party(party)
    if party not in viewer.owners:
        raise errors.UnknownPartner(f"no partner has the party {party.spelled}")
    return party


def _near(parameters: _Parameters) -> Near | None:
    latitude = parameters.number("lat", least=-90, most=90)
    longitude = parameters.number("lon", least=-180, most=180)
    radius = parameters.number("radius_m", least=0, most=_MOST_RADIUS_M)
    if latitude is None and longitude is None:
        if radius is not None:
            raise errors.InvalidParameter("radius_m: needs lat and lon")
        return None
    if latitude is None or longitude is None:
        missing = "lat" if latitude is None else "lon"
        raise errors.InvalidParameter(f"{missing}: lat and lon go together")
    return Near(latitude, longitude, _RADIUS_M if radius is None else radius)


def _box(parameters: _Parameters) -> Box | None:
    text = parameters.text("bbox")
    if text is None:
        return None
    try:
        return Box.parse(text)
    except ValueError as wrong:
        raise errors.InvalidParameter(f"bbox: {wrong}") from wrong


def _number(text: str, name: str, *, least: float, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise errors.InvalidParameter(f"{name}: not a number from {least:g} to {most:g}")
    return number


def _plug(text: str) -> str | None:
    """A connector type, in OCPI's own letter case; others than OCPI's are the owners' to invent."""
    return _PLUGS.get(text.upper(), text) or None


def _status(text: str) -> str | None:
    return text.upper() if text.upper() in _STATUSES else None
