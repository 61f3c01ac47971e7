"""Writing a delivery only if no other process has written it since it was read."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from pymongo import DeleteMany, DeleteOne, UpdateMany, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, BulkWriteError
from pymongo.results import BulkWriteResult

from adapters.mongo.client import Record
from adapters.mongo.delivery_records import of_delivery
from domain.delivery.deliveries import Delivery

ComparedWrite = DeleteMany | DeleteOne | UpdateMany | UpdateOne
_DUPLICATE = 11000
_REPEATED = 2


def is_lost_race(error: BulkWriteError) -> bool:
    """That another process was first, and nothing worse."""
    refused = error.details["writeErrors"]
    is_written = not error.details["writeConcernErrors"]
    return is_written and all(each["code"] == _DUPLICATE for each in refused)


def next_version(delivery: Delivery) -> Delivery:
    return replace(delivery, version=delivery.version + 1)


def unchanged(delivery: Delivery) -> Record:
    """That the stored record is still the version before this one."""
    return {"_id": delivery.id, "version": delivery.version - 1}


def fields_of(delivery: Delivery) -> Record:
    return {name: value for name, value in of_delivery(delivery).items() if name != "_id"}


def in_bulk(records: Collection[Record], writes: Sequence[ComparedWrite]) -> BulkWriteResult:
    """Write them, and again where no answer came: the driver repeats no write of many records.

    What is compared is written once; of what was written before a repetition nothing matches.
    """
    for _ in range(_REPEATED):
        with suppress(AutoReconnect):
            return records.bulk_write(writes, ordered=False)
    return records.bulk_write(writes, ordered=False)
