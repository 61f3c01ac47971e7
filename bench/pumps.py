"""Whether two pumps carry nearly twice what one does.

Fifty readers that take a fifth of a second to answer are owed forty changes each. So it is not the
machine that sets the pace, but how many sends a pump has under way, and whether a second pump gets
its share of the lanes.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen

from bench.costs.bodies import tariff_put
from bench.costs.market import Market, opened, well
from bench.costs.platforms import Lean
from bench.costs.stopped import Stopped
from tests.conformance.running import RunningHub
from tests.e2e.hub_process import COMMAND, until

LIMIT = 1.8
_READERS, _EACH = 50, 40
_ANSWERS_AFTER_S = 0.2
_RUNS = 3


@dataclass(frozen=True)
class Pumps:
    """Deliveries a second."""

    one: float
    two: float

    @property
    def ratio(self) -> float:
        return self.two / self.one

    @property
    def is_within_limit(self) -> bool:
        return self.ratio >= LIMIT

    def __str__(self) -> str:
        verdict = "kept" if self.is_within_limit else "BROKEN"
        return f"""\
pumps: {_READERS} readers that answer after {_ANSWERS_AFTER_S:g} s are owed {_EACH} changes each
  one pump          {self.one:.0f} deliveries a second
  two pumps         {self.two:.0f}
  ratio             {self.ratio:.2f}, at least {LIMIT:g}: {verdict}"""


def main() -> int:
    """The exit status."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as market:
        readers = [_joined(market, number) for number in range(_READERS)]
        market.rest()
        market.readers.wait(_ANSWERS_AFTER_S)
        for number in range(_RUNS):
            pumps = _measured(market, readers, number)
            print(pumps, flush=True)
            if pumps.is_within_limit:
                return 0
    return 1


def _joined(market: Market, number: int) -> Lean:
    return market.partners.join(f"EMSP:NL:R{number:02}", ("tariffs", "RECEIVER"))


def _measured(market: Market, readers: list[Lean], number: int) -> Pumps:
    one = _per_s(market, readers, f"ONE{number}N")
    with _another_pump(market.hub):
        two = _per_s(market, readers, f"TWO{number}N")
    return Pumps(one, two)


def _per_s(market: Market, readers: list[Lean], name: str) -> float:
    """From the moment the pumps go on, without the sweeper's help."""
    changes = [tariff_put(market.cpo, f"{name}{each}") for each in range(_EACH)]
    market.readers.forget()
    with Stopped(market.hub, "sweeper"), Stopped(market.hub, "pump") as pumps:
        well([each.call for each in changes], connections=2)
        market.until_published()
        begun = time.monotonic()
        pumps.go_on()
        market.hub.inside.wake.pump()
        arrived = market.arrivals(changes, readers)
        market.until_nothing_is_owed()
    return len(arrived) / (max(arrived) - begun)


@contextmanager
def _another_pump(hub: RunningHub) -> Iterator[None]:
    environment = hub.process.environment() | hub.process.running()
    before = len(hub.process.processes("pump"))
    command = [str(COMMAND), "worker", "--queue", "pump"]
    with Popen(command, env=environment, stdout=DEVNULL, stderr=DEVNULL) as process:
        until(lambda: len(hub.process.processes("pump")) > before, 60.0)
        try:
            yield
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
