"""Search for charging locations on MongoDB: a 2dsphere index, and facets beside the bytes."""

from dataclasses import dataclass
from typing import Any

from pymongo import timeout
from pymongo.collection import Collection
from pymongo.errors import ExecutionTimeout, NetworkTimeout

from adapters.mongo.bodies import read, size_of
from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.copies import audiences_of, but_for, outdone, owned_for
from adapters.mongo.listing import IN_ORDER
from adapters.mongo.object_records import collection_of
from domain.errors import InvalidParameter
from domain.objects.paging import Found, FoundPage, fitting
from domain.objects.search import LocationQuery, Near
from domain.places import Box

_SEARCHABLE: Record = {"deleted": False, "facets.latitude": {"$gte": -90}}
"""Said by a field of the index "searched", so that what has no plug in it is answered there."""
_INDEXES = ("searched", "found")


@dataclass(frozen=True)
class MongoLocationSearch:
    """A search by plugs or by distance reads what it passes over: it gets `longest_s`."""

    database: DatabaseOf
    longest_s: float = 5.0

    @answering()
    def search(self, query: LocationQuery) -> FoundPage:
        locations = self.database()[collection_of("locations")]
        wanted = {
            **_SEARCHABLE,
            "audience": {"$in": audiences_of(query.viewer)},
            **owned_for(query.viewer),
            **_by_names(query),
            **_with_plug(query),
            **_inside(query.box),
            **but_for(outdone(locations, query.viewer, _SEARCHABLE, indexes=_INDEXES)),
        }
        if query.near is None and _is_in_index(query):
            return _in_order(locations, wanted, query)
        try:
            with timeout(self.longest_s):
                if query.near is not None:
                    return _nearest_first(locations, wanted, query, query.near)
                return _in_order(locations, wanted, query)
        except (ExecutionTimeout, NetworkTimeout) as error:
            raise InvalidParameter("too much to look through: ask for less") from error


def _in_order(locations: Collection[Record], wanted: Record, query: LocationQuery) -> FoundPage:
    index = "searched" if _is_in_index(query) else None
    found = locations.find(wanted, {"_id": 1}, hint=index).sort(IN_ORDER)
    names = [record["_id"] for record in found.skip(query.offset).limit(query.limit)]
    page = tuple(Found(record["body"], None) for record in _shown(locations, names, query))
    counting: dict[str, Any] = {} if index is None else {"hint": index}
    return FoundPage(page, locations.count_documents(wanted, **counting))


def _is_in_index(query: LocationQuery) -> bool:
    """Whether the index "searched" has all that is asked, and none is narrower."""
    return query.box is None and not _with_plug(query)


def _nearest_first(
    locations: Collection[Record], wanted: Record, query: LocationQuery, near: Near
) -> FoundPage:
    """One pass over what is near, without the bytes; then the bytes of the page."""
    point = {"type": "Point", "coordinates": [near.longitude, near.latitude]}
    pipeline: list[dict[str, Any]] = [
        {
            "$geoNear": {
                "near": point,
                "key": "facets.point",
                "distanceField": "distance_m",
                "maxDistance": near.radius_m,
                "spherical": True,
                "query": wanted,
            }
        },
        {"$project": {"distance_m": 1, "created": 1}},
        {"$sort": {"distance_m": 1, "created": 1, "_id": 1}},
        {"$facet": {"page": _page(query), "counted": [{"$count": "total"}]}},
    ]
    [result] = locations.aggregate(pipeline)
    page = {str(record["_id"]): float(record["distance_m"]) for record in result["page"]}
    found = tuple(
        Found(record["body"], page[record["_id"]])
        for record in _shown(locations, list(page), query)
    )
    return FoundPage(found, sum(int(counted["total"]) for counted in result["counted"]))


def _shown(locations: Collection[Record], names: list[str], query: LocationQuery) -> list[Record]:
    found = read(locations, names)
    return fitting(found, size_of, limit=query.limit, most_bytes=query.most_bytes).items


def _page(query: LocationQuery) -> list[Record]:
    return [{"$skip": query.offset}, {"$limit": query.limit}]


def _by_names(query: LocationQuery) -> Record:
    named: Record = {}
    if query.owner is not None:
        named["facets.country_code"] = query.owner.country_code
        named["facets.party_id"] = query.owner.party_id
    if query.operator is not None:
        named["facets.operator"] = query.operator.upper()
    return named


def _with_plug(query: LocationQuery) -> Record:
    plug: Record = {}
    if query.connector_types:
        plug["standard"] = {"$in": sorted(query.connector_types)}
    if query.statuses:
        plug["status"] = {"$in": sorted(query.statuses)}
    if query.min_power_w is not None:
        plug["power_w"] = {"$gte": query.min_power_w}
    return {"facets.plugs": {"$elemMatch": plug}} if plug else {}


def _inside(box: Box | None) -> Record:
    if box is None:
        return {}
    between = {"facets.latitude": {"$gte": box.south, "$lte": box.north}}
    if box.west <= box.east:
        return {**between, "facets.longitude": {"$gte": box.west, "$lte": box.east}}
    east = {"facets.longitude": {"$gte": box.west}}
    west = {"facets.longitude": {"$lte": box.east}}
    return {**between, "$or": [east, west]}
