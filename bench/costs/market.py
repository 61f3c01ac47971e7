"""The hub that is measured, its partners and its floor; and how work is measured there."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from adapters.mongo import MongoObjects
from application.modules import STORED
from bench.calling import Answered, Call, sent
from bench.costs.bodies import Change, location_put
from bench.costs.cpu import Cost, Meter, median
from bench.costs.floors import Bare
from bench.costs.peers import Peer, Peers
from bench.costs.platforms import Lean, Partners
from bench.costs.readers import Readers
from bench.market import fresh_hub
from tests.conformance.running import RunningHub
from tests.e2e.hub_process import until

ROUNDS = 3
LISTED = 100
"""The locations of a list."""
_WITHIN_S = 240.0
_REST_S = 6.0
_ANNOUNCED_S = 11.0
"""In this time what is new of partners is on its way to the others."""
_EVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass
class Market:
    """One hub with two partners at first: a CPO, and an eMSP that takes no pushes."""

    hub: RunningHub
    readers: Readers
    bare: Bare
    peers: Peers
    partners: Partners
    cpo: Lean
    emsp: Lean
    idle: Cost = field(default_factory=lambda: Cost(0.0))

    @property
    def meter(self) -> Meter:
        """All processes of the hub and its stores, without what they use when nothing comes."""
        return Meter(self.hub.process.processes, self.idle)

    def rest(self) -> Cost:
        """Measure anew what the hub uses in a second in which nothing comes."""

        def work() -> int:
            time.sleep(_REST_S)
            return int(_REST_S)

        time.sleep(_ANNOUNCED_S)
        self.until_nothing_is_owed()
        self.idle = Meter(self.hub.process.processes).cost(work)
        return self.idle

    def floor(self, call: Call, times: int) -> Cost:
        """What this request of the bare application costs."""
        return self.bare.meter(self.idle).cost(lambda: well([call] * times, connections=2))

    def beside(
        self, method: str, path: str, body: bytes | None = None, *, times: int
    ) -> dict[str, Callable[[], Cost]]:
        """Measure what this request costs each peer; by the peers' titles."""
        return {
            peer.library.title: partial(_cost_of, peer, [peer.call(method, path, body)] * times)
            for peer in self.peers.served
        }

    def cost(self, calls: Sequence[Call], connections: int = 2) -> Cost:
        """What a request costs until it is answered."""
        return self.meter.cost(lambda: well(calls, connections=connections))

    def cost_until_published(self, changes: Sequence[Change]) -> Cost:
        """What a change costs until the publisher is done with it."""

        def work() -> int:
            done = well([each.call for each in changes], connections=2)
            self.until_published()
            return done

        return self.meter.cost(work)

    def cost_until_delivered(self, changes: Sequence[Change], readers: Sequence[Lean]) -> Cost:
        """What a change costs until each of these has it, and nothing is owed any more."""

        def work() -> int:
            done = well([each.call for each in changes], connections=2)
            self.arrivals(changes, readers)
            self.until_nothing_is_owed()
            return done

        return self.meter.cost(work)

    def arrivals(self, changes: Sequence[Change], readers: Sequence[Lean]) -> list[float]:
        """When each of these readers had each of these changes; waits until all have all."""
        numbers, stamps = [each.number for each in readers], [each.stamp for each in changes]
        return list(self.readers.came(numbers, stamps, within_s=_WITHIN_S).values())

    def until_published(self) -> None:
        """Return as soon as every change of every module is published."""
        until(lambda: not self._objects.unpublished(before=_EVER, limit=1), _WITHIN_S)

    def until_nothing_is_owed(self) -> None:
        """Return as soon as every change is published, and every delivery is settled."""
        self.until_published()
        until(lambda: not self.hub.inside.hub.delivery_overview.owed(limit=1), _WITHIN_S)

    @cached_property
    def _objects(self) -> MongoObjects:
        return MongoObjects(self.hub.inside.mongo, STORED)


@contextmanager
def opened(folder: Path) -> Iterator[Market]:
    """A fresh hub with its two partners, and the peers; nothing of it runs afterwards."""
    with Readers() as readers, fresh_hub(folder / "hub") as hub, Bare(hub, folder / "bare") as bare:
        partners = Partners(hub, readers)
        cpo = partners.join("CPO:DE:ABC", ("commands", "RECEIVER"))
        emsp = partners.join("EMSP:NL:EMS", ("tokens", "SENDER"))
        listed = [location_put(cpo, f"LIST{number}").call for number in range(LISTED)]
        with Peers(folder, [each.body or b"" for each in listed]) as peers:
            yield Market(hub, readers, bare, peers, partners, cpo, emsp)


def interleaved(works: Mapping[str, Callable[[], Cost]], rounds: int = ROUNDS) -> dict[str, Cost]:
    """The median cost of each, measured in turn, so that other load meets all alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            costs[name].append(work())
    return {name: median(each) for name, each in costs.items()}


def well(calls: Sequence[Call], connections: int = 1) -> int:
    """How many were answered: each with 1000."""
    answers = sent(calls, connections)
    assert_well(answers)
    return len(answers)


def assert_well(answers: Sequence[Answered]) -> None:
    """Each was answered 1000: else nothing was measured."""
    codes = {each.code for each in answers}
    assert codes == {1000}, f"answered with {sorted(codes)}"


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def _cost_of(peer: Peer, calls: Sequence[Call]) -> Cost:
    return peer.meter.cost(lambda: well(calls, connections=2))
