"""What changes and CDRs cost: until they are published, and until one reader has them."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

from bench.costs.bodies import Change, as_2_2_1, cdr_post, location_put, status_patch
from bench.costs.cpu import Cost
from bench.costs.market import Market, interleaved, seconds, well
from bench.costs.peers import ahead, beside
from bench.costs.platforms import Lean
from bench.costs.stopped import Stopped
from bench.costs.table import Line

_MANY = 50
_AT_ONCE = 800
_Made = Callable[[Lean, str], Change]
_ids = count(1)


def pushes(market: Market, reader: Lean | None) -> list[Line]:
    """PUT of a location and PATCH of a status: published, and delivered to `reader` if any."""
    body = location_put(market.cpo, "LOC").call.body
    path = "emsp/2.2.1/locations/{}/{}/LOC".format(*market.cpo.party)
    peers = market.beside("PUT", path, body, times=20) if reader is None else {}
    costs = interleaved(
        {
            "PUT": lambda: _pushed(market, location_put, reader),
            "PATCH": lambda: _pushed(market, status_patch, reader),
            "floor": lambda: market.floor(market.bare.call("insert", body), 100),
            **peers,
        }
    )
    put, patch, floor = costs["PUT"], costs["PATCH"], costs["floor"].ms
    what, to_reach = ("published, no reader", 3.5) if reader is None else ("delivered to one", 6.0)
    return [
        Line(f"PUT location, 20.5 kB: {what}", "ms CPU", put.ms, floor, to_reach, by=put.by),
        *beside(market.peers.libraries, costs),
        Line(f"PATCH EVSE status: {what}", "ms CPU", patch.ms, floor, to_reach, by=patch.by),
    ]


def cdrs(market: Market, reader: Lean) -> list[Line]:
    """POST CDR with TO = the hub: the eMSP takes none by push, and `reader` has it."""
    body = _cdrs(market, market.emsp)[0].call.body or b""
    peers = market.peers.libraries
    costs = interleaved(
        {
            "pull": lambda: market.cost([each.call for each in _cdrs(market, market.emsp)]),
            "push": lambda: market.cost_until_delivered(_cdrs(market, reader), [reader]),
            "floor": lambda: market.floor(market.bare.call("insert", body), 100),
            **market.beside("POST", "emsp/2.2.1/cdrs/", as_2_2_1(body), times=200),
        }
    )
    pull, push, floor = costs["pull"], costs["push"], costs["floor"].ms
    return [
        Line("POST CDR, no push", "ms CPU", pull.ms, floor, 2.8, by=pull.by),
        *beside(peers, costs),
        *ahead(peers, costs, pull),
        Line("POST CDR, TO = hub: delivered", "ms CPU", push.ms, floor, 5.0, by=push.by),
    ]


def published_rate(market: Market) -> list[Line]:
    """Changes accepted a second on four connections, and published by one worker meanwhile.

    And how many it publishes a second where all have been accepted before.
    """
    accepted, published, alone = list[float](), list[float](), list[float]()
    for _ in range(2):
        alone.append(_published_alone(market))
        calls = [location_put(market.cpo, f"RATE{number}").call for number in range(_AT_ONCE)]
        with Stopped(market.hub, "sweeper"):
            taken = seconds(partial(well, calls, connections=4))
            published.append(_AT_ONCE / (taken + seconds(market.until_published)))
        accepted.append(_AT_ONCE / taken)
    best, asked, most = max(published), max(accepted), max(alone)
    return [
        Line("changes accepted, 4 connections", "a second", asked),
        Line("changes published by one worker", "a second", best, None, 0.95 * asked, True),
        Line("… where all are accepted already", "a second", most, None, 3 * asked, True),
    ]


def _published_alone(market: Market) -> float:
    calls = [location_put(market.cpo, f"RATE{number}").call for number in range(_AT_ONCE)]
    with Stopped(market.hub, "sweeper"), Stopped(market.hub, "publish") as publisher:
        well(calls, connections=4)
        publisher.go_on()
        market.hub.inside.wake.publish()
        return _AT_ONCE / seconds(market.until_published)


def _pushed(market: Market, made: _Made, reader: Lean | None) -> Cost:
    """Each time the same locations, so that a PATCH finds its own."""
    changes = [made(market.cpo, f"LOC{number}") for number in range(_MANY)]
    if reader is None:
        return market.cost_until_published(changes)
    return market.cost_until_delivered(changes, [reader])


def _cdrs(market: Market, issuer: Lean) -> Sequence[Change]:
    return [cdr_post(market.cpo, f"CDR{next(_ids)}", issuer) for _ in range(_MANY)]
