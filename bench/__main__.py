"""Runs every benchmark against a fresh hub and says which limit was broken: exit 1 then."""

import sys

from bench import bulk, commands, neighbours, paging, relays

_BENCHMARKS = (neighbours.main, relays.main, commands.main, paging.main, bulk.main)


def main() -> int:
    """The exit status: of the worst of them."""
    return max([benchmark() for benchmark in _BENCHMARKS])


if __name__ == "__main__":
    sys.exit(main())
