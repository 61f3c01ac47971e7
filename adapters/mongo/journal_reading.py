"""Reading the journal: by what legs are found by, a day at a time, the newest or the oldest first.

One index has all that legs are found by. The rest of a question is compared leg by leg.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from pymongo.cursor import Cursor
from pymongo.database import Database

from adapters.mongo.client import DatabaseOf, Record, answering
from adapters.mongo.journal import LEGS, MESSAGES
from adapters.mongo.journal_figures import MongoFigures
from adapters.mongo.leg_records import (
    day_of,
    legs_of,
    outcome_key,
    partner_key,
    party_key,
    with_messages,
)
from adapters.mongo.noted_legs import SPAN
from domain.journal.figures import Figure, FigureQuery
from domain.journal.legs import Leg, LegQuery

SEARCHED = 20_000
"""Records that one question compares at most, of all its days: a web thread waits meanwhile."""


@dataclass(frozen=True)
class MongoJournalReader:
    """Legs are kept for `days`, their headers and bodies for `message_days`."""

    database: DatabaseOf
    days: int = 90
    message_days: int = 14

    @answering()
    def legs(self, query: LegQuery, *, limit: int, newest: bool = True) -> Sequence[Leg]:
        database = self.database()
        records = (
            record
            for day in self._days(database, query, newest)
            for record in _in_day(database, day, query, newest)
        )
        found = (
            leg
            for record in islice(records, SEARCHED)
            for leg in _ordered(record, newest)
            if query.includes(leg)
        )
        return tuple(islice(found, limit))

    @answering()
    def with_messages(self, leg: Leg) -> Leg:
        held = self.database()[f"{MESSAGES}_{day_of(leg.at)}"].find_one({"_id": leg.id})
        return leg if held is None else with_messages(leg, held)

    @answering()
    def expire(self, now: datetime) -> Sequence[str]:
        database = self.database()
        dropped = []
        for kind, days in ((LEGS, self.days), (MESSAGES, self.message_days)):
            first = f"{kind}_{day_of(now - timedelta(days=days))}"
            old = (name for name in _collections(database, kind) if name < first)
            for name in old:
                database.drop_collection(name)
                dropped.append(name)
        return (*dropped, *MongoFigures(self.database).expire(now))

    def figures(self, query: FigureQuery, *, limit: int) -> Sequence[Figure]:
        return MongoFigures(self.database).figures(query, limit=limit)

    def _days(self, database: Database[Record], query: LegQuery, newest: bool) -> list[str]:
        """Legs are filed by the day on which they began."""
        first = "" if query.since is None else f"{LEGS}_{day_of(query.since)}"
        last = "~" if query.until is None else f"{LEGS}_{day_of(query.until)}"
        names = (name for name in _collections(database, LEGS) if first <= name <= last)
        return sorted(names, reverse=newest)


def _collections(database: Database[Record], kind: str) -> list[str]:
    names = database.list_collection_names(filter={"name": {"$regex": f"^{kind}_[0-9]{{8}}$"}})
    return sorted(names)


def _in_day(database: Database[Record], day: str, query: LegQuery, newest: bool) -> Cursor[Record]:
    return database[day].find(_wanted(query)).sort("_id", -1 if newest else 1).limit(SEARCHED)


def _ordered(record: Record, newest: bool) -> Sequence[Leg]:
    legs = list(legs_of(record))
    return legs[::-1] if newest else legs


def _wanted(query: LegQuery) -> Record:
    """By the one key that fewest legs have; bounds of time where the ids have them."""
    wanted: Record = {}
    if query.any_of is not None:
        wanted["k"] = {"$in": sorted(set(query.any_of))}
    elif query.partner_id is not None:
        wanted["k"] = partner_key(query.partner_id)
    elif query.party is not None:
        wanted["k"] = party_key(query.party)
    elif query.outcome is not None and not query.outcome.startswith("1"):
        wanted["k"] = {"$regex": "^" + outcome_key(query.outcome)}
    bounds = {}
    if query.since is not None:
        bounds["$gte"] = _bound(query.since - SPAN)
    if query.until is not None:
        bounds["$lt"] = _bound(query.until + timedelta(milliseconds=1))
    return {**wanted, **({"_id": bounds} if bounds else {})}


def _bound(at: datetime) -> str:
    """Where ids of that millisecond begin. A record of many begins with its first."""
    return f"{int(at.astimezone(UTC).timestamp() * 1000):012x}"
