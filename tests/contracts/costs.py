"""What a question costs mongod: every command of a store, with what was read to answer it.

The figures are executionStats of the very execution, as mongod's profiler writes them; a command
that only explained afterwards would find other records than the one that changed them.
"""

from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from adapters.mongo import Mongo
from domain.objects.paging import Page

_ROOM = 64 * 1024 * 1024
_NOT_THE_STORES = {"profile", "explain", "drop", "create", "getMore"}
_FREE, _TIMES = 100, 10


@dataclass(frozen=True)
class Cost:
    """One execution: `examined` documents and `keys` of indexes; `written` of them, if any."""

    collection: str
    what: str
    examined: int
    keys: int
    written: int
    plan: str

    def __str__(self) -> str:
        return f"{self.what} on {self.collection}: {self.examined} documents ({self.plan})"


@dataclass(frozen=True)
class Costs:
    """All that a question cost, and how much its answer is worth: how many it names."""

    each: tuple[Cost, ...]
    answered: int

    @property
    def is_bounded(self) -> bool:
        """Whether what is read grows with the answer, and not with what there is."""
        worth = max(self.answered, sum(cost.written for cost in self.each))
        return sum(cost.examined for cost in self.each) <= _TIMES * worth + _FREE

    def __str__(self) -> str:
        return "; ".join([f"for {self.answered}", *map(str, self.each)])


def costs_of(mongo: Mongo, question: Callable[[], object]) -> Costs:
    """What the question cost, all its commands together."""
    with _profiled(mongo):
        answer = question()
    records = mongo()["system.profile"].find({"ns": {"$not": {"$regex": "system.profile"}}})
    return Costs(tuple(_costs(records)), _worth(answer))


def _worth(answer: object) -> int:
    if isinstance(answer, Page):
        return len(answer.items)
    return len(answer) if isinstance(answer, Sized) else 1


@contextmanager
def _profiled(mongo: Mongo) -> Iterator[None]:
    database = mongo()
    database.command("profile", 0)
    database["system.profile"].drop()
    database.create_collection("system.profile", capped=True, size=_ROOM)
    database.command("profile", 2)
    try:
        yield
    finally:
        database.command("profile", 0)


def _costs(records: Any) -> Iterator[Cost]:
    for record in records:
        what = _command_of(record)
        if what in _NOT_THE_STORES and record["op"] != "getmore" or "planSummary" not in record:
            continue
        yield Cost(
            collection=record["ns"].partition(".")[2],
            what=what,
            examined=record.get("docsExamined", 0),
            keys=record.get("keysExamined", 0),
            written=_written(record),
            plan=record["planSummary"],
        )


def _command_of(record: dict[str, Any]) -> str:
    command = record.get("command", {})
    return str(next(iter(command), record["op"])) if record["op"] == "command" else record["op"]


def _written(record: dict[str, Any]) -> int:
    return int(max(record.get("nMatched", 0), record.get("ndeleted", 0)))
