"""What the hub adds to a command: START_SESSION through it, and the same call made directly.

One run, the two ways in turn, so that both meet the same moments of a shared machine. Through the
hub a command is kept durably before it leaves, and its response before it is passed on.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.calling import Answered, Call, Callers, Cycled, Pace, share, told
from bench.market import fresh_hub, registered
from entrypoints.sandbox import Platform
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.commands import start_session
from entrypoints.sandbox.wire import authorization

P50_MS, P95_MS = 40.0, 120.0
"""What the hub may add to half of the commands, and to nineteen of twenty."""

_DIRECTLY = "token-of-the-benchmark"
_RUNS = 3


@dataclass(frozen=True)
class Load:
    """Commands a second, of one requester; each way is gone `rounds` times."""

    per_s: float = 20.0
    seconds: float = 5.0
    rounds: int = 3


@dataclass(frozen=True)
class Commands:
    """What came of both ways."""

    load: Load
    direct: list[Answered]
    relayed: list[Answered]

    def added_ms(self, percent: int) -> float:
        """How much later this share of commands is answered through the hub."""
        direct, relayed = ([each.seconds for each in way] for way in (self.direct, self.relayed))
        return (share(relayed, percent) - share(direct, percent)) * 1000

    @property
    def is_within_limit(self) -> bool:
        well = all(each.code == 1000 for each in (*self.direct, *self.relayed))
        return well and self.added_ms(50) <= P50_MS and self.added_ms(95) <= P95_MS

    def __str__(self) -> str:
        verdict = "kept" if self.is_within_limit else "BROKEN"
        return f"""\
commands: START_SESSION, {self.load.per_s:g} a second
  directly          {told(self.direct)}
  through the hub   {told(self.relayed)}
  the hub adds      p50 {self.added_ms(50):6.1f} ms  p95 {self.added_ms(95):6.1f} ms, \
at most {P50_MS:g} and {P95_MS:g}: {verdict}"""


def main() -> int:
    """The exit status."""
    runs: list[Commands] = []
    with tempfile.TemporaryDirectory() as folder:
        while len(runs) < _RUNS and not (runs and runs[-1].is_within_limit):
            runs.append(measured(Path(folder) / f"hub{len(runs)}", Load()))
            print(runs[-1], flush=True)
    return 0 if runs[-1].is_within_limit else 1


def measured(folder: Path, load: Load) -> Commands:
    """Both ways, in turn."""
    direct, relayed = list[Answered](), list[Answered]()
    with (
        Callers(1) as callers,
        fresh_hub(folder) as hub,
        registered(hub, "CPO:DE:ABC", "EMSP:NL:MS1") as [operator, provider],
    ):
        ways = {"direct": _direct(provider, operator), "relayed": _relayed(provider, operator)}
        pace = Pace(load.seconds, load.per_s)
        for way in ways.values():
            callers.begin([way], Pace(2.0, load.per_s)).answers()
        for _ in range(load.rounds):
            direct += callers.begin([ways["direct"]], pace).answers()
            relayed += callers.begin([ways["relayed"]], pace).answers()
    return Commands(load, direct, relayed)


def _relayed(provider: Platform, operator: Platform) -> Cycled:
    url = provider.hub.url("commands", "RECEIVER", ("START_SESSION",))
    return Cycled((_call(provider, operator, url),))


def _direct(provider: Platform, operator: Platform) -> Cycled:
    """The operator lets the provider in itself, as it lets the hub in."""
    operator.connection.admit(_DIRECTLY)
    url = operator.profile.endpoint("commands", "RECEIVER") + "/START_SESSION"
    call = _call(provider, operator, url)
    headers = call.headers | {"Authorization": authorization(_DIRECTLY)}
    return Cycled((Call(call.method, call.url, headers, call.body),))


def _call(provider: Platform, operator: Platform, url: str) -> Call:
    party = provider.profile.parties[0].id
    body = start_session(provider.callback_url("commands", "1"), card=token(*party))
    return Call.of(provider, "POST", url, to=operator.profile.parties[0].id, body=body)


if __name__ == "__main__":
    sys.exit(main())
