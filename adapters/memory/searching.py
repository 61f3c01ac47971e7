"""Which locations a search finds, in memory: what MongoDB does by its indexes."""

from adapters.memory.geometry import distance_m
from domain.objects.search import LocationQuery
from domain.objects.stored import Facets, Plug
from domain.partners.party import PartyId
from domain.places import Place


def matches(facets: Facets, query: LocationQuery) -> bool:
    """Whether all conditions of the query hold."""
    if query.owner not in (None, PartyId(facets.country_code, facets.party_id)):
        return False
    if query.operator is not None and query.operator.upper() != facets.operator:
        return False
    place = Place(facets.latitude, facets.longitude)
    if query.box is not None and not query.box.holds(place):
        return False
    distance = distance_of(facets, query)
    if query.near is not None and distance is not None and distance > query.near.radius_m:
        return False
    return any(_fits(plug, query) for plug in facets.plugs)


def _fits(plug: Plug, query: LocationQuery) -> bool:
    if query.connector_types and plug.standard not in query.connector_types:
        return False
    if query.statuses and plug.status not in query.statuses:
        return False
    return query.min_power_w is None or plug.power_w >= query.min_power_w


def distance_of(facets: Facets, query: LocationQuery) -> float | None:
    """How far it is from where the query looks; None if it looks everywhere."""
    if query.near is None:
        return None
    here = (query.near.latitude, query.near.longitude)
    return distance_m(here, (facets.latitude, facets.longitude))
