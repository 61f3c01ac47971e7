"""What making the stores ready must not lose: the CDRs that are owed."""

from collections.abc import Iterable, Iterator
from itertools import islice

from pymongo.database import Database

from adapters.mongo.client import Record, answering
from adapters.mongo.leases import COLLECTION
from domain.delivery.deliveries import OPEN_STATES, DeliveryState

_OF_CDRS: Record = {"_id": {"$gte": "cdr|", "$lt": "cdr}"}}
_OPEN = [state.value for state in OPEN_STATES]
_ENDED = [state.value for state in DeliveryState if state not in OPEN_STATES]
_AT_ONCE = 10_000


@answering()
def owed_cdrs(database: Database[Record]) -> frozenset[str]:
    """The deliveries of CDRs that are open, by name."""
    found = database[COLLECTION].find({**_OF_CDRS, "state": {"$in": _OPEN}}, {"_id": 1})
    return frozenset(str(record["_id"]) for record in found)


@answering()
def ended_cdrs(database: Database[Record], names: Iterable[str]) -> frozenset[str]:
    """Those of them that were delivered, or declined."""
    return frozenset(_ended(database, iter(names)))


def _ended(database: Database[Record], names: Iterator[str]) -> Iterator[str]:
    while some := list(islice(names, _AT_ONCE)):
        wanted = {"_id": {"$in": some}, "state": {"$in": _ENDED}}
        for record in database[COLLECTION].find(wanted, {"_id": 1}):
            yield str(record["_id"])
