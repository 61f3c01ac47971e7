"""Whether the hub's processes stay as large as they are while it works for long.

Memory, open files and keys in Redis after five minutes of a steady load, and at its end. mongod and
Redis are shown too, but no limit decides about them: they fill the caches that they were given.
"""

import itertools
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis import Redis

from bench.calling import Answered, Call, Callers, Cycled, Numbered, Pace
from bench.costs.bodies import Change, cdr_post, listed, location_put, status_patch
from bench.costs.cpu import name_of
from bench.costs.market import Market, opened, well
from bench.costs.platforms import Lean
from entrypoints.settings import Settings
from tests.conformance.running import RunningHub

LIMIT = 1.1
_READERS = 5
_FIRST = datetime(2026, 3, 1, tzinfo=UTC)
_FIRST_LOOK_S = 300.0
_STORES = ("mongod", "valkey", "redis-server")


@dataclass(frozen=True)
class Load:
    """Requests a second on each of four connections."""

    minutes: float = 60.0
    per_second: float = 8.0


@dataclass(frozen=True)
class Size:
    """By program: megabytes of memory, and open files; and how many keys Redis has."""

    mb: Mapping[str, float]
    files: Mapping[str, int]
    keys: int

    @classmethod
    def of(cls, hub: RunningHub) -> "Size":
        """What it is now; of a program with several processes the largest."""
        mb, files = dict[str, float](), dict[str, int]()
        for pid in hub.process.processes():
            name, status = name_of(pid), Path(f"/proc/{pid}/status").read_text()
            resident = int(status.partition("VmRSS:")[2].split()[0]) / 1024
            mb[name] = max(mb.get(name, 0.0), resident)
            files[name] = max(files.get(name, 0), len(list(Path(f"/proc/{pid}/fd").iterdir())))
        return cls(mb, files, _keys(hub))


@dataclass(frozen=True)
class Soak:
    """What it was after five minutes, and at the end of so many requests."""

    load: Load
    first: Size
    last: Size
    requests: int

    @property
    def is_within_limit(self) -> bool:
        own = [name for name in self.first.mb if name not in _STORES]
        memory = all(self.last.mb[name] <= LIMIT * self.first.mb[name] for name in own)
        files = all(self.last.files[name] <= LIMIT * self.first.files[name] for name in own)
        return memory and files and self.last.keys <= LIMIT * self.first.keys + 10

    def __str__(self) -> str:
        verdict = "kept" if self.is_within_limit else "BROKEN"
        lines = [
            f"  {name:12} {self.first.mb[name]:6.0f} MB {self.last.mb[name]:6.0f} MB"
            f"   {self.first.files[name]:4} files {self.last.files[name]:4}"
            for name in sorted(self.first.mb)
        ]
        return "\n".join(
            [
                f"soak: {self.requests:,} requests in {self.load.minutes:g} minutes;"
                " after five minutes, and at the end",
                *lines,
                f"  keys in Redis {self.first.keys:6} {self.last.keys:6}",
                f"  at most {LIMIT:g} × what it was: {verdict}",
            ]
        )


@dataclass(frozen=True)
class Later:
    """The change again and again, each time a second later than before."""

    change: Change

    def __iter__(self) -> Iterator[Call]:
        call, at = self.change.call, self.change.stamp.encode()
        for number in itertools.count(1):
            later = f"{_FIRST + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}".encode()
            yield replace(call, body=(call.body or b"").replace(at, later))


def main(load: Load | None = None) -> int:
    """The exit status."""
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as market:
        soak = measured(market, load or Load())
    print(soak, flush=True)
    return 0 if soak.is_within_limit else 1


def measured(market: Market, load: Load) -> Soak:
    """The load, and two looks at the processes."""
    modules = (("locations", "RECEIVER"), ("cdrs", "RECEIVER"))
    readers = [market.partners.join(f"EMSP:NL:R{n:02}", *modules) for n in range(_READERS)]
    well([location_put(market.cpo, "SOAK").call])  # what the first PATCH is of
    market.rest()
    seconds = load.minutes * 60
    with Callers(1) as callers:
        going = callers.begin(_lines(market, readers), Pace(seconds, load.per_second))
        time.sleep(min(_FIRST_LOOK_S, seconds / 2))
        first = Size.of(market.hub)
        answers: list[Answered] = going.answers()
    assert {each.code for each in answers} <= {1000}, {each.code for each in answers}
    market.until_nothing_is_owed()
    return Soak(load, first, Size.of(market.hub), len(answers))


def _keys(hub: RunningHub) -> int:
    settings = Settings.from_environment(hub.process.environment())
    with Redis.from_url(settings.redis.url) as redis:
        return int(redis.dbsize())


def _lines(market: Market, readers: Sequence[Lean]) -> list[Iterable[Call]]:
    """Changes of a location, whole and in part, CDRs, lists: a connection each."""
    put, patch = location_put(market.cpo, "SOAK"), status_patch(market.cpo, "SOAK")
    bills = cdr_post(market.cpo, "SOAKNNN", readers[0])
    lists = [listed(market.emsp, "locations", f"limit={limit}") for limit in (1, 5, 20)]
    return [Later(put), Later(patch), Numbered(bills.call), Cycled(tuple(lists))]


if __name__ == "__main__":
    sys.exit(main(Load(*map(float, sys.argv[1:]))))
