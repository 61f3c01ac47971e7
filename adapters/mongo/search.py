"""Search for charging locations on MongoDB: a 2dsphere index, and facets beside the bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pymongo.collection import Collection

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.copies import audiences_of, outdone, owners_of
from adapters.mongo.listing import IN_ORDER, size_of
from adapters.mongo.object_records import collection_of
from domain.paging import Found, fitting
from domain.search import Box, LocationQuery, Near

_AT_ONCE = 10
_SEARCHABLE: Record = {"deleted": False, "facets": {"$exists": True}}


@dataclass(frozen=True)
class MongoLocationSearch:
    database: DatabaseOf

    @answering()
    def search(self, query: LocationQuery) -> tuple[tuple[Found, ...], int]:
        locations = self.database()[collection_of("locations")]
        wanted = {
            **_SEARCHABLE,
            "audience": {"$in": audiences_of(query.viewer)},
            "owner": {"$in": owners_of(query.viewer)},
            **_named(query),
            **_with_plug(query),
            **_inside(query.box),
            **outdone(locations, query.viewer, _SEARCHABLE),
        }
        if query.near is None:
            return _in_order(locations, wanted, query), locations.count_documents(wanted)
        return _nearest_first(locations, wanted, query, query.near)


def _in_order(
    locations: Collection[Record], wanted: Record, query: LocationQuery
) -> tuple[Found, ...]:
    found = locations.find(wanted, {"body": 1}).sort(IN_ORDER)
    with found.skip(query.offset).limit(query.limit) as page:
        return tuple(Found(record["body"], None) for record in _shown(page, query))


def _nearest_first(
    locations: Collection[Record], wanted: Record, query: LocationQuery, near: Near
) -> tuple[tuple[Found, ...], int]:
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
        for record in _shown(_read(locations, list(page)), query)
    )
    return found, sum(int(counted["total"]) for counted in result["counted"])


def _read(locations: Collection[Record], names: list[str]) -> Iterator[Record]:
    """Their bodies in this order, a few at a time: a page may end long before all are read."""
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        read = locations.find({"_id": {"$in": some}}, {"body": 1})
        records = {record["_id"]: record for record in read}
        yield from (records[name] for name in some if name in records)


def _shown(found: Iterable[Record], query: LocationQuery) -> list[Record]:
    shown, _ = fitting(found, size_of, limit=query.limit, most_bytes=query.most_bytes)
    return shown


def _page(query: LocationQuery) -> list[Record]:
    return [{"$skip": query.offset}, {"$limit": query.limit}]


def _named(query: LocationQuery) -> Record:
    asked = {
        "facets.country_code": query.country_code,
        "facets.party_id": query.party_id,
        "facets.operator": query.operator,
    }
    return {name: value.upper() for name, value in asked.items() if value is not None}


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
