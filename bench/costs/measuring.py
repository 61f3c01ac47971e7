"""Measures everything in one run against one hub, which grows from 2 partners to 500."""

import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.calling import Call
from bench.costs import changes, fanout, requests
from bench.costs.market import Market, opened, well
from bench.costs.platforms import Lean
from bench.costs.table import Line, described, save, written

_READERS = 50
_PARTNERS = 500
_FEW_TOKENS, _MANY_TOKENS = 1_000, 101_000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def main(json: Path | None = None) -> int:
    """The exit status, always 0: the table reports. It fails where an answer was wrong."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as market:
        peers = {each.name: each.version for each in market.peers.libraries}
        about = described(market.hub) | {"peers": peers}
        lines = _measured(market)
    if json is not None:
        save(json, about, lines)
    print(f"costs: CPU is that of all the hub's processes and its stores ({_minutes(begun)})")
    print(written(lines), flush=True)
    return 0


def _measured(market: Market) -> list[Line]:
    """In the order in which the hub grows; then in that of the table."""
    well([Call.of(market.cpo, "GET", market.hub.versions_url)] * 50, connections=4)
    idle = market.rest()
    versions, listed = requests.versions(market), requests.a_list(market)
    few = requests.small_list(market)
    requests.store_tokens(market, range(_FEW_TOKENS))
    few_tokens = requests.token_page(market)
    authorized = requests.authorization(market)
    unread = changes.pushes(market, None)
    published = changes.published_rate(market)
    _say("one reader")
    first = _reader(market, 0)
    read = changes.pushes(market, first)
    cdrs = changes.cdrs(market, first)
    market.peers.end()
    _say(f"{_READERS} readers")
    readers = [first, *(_reader(market, number) for number in range(1, _READERS))]
    market.rest()
    more = requests.small_list(market)
    fan_out = fanout.fan_out(market, readers)
    _say(f"{_PARTNERS} partners, {_MANY_TOKENS:,} tokens")
    parties = itertools.islice(_parties(), _PARTNERS - market.partners.joined)
    market.partners.add_copies(first, list(parties))
    idle_with_many = market.rest()
    many = requests.small_list(market)
    requests.store_tokens(market, range(_FEW_TOKENS, _MANY_TOKENS))
    many_tokens = requests.token_page(market)
    return [
        *(*fan_out, *unread, *read, *published, *cdrs, *listed, *authorized, *versions),
        *requests.by_tokens(few_tokens, many_tokens),
        *requests.by_partners(few, more, many),
        Line("the idle hub, 2 partners", "ms CPU a second", idle.ms, by=idle.by),
        Line("… 500 partners", "ms CPU a second", idle_with_many.ms, by=idle_with_many.by),
    ]


def _reader(market: Market, number: int) -> Lean:
    """The first takes CDRs and tariffs too."""
    modules = [("locations", "RECEIVER")]
    if number == 0:
        modules += [("cdrs", "RECEIVER"), ("tariffs", "RECEIVER")]
    return market.partners.join(f"EMSP:NL:R{number:02}", *modules)


def _parties() -> Iterator[tuple[str, str]]:
    return (("QA", "".join(three)) for three in itertools.product(_LETTERS, repeat=3))


def _say(phase: str) -> None:
    print(f"costs: {phase}", flush=True)


def _minutes(begun: float) -> str:
    return f"{(time.monotonic() - begun) / 60:.1f} minutes"
