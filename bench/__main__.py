"""Runs benchmarks, each against a fresh hub, and says which limit was broken: exit 1 then.

`python -m bench [NAME ...] [--json PATH]`; without a name all but `growth`, `election` and `soak`,
which take minutes of their own. PATH is for the costs.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import bulk, commands, election, growth, neighbours, paging, pumps, relays, soak
from bench.costs import measuring

_BENCHMARKS: dict[str, Callable[[], int]] = {
    "neighbours": neighbours.main,
    "relays": relays.main,
    "commands": commands.main,
    "paging": paging.main,
    "bulk": bulk.main,
    "pumps": pumps.main,
    "costs": measuring.main,
}
_BY_NAME: dict[str, Callable[[], int]] = {
    "growth": growth.main,
    "election": election.main,
    "soak": soak.main,
}
_KNOWN = (*_BENCHMARKS, *_BY_NAME)


def main() -> int:
    """The exit status: of the worst of them."""
    asked = _asked()
    runs = _BENCHMARKS | _BY_NAME | {"costs": partial(measuring.main, asked.json)}
    return max([runs[name]() for name in asked.names or _BENCHMARKS])


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(_KNOWN))
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the costs there too")
    asked = parser.parse_args()
    for name in asked.names:
        if name not in _KNOWN:
            parser.error(f"no benchmark is called {name}: {', '.join(_KNOWN)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
