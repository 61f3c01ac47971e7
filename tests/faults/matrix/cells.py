"""The table of the matrix: what is broken, where, and how; a line a cell.

A strike runs while a load runs, and asserts that it hit. Where it yields, the fault is over and
others may be struck; it goes on once nothing is owed any more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.faults.matrix import partner_strikes, process_strikes, store_strikes
from tests.faults.matrix.scene import Scene

Strike = Callable[[Scene], Iterator[None]]


@dataclass(frozen=True)
class Cell:
    """`quick`: in `make faults` too. `alone`: no other cell is struck at the same time."""

    component: str
    where: str
    fault: str
    strike: Strike
    quick: bool = True
    alone: bool = False

    @property
    def name(self) -> str:
        return f"{self.component} / {self.where} / {self.fault}"

    @property
    def id(self) -> str:
        """The same as `pytest -k` takes it."""
        return self.name.replace(" / ", "/").replace(",", "").replace(" ", "-")


def _pumps() -> Iterator[Cell]:
    late = process_strikes.pump_comes_back_too_late
    yield Cell("pump", "read", "SIGSTOP", late, alone=True)
    for point in ("leased", "sent", "read", "popped"):
        strike = partial(process_strikes.pump_dies, point=point)
        yield Cell("pump", point, "SIGKILL", strike)
    strike = partial(process_strikes.pump_dies, point="sent", work="reports")
    yield Cell("pump", "sent, a session", "SIGKILL", strike, quick=False)
    for point in ("popped", "leased", "sent"):
        strike = partial(process_strikes.pump_stands_still, point=point)
        yield Cell("pump", point, "SIGSTOP", strike, quick=False)


def _webs() -> Iterator[Cell]:
    quick = ("unwritten", "written", "owed", "sent")
    for point in ("unwritten", "written", "owed", "leased", "sent", "read"):
        dies = partial(process_strikes.web_dies, point=point)
        yield Cell("web", point, "SIGKILL", dies, quick=point in quick)
        stands = partial(process_strikes.web_stands_still, point=point)
        yield Cell("web", point, "SIGSTOP", stands, quick=False)
    yield Cell("web", "anywhere", "SIGKILL of the parent only", process_strikes.parent_dies)


def _others() -> Iterator[Cell]:
    for name in ("publish", "sweeper"):
        strike = partial(process_strikes.dies_anywhere, part=name)
        yield Cell(name, "anywhere", "SIGKILL", strike)
        stands = partial(process_strikes.stands_anywhere, part=name)
        yield Cell(name, "anywhere", "SIGSTOP", stands, quick=False)
    for point in ("looked", "requested"):
        dies = partial(process_strikes.publisher_dies, point=point)
        yield Cell("publish", point, "SIGKILL", dies)
    yield Cell("pump", "anywhere", "SIGKILL", process_strikes.pump_killed_again_and_again, False)
    for point in ("popped", "leased", "sent", "read"):
        strike = partial(process_strikes.sweeper_dies_pumping, point=point)
        yield Cell("sweeper", point, "SIGKILL, no worker", strike, quick=False, alone=True)
    yield Cell("workers", "anywhere", "none there", process_strikes.sweeper_alone, alone=True)
    yield Cell("sweeper", "anywhere", "not there", process_strikes.workers_alone, alone=True)


def _stores() -> Iterator[Cell]:
    yield Cell("mongod", "primary", "SIGKILL before it replicates", store_strikes.lagging_primary)
    yield Cell("mongod", "primary", "SIGKILL", store_strikes.primary_killed, quick=False)
    yield Cell("mongod", "primary", "SIGSTOP", store_strikes.primary_frozen, quick=False)
    yield Cell("mongod", "primary", "stepDown", store_strikes.stepped_down)
    yield Cell("mongod", "all three", "SIGKILL", store_strikes.whole_set_killed, quick=False)
    yield Cell("mongod", "failCommand", "closeConnection", store_strikes.connections_closed)
    yield Cell("mongod", "failCommand", "writeConcernError", store_strikes.not_for_sure)
    yield Cell("mongod", "failCommand", "NotWritablePrimary", store_strikes.not_primary, False)
    yield Cell("mongod", "failCommand", "a slow update", store_strikes.cleared_late)
    yield Cell("redis", "anywhere", "SIGKILL", store_strikes.redis_killed)
    yield Cell("redis", "anywhere", "FLUSHALL", store_strikes.redis_flushed)
    yield Cell("redis", "on the way", "cut off in an answer", store_strikes.redis_cut_off)
    yield Cell("redis", "on the way", "answers lost", store_strikes.redis_silenced, quick=False)
    yield Cell("redis", "anywhere", "SIGSTOP", store_strikes.redis_frozen, quick=False)
    yield Cell("redis", "anywhere", "away for a minute", store_strikes.redis_away, quick=False)


def _partners() -> Iterator[Cell]:
    yield Cell("partner", "cdrs", "hangs", partner_strikes.hangs)
    yield Cell("partner", "cdrs", "applies, then resets", partner_strikes.applies_then_resets)
    yield Cell("partner", "cdrs", "refuses one id", partner_strikes.refuses_one)
    yield Cell("partner", "cdrs", "refuses at once", partner_strikes.refuses_at_once)
    strike = partner_strikes.refuses_after_trouble
    yield Cell("partner", "cdrs", "refuses after trouble", strike)
    yield Cell("partner", "anywhere", "down", partner_strikes.is_down, quick=False)
    yield Cell("partner", "anywhere", "hangs beside another", partner_strikes.neighbour, False)
    yield Cell("partner", "anywhere", "301 to loopback", partner_strikes.redirects, quick=False)
    for how in partner_strikes.FAULTS:
        strike = partial(partner_strikes.misbehaves, how=how)
        yield Cell("partner", "anywhere", how, strike, quick=False)


ALL = (*_stores(), *_pumps(), *_webs(), *_partners(), *_others())
"""Stores first: what is struck later may rest meanwhile, and no pump stands still that long."""
