"""What a delivery costs when a change goes to many readers, and when much is owed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median as middle

from bench.costs import cpu
from bench.costs.bodies import Change, location_put, tariff_put
from bench.costs.cpu import Cost
from bench.costs.floors import Loop, kept_alive_loop
from bench.costs.market import ROUNDS, Market, well
from bench.costs.platforms import Lean
from bench.costs.stopped import Stopped
from bench.costs.table import Line

_BROADCASTS = 6
_OWED_EACH = 100
_OF_ONE = 500
_BACKLOGS = 2


@dataclass(frozen=True)
class _Drained:
    """What a delivery cost, and how many came a second from the moment the pump went on."""

    cost: Cost
    per_s: float


def fan_out(market: Market, readers: Sequence[Lean]) -> list[Line]:
    """Broadcasts to all readers one by one, then many owed to all, then to one of them."""
    broadcasts, latencies, loops = list[Cost](), list[float](), list[Loop]()
    many, one = list[_Drained](), list[_Drained]()
    for _ in range(ROUNDS):
        loops.append(_loop(market, readers))
        cost, took = _broadcast(market, readers)
        broadcasts.append(cost)
        latencies += took
    for number in range(_BACKLOGS):
        market.readers.forget()
        owed = [f"OWED{each}" for each in range(_OWED_EACH)]
        many.append(_backlog(market, readers, [location_put(market.cpo, id_) for id_ in owed]))
        tariffs = [tariff_put(market.cpo, f"T{number}N{each}") for each in range(_OF_ONE)]
        one.append(_backlog(market, readers[:1], tariffs))
    floor = sorted(loops, key=lambda loop: loop.cpu_ms)[len(loops) // 2]
    at_once, lane = cpu.median(broadcasts), cpu.median([each.cost for each in one])
    lanes = cpu.median([each.cost for each in many])
    size, per_s = len(readers), max(each.per_s for each in many)
    return [
        Line(
            f"broadcast to {size}: a delivery",
            "ms CPU",
            at_once.ms,
            floor.cpu_ms,
            2.0,
            by=at_once.by,
        ),
        Line(
            f"PUT sent → the last of {size} has it", "ms", middle(latencies), floor.round_ms, 120.0
        ),
        Line("a delivery, backlog of one lane", "ms CPU", lane.ms, floor.cpu_ms, 1.5, by=lane.by),
        Line(
            f"a delivery, backlog of {size} lanes",
            "ms CPU",
            lanes.ms,
            floor.cpu_ms,
            None,
            by=lanes.by,
        ),
        Line(
            f"deliveries of one pump, {size * _OWED_EACH:,} owed",
            "a second",
            per_s,
            floor.per_s,
            800.0,
            True,
        ),
    ]


def _loop(market: Market, readers: Sequence[Lean]) -> Loop:
    urls = [f"{reader.profile.endpoint('locations', 'RECEIVER')}/LOOP" for reader in readers]
    return kept_alive_loop(urls, location_put(market.cpo, "LOOP").call.body or b"", _BROADCASTS)


def _broadcast(market: Market, readers: Sequence[Lean]) -> tuple[Cost, list[float]]:
    """Each PUT waits until all readers have the one before; milliseconds until the last has it."""
    took: list[float] = []

    def work() -> int:
        for number in range(_BROADCASTS):
            change = location_put(market.cpo, f"WIDE{number}")
            begun = time.monotonic()
            well([change.call])
            took.append((max(market.arrivals([change], readers)) - begun) * 1000)
        market.until_nothing_is_owed()
        return _BROADCASTS * len(readers)

    return market.meter.cost(work), took


def _backlog(market: Market, readers: Sequence[Lean], changes: Sequence[Change]) -> _Drained:
    """The pump stands still until all is owed; then it drains alone, without the sweeper."""
    goes_on = list[float]()
    arrived = list[float]()

    def drain(pump: Stopped) -> int:
        goes_on.append(time.monotonic())
        pump.go_on()
        market.hub.inside.wake.pump()
        arrived.extend(market.arrivals(changes, readers))
        market.until_nothing_is_owed()
        return len(arrived)

    with Stopped(market.hub, "sweeper"), Stopped(market.hub, "pump") as pump:
        well([change.call for change in changes], connections=2)
        market.until_published()
        cost = market.meter.cost(lambda: drain(pump))
    return _Drained(cost, len(arrived) / (max(arrived) - goes_on[0]))
