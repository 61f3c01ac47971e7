"""Making the indexes that a version needs, and saying which are missing or are of other fields."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pymongo import IndexModel
from pymongo.database import Database

from adapters.mongo.client import Record, answering
from adapters.mongo.indexes import AUDIT, Index, all_of


def prepare(database: Database[Record], modules: Iterable[str]) -> None:
    """Make every index that is not there, or that an earlier version made of other fields.

    Safe to repeat, and while others use the store: but questions that need an index fail while it
    is made of other fields.
    """
    _make(database, all_of(modules))


def prepare_audit(database: Database[Record]) -> None:
    """The same for the database of the audit trail."""
    _make(database, AUDIT)


def missing(database: Database[Record], modules: Iterable[str]) -> list[str]:
    """The indexes that are not there, as `collection.name`."""
    return _lacking(database, all_of(modules))


def missing_in_audit(database: Database[Record]) -> list[str]:
    """The same of the database of the audit trail."""
    return _lacking(database, AUDIT)


@answering()
def outdated(database: Database[Record], modules: Iterable[str]) -> list[str]:
    """The indexes that an earlier version made of other fields, as `collection.name`."""
    found = _of_other_fields(database, all_of(modules))
    return [f"{index.collection}.{index.name}" for index in found]


@answering()
def _make(database: Database[Record], indexes: Iterable[Index]) -> None:
    for name, of_it in groupby(indexes, key=lambda index: index.collection):
        collection, wanted = database[name], list(of_it)
        for each in _of_other_fields(database, wanted):
            collection.drop_index(each.name)
        collection.create_indexes(
            [IndexModel(each.keys, name=each.name, **each.options) for each in wanted]
        )


def _of_other_fields(database: Database[Record], indexes: Iterable[Index]) -> Iterator[Index]:
    for name, of_it in groupby(indexes, key=lambda index: index.collection):
        held = database[name].index_information()
        for each in of_it:
            if each.name in held and tuple(map(tuple, held[each.name]["key"])) != each.keys:
                yield each


@answering()
def _lacking(database: Database[Record], indexes: Iterable[Index]) -> list[str]:
    return [
        f"{index.collection}.{index.name}"
        for index in indexes
        if index.name not in database[index.collection].index_information()
    ]
