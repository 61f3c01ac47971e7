"""Whether the hub stays responsive while an eMSP pushes tokens, or pulls pages, as fast as it can.

One run, two phases of the same calls of a CPO: no eMSP calls, then one does, on several
connections. Every token is taken to the disk, and on its way to the CPO, as always. What the CPO
changes of its locations meanwhile is on its way to another eMSP, in the same queue.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.calling import Answered, Call, Callers, Cycled, Numbered, Pace, share, told
from bench.market import fresh_hub, registered
from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location

LATEST_S = 1.0
LATEST_CHANGE_S = 1.0
"""What 95 of 100 calls of the CPO keep to meanwhile: no driver at a charger would notice."""

_LISTED = 300
_RUNS = 3
_CHANGES = 4
_LATEST_CHANGE_S = 120.0
_UPDATED = "2026-01-15T08:00:00Z"


@dataclass(frozen=True)
class Load:
    """Seconds of each phase, connections of the eMSP, calls of the CPO a second."""

    seconds: float = 15.0
    connections: int = 4
    calls_per_s: float = 10.0


@dataclass(frozen=True)
class Bulk:
    """What the CPO saw without and with the eMSP's calls, and how many of those were answered.

    `reached`: seconds until another eMSP had the CPO's changes, the first one from the idle hub.
    """

    load: Load
    greed: str
    idle: list[Answered]
    busy: list[Answered]
    asked: list[Answered]
    reached: list[float]

    @property
    def p95(self) -> float:
        return share([each.seconds for each in self.busy], 95)

    @property
    def ratio(self) -> float:
        return self.p95 / share([each.seconds for each in self.idle], 95)

    @property
    def is_within_limit(self) -> bool:
        in_time = self.p95 <= LATEST_S and max(self.reached[1:]) <= LATEST_CHANGE_S
        return in_time and _all_well(self.busy) and _all_well(self.asked)

    def __str__(self) -> str:
        rate = len(self.asked) / self.load.seconds
        verdict = "kept" if self.is_within_limit else "BROKEN"
        return f"""\
bulk: an eMSP {self.greed} on {self.load.connections} connections for {self.load.seconds:g} s
  its calls         {told(self.asked)}, {rate:.0f} a second
  a CPO, idle hub   {told(self.idle)}
  a CPO, meanwhile  {told(self.busy)}
  ratio of p95      {self.ratio:.2f}
  its changes reached another eMSP after {self.reached[0]:.2f} s with an idle hub, \
{min(self.reached[1:]):.2f} to {max(self.reached[1:]):.2f} s meanwhile, at most {LATEST_CHANGE_S:g}
  p95 meanwhile     {self.p95 * 1000:.0f} ms, at most {LATEST_S * 1000:g}: {verdict}"""


def main() -> int:
    """The exit status: 1 if no run with one kind of greed kept the limits."""
    with tempfile.TemporaryDirectory() as folder:
        kept = [
            _is_kept(Path(folder) / f"greed{number}-", greed) for number, greed in enumerate(GREEDS)
        ]
    return 0 if all(kept) else 1


def _is_kept(folder: Path, greed: str) -> bool:
    for number in range(_RUNS):
        run = measured(folder.with_name(f"{folder.name}{number}"), Load(), greed)
        print(run, flush=True)
        if run.is_within_limit:
            return True
    return False


def measured(folder: Path, load: Load, greed: str) -> Bulk:
    """Both phases, in one run."""
    roles = ("CPO:DE:ABC", "EMSP:NL:EMS", "EMSP:NL:MS2")
    with (
        Callers(2) as callers,
        fresh_hub(folder) as hub,
        registered(hub, *roles) as [cpo, emsp, other],
    ):
        calls = [_calls(cpo)]
        callers.begin(calls, Pace(2.0, load.calls_per_s)).answers()
        idle = callers.begin(calls, Pace(load.seconds, load.calls_per_s)).answers()
        changes = [_opened(cpo, "IDLE")]
        asking = callers.begin(GREEDS[greed](cpo, emsp, load.connections), Pace(load.seconds))
        calling = callers.begin(calls, Pace(load.seconds, load.calls_per_s))
        for number in range(_CHANGES):
            time.sleep(load.seconds / (_CHANGES + 1))
            changes.append(_opened(cpo, f"BUSY{number}"))
        busy, asked = calling.answers(), asking.answers()
        reached = [_reached(other, *change) for change in changes]
        return Bulk(load, greed, idle, busy, asked, reached)


def _opened(cpo: Platform, name: str) -> tuple[str, float]:
    """A new location, and when the hub had it."""
    path = ("DE", "ABC", name)
    assert cpo.hub.push("PUT", "locations", path, location(*path), to=cpo.hub.hub_party).ok
    return name, time.time()


def _reached(reader: Platform, name: str, at: float) -> float:
    """Seconds until the reader got it."""
    got = reader.wait_for(
        lambda got: got.module == "locations" and got.segments[-1] == name, timeout=_LATEST_CHANGE_S
    )
    return max(0.0, got.at - at)


def _calls(cpo: Platform) -> Cycled:
    """GET versions and PUT location, in turn."""
    path = ("DE", "ABC", "LOC1")
    url = cpo.hub.url("locations", "RECEIVER", path)
    put = Call.of(cpo, "PUT", url, to=cpo.hub.hub_party, body=location(*path))
    return Cycled((Call.of(cpo, "GET", cpo.hub.peer.versions_url), put))


def _pushes(_: Platform, emsp: Platform, connections: int) -> list[Numbered]:
    """PUTs of tokens, no two the same."""
    token = {
        "country_code": "NL",
        "party_id": "EMS",
        "uid": "CARDNNN",
        "type": "RFID",
        "contract_id": "NL-EMS-CNNN-X",
        "issuer": "Mobility",
        "valid": True,
        "whitelist": "ALLOWED",
        "last_updated": _UPDATED,
    }
    url = emsp.hub.url("tokens", "RECEIVER", ("NL", "EMS", "CARDNNN"))
    call = Call.of(emsp, "PUT", url, to=emsp.hub.hub_party, body=token)
    return [Numbered(call, first, connections) for first in range(connections)]


def _pages(cpo: Platform, emsp: Platform, connections: int) -> list[Cycled]:
    """GETs of pages of the list of all locations."""
    for number in range(_LISTED):
        _opened(cpo, f"LISTED{number}")
    urls = [
        emsp.hub.url("locations", "SENDER", (), {"limit": 100, "offset": offset})
        for offset in range(0, _LISTED, 100)
    ]
    calls = (Call.of(emsp, "GET", url, to=emsp.hub.hub_party) for url in urls)
    return [Cycled(tuple(calls))] * connections


GREEDS: Mapping[str, Callable[[Platform, Platform, int], Sequence[Iterable[Call]]]] = {
    "pushes tokens": _pushes,
    "pulls pages": _pages,
}


def _all_well(answers: list[Answered]) -> bool:
    return all(each.code == 1000 for each in answers)


if __name__ == "__main__":
    sys.exit(main())
