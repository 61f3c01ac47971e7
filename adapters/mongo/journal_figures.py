"""The journal's figures on MongoDB: added to by the thread that writes legs, some seconds later.

A day has a collection of minutes, a month one of hours; both are dropped whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from pymongo import UpdateOne, WriteConcern
from pymongo.database import Database

from adapters.mongo.client import DatabaseOf, Record, answering
from application.modules import NAMES
from domain.journal.figures import BOUNDS_MS, Figure, FigureQuery, Slot, Span, place_of
from domain.journal.legs import Direction, Leg

MOST_SLOTS = 10_000
"""Counted by one process between two writes; what comes beyond has neither partner nor module."""
MOST_READ = 100_000
"""Records that one question reads at most: a web thread waits meanwhile."""
_KEPT = {Span.MINUTE: timedelta(days=8), Span.HOUR: timedelta(days=400)}
_FOR_WRITING = WriteConcern(w=1, j=False)


class Counts:
    """What legs come to that are not written yet. It belongs to one thread."""

    def __init__(self) -> None:
        self._counts: dict[Slot, list[float]] = {}
        self._ready: set[str] = set()

    def add(self, legs: Iterable[Leg]) -> None:
        """Count these."""
        for leg in legs:
            slot = Slot.of(leg, Span.MINUTE, NAMES)
            counts = self._counts.get(slot) or self._begin(slot)
            counts[place_of(leg.elapsed_ms)] += 1
            counts[-1] += leg.elapsed_ms

    def _begin(self, slot: Slot) -> list[float]:
        if len(self._counts) >= MOST_SLOTS:
            slot = slot._replace(partner_id="", module="")
        return self._counts.setdefault(slot, [0.0] * (len(BOUNDS_MS) + 2))

    def write(self, database: Database[Record]) -> None:
        """Add them to what is there. Where the store fails midway, some count twice."""
        by_name = dict[str, list[UpdateOne]]()
        for span, counted in ((Span.MINUTE, self._counts), (Span.HOUR, self._by_hour())):
            for slot, counts in counted.items():
                by_name.setdefault(_name(span, slot.begin), []).append(_added(slot, counts))
        for name, updates in by_name.items():
            held = database.get_collection(name, write_concern=_FOR_WRITING)
            if name not in self._ready:
                held.create_index([("id_", 1), ("_id", 1)], name="of_partner")
                self._ready.add(name)
            held.bulk_write(updates, ordered=False)
        self.forget()

    def _by_hour(self) -> dict[Slot, list[float]]:
        found: dict[Slot, list[float]] = {}
        for slot, counts in self._counts.items():
            hour = slot._replace(begin=Span.HOUR.begin(slot.begin))
            so_far = found.get(hour)
            pairs = zip(counts, so_far or [0.0] * len(counts), strict=True)
            found[hour] = [sum(pair) for pair in pairs]
        return found

    def forget(self) -> None:
        """Begin anew."""
        self._counts.clear()


@dataclass(frozen=True)
class MongoFigures:
    """Reads and expires them."""

    database: DatabaseOf

    @answering()
    def figures(self, query: FigureQuery, *, limit: int) -> Sequence[Figure]:
        """Those that fit, the oldest first."""
        return tuple(islice(self._found(query), limit))

    @answering()
    def expire(self, now: datetime) -> Sequence[str]:
        """Drop what is older than is kept; what was dropped."""
        database, dropped = self.database(), []
        for span, kept in _KEPT.items():
            first = _name(span, now - kept)
            for name in _names(database, span):
                if name < first:
                    database.drop_collection(name)
                    dropped.append(name)
        return tuple(dropped)

    def _found(self, query: FigureQuery) -> Iterator[Figure]:
        database, span = self.database(), query.span
        first, last = _name(span, query.since), _name(span, query.until)
        wanted: Record = {"_id": {"$gte": _moment(span.begin(query.since)), "$lt": _end(query)}}
        if query.partner_id is not None:
            wanted["id_"] = query.partner_id
        records = (
            record
            for name in _names(database, span)
            if first <= name <= last
            for record in database[name].find(wanted).sort("_id", 1)
        )
        figures = map(_as_figure, islice(records, MOST_READ))
        return (figure for figure in figures if query.includes(figure.slot))


def _names(database: Database[Record], span: Span) -> list[str]:
    named = {"name": {"$regex": f"^{span.value}s_[0-9]{{6,8}}$"}}
    return sorted(database.list_collection_names(filter=named))


def _name(span: Span, at: datetime) -> str:
    day = "" if span is Span.HOUR else f"{at.day:02}"
    return f"{span.value}s_{at.year:04}{at.month:02}{day}"


def _added(slot: Slot, counts: Sequence[float]) -> UpdateOne:
    *legs, total_ms = counts
    added = {f"n.{place}": int(many) for place, many in enumerate(legs) if many}
    named = {"t": slot.begin, "d": slot.direction.value, "id_": slot.partner_id}
    named |= {"m": slot.module, "o": slot.outcome}
    return UpdateOne(
        {"_id": _id(slot)}, {"$inc": {**added, "ms": total_ms}, "$setOnInsert": named}, upsert=True
    )


def _id(slot: Slot) -> str:
    """In the order of time. A module may be any text of a caller's: it is the last."""
    names = (slot.direction.value, slot.outcome, slot.partner_id, slot.module)
    return "|".join((_moment(slot.begin), *names))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def _end(query: FigureQuery) -> str:
    """A minute or hour that begins before the end is in, though it ends after it."""
    return _moment(query.until + timedelta(seconds=59))


def _as_figure(record: Record) -> Figure:
    held = record.get("n", {})
    slot = Slot(
        begin=record["t"],
        direction=Direction(record["d"]),
        partner_id=record["id_"],
        module=record["m"],
        outcome=record["o"],
    )
    counts = tuple(held.get(str(place), 0) for place in range(len(BOUNDS_MS) + 1))
    return Figure(slot, counts, record["ms"])
