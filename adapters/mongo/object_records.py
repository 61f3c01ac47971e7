"""Partners' objects as MongoDB keeps them: the owner's bytes, and what they are found by.

The bytes are never BSON: unknown fields, their names and every digit stay as they came (R-7).
"""

from bson import Binary

from adapters.mongo.client import Record, known_of
from adapters.mongo.delivery_records import as_unseen, of_unseen
from adapters.mongo.moments import as_text, of_text
from adapters.mongo.remark_records import as_remarks, of_remarks
from domain.objects.stored import EVERYONE, Facets, ObjectKey, Plug, Stored, Unpublished, Watched
from domain.partners.party import PartyId
from domain.places import Place

PREFIX = "objects_"
_OF_THE_STORE = ("_id", "revision", "created", "published_at")
_AT_TIMES = ("facets", "place", "reader", "watched", "applied", "remarked")
"""Fields that a record has only where there is something to say."""


def collection_of(module: str) -> str:
    """The collection that a module's objects are in."""
    return PREFIX + module


def name_of(key: ObjectKey | str, audience: str) -> str:
    """The record's _id; a key has no bar in it, and neither has a party."""
    return f"{key}|{audience}"


def public_name(name: str) -> str:
    """The _id of the copy for all readers, given that of any copy."""
    return name_of(name.rpartition("|")[0], EVERYONE)


def of_stored(stored: Stored) -> Record:
    record: Record = {
        "_id": name_of(stored.key, stored.audience),
        "owner": str(stored.key.owner),
        "id": stored.key.id,
        "audience": stored.audience,
        "body": Binary(stored.body),
        "last_updated": as_text(stored.last_updated),
        "origin": stored.origin,
        "revision": stored.revision,
        "created": stored.created,
        "deleted": stored.deleted,
        "own_times": [list(pair) for pair in stored.own_times.items()],
    }
    if stored.facets is not None:
        record["facets"] = _of_facets(stored.facets)
    if stored.place is not None or stored.facets is not None:
        record["place"] = None if stored.place is None else vars(stored.place)
    if stored.unpublished is not None:
        since, unseen = stored.unpublished.since, stored.unpublished.unseen
        record["unpublished"] = {"since": since, "missed": of_unseen(unseen)}
    if stored.reader is not None:
        record["reader"] = str(stored.reader)
    if stored.watched is not None:
        watched = stored.watched
        record["watched"] = {"status": watched.status, "heard_at": watched.heard_at}
    if stored.published_at is not None:
        record["published_at"] = stored.published_at
    if stored.applied:
        record["applied"] = list(stored.applied)
    if stored.remarks and stored.remarked_at is not None:
        record["remarked"] = of_remarks(stored.remarks, stored.remarked_at, stored.origin)
    return record


def put_of(fresh: Stored, *, created: int) -> Record:
    """The update that makes it of what there is: the record of an older one, or none."""
    record = of_stored(fresh)
    for name in _OF_THE_STORE:
        record.pop(name, None)
    owed = record.pop("unpublished", None)
    gone = dict.fromkeys((each for each in _AT_TIMES if each not in record), "")
    update: Record = {
        "$set": record,
        "$unset": gone,
        "$inc": {"revision": 1},
        "$setOnInsert": {"created": created},
    }
    if owed is not None:
        record["unpublished.missed"] = owed["missed"]
        update["$min"] = {"unpublished.since": owed["since"]}
    return update


def as_stored(record: Record) -> Stored:
    return Stored(
        key=as_key(record["_id"]),
        audience=record["audience"],
        body=record.get("body", b""),
        last_updated=of_text(record["last_updated"]),
        origin=record["origin"],
        revision=record["revision"],
        created=record["created"],
        deleted=record["deleted"],
        own_times=dict(record["own_times"]),
        facets=_as_facets(record.get("facets")),
        unpublished=_as_unpublished(record.get("unpublished")),
        reader=PartyId.parse(record["reader"]) if "reader" in record else None,
        watched=_as_watched(record.get("watched")),
        published_at=record.get("published_at"),
        applied=tuple(record.get("applied", ())),
        remarks=as_remarks(record.get("remarked")),
        remarked_at=record["remarked"]["at"] if "remarked" in record else None,
        place=_as_place(record["place"] if "place" in record else record.get("facets")),
    )


def as_key(name: str) -> ObjectKey:
    """The key in a record's _id."""
    return ObjectKey.parse(name.rpartition("|")[0])


def _of_facets(facets: Facets) -> Record:
    return {
        "point": {"type": "Point", "coordinates": [facets.longitude, facets.latitude]},
        "latitude": facets.latitude,
        "longitude": facets.longitude,
        "operator": facets.operator,
        "country_code": facets.country_code,
        "party_id": facets.party_id,
        "plugs": [
            {"standard": plug.standard, "power_w": plug.power_w, "status": plug.status}
            for plug in facets.plugs
        ],
    }


def _as_facets(record: Record | None) -> Facets | None:
    if record is None:
        return None
    plugs = tuple(
        Plug(plug["standard"], plug["power_w"], plug["status"]) for plug in record["plugs"]
    )
    return Facets(**{**known_of(record, Facets), "plugs": plugs})


def _as_place(record: Record | None) -> Place | None:
    """An earlier version kept it in the facets, if there are some."""
    return None if record is None else Place(record["latitude"], record["longitude"])


def _as_unpublished(record: Record | None) -> Unpublished | None:
    if record is None:
        return None
    unseen = as_unseen(record["missed"])
    return None if unseen is None else Unpublished(since=record["since"], unseen=unseen)


def _as_watched(record: Record | None) -> Watched | None:
    return None if record is None else Watched(record["status"], record["heard_at"])
