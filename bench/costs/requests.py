"""What requests cost that nothing is sent for: reads, and authorization."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from adapters.mongo.object_records import collection_of, of_stored
from bench.calling import Answered, Call, sent, share
from bench.costs.bodies import authorize, listed, location_put
from bench.costs.cpu import Cost
from bench.costs.market import LISTED, ROUNDS, Market, assert_well, interleaved, well
from bench.costs.peers import beside
from bench.costs.table import Line
from domain.objects.stored import EVERYONE, ObjectKey, Stored
from domain.partners.party import PartyId
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.wire import encode

_BATCH = 5_000
_NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
_BUSY = 4003
_CARD = "CARD1"


def versions(market: Market) -> list[Line]:
    """GET versions with a token, against the bare route."""
    call = Call.of(market.cpo, "GET", market.hub.versions_url)
    found = interleaved(
        {
            "hub": lambda: market.cost([call] * 300),
            "bare": lambda: market.floor(market.bare.call("bare"), 400),
            **market.beside("GET", "versions", times=300),
        }
    )
    ratio = found["bare"].ms / found["hub"].ms
    of_bare = Line("GET versions: bare route / hub", "× CPU", ratio, 1.0, 0.70, True)
    return [
        _line("GET versions, authenticated", found["hub"], found["bare"]),
        *beside(market.peers.libraries, found),
        of_bare,
    ]


def a_list(market: Market) -> list[Line]:
    """GET of 100 locations of 20.5 kB."""
    well(
        [location_put(market.cpo, f"LIST{number}").call for number in range(LISTED)], connections=2
    )
    market.until_published()
    call = listed(market.emsp, "locations", f"limit={LISTED}")
    found = interleaved(
        {
            "hub": lambda: market.cost([call] * 25),
            "bare": lambda: market.floor(market.bare.call("list"), 60),
            **market.beside("GET", f"cpo/2.2.1/locations/?limit={LISTED}", times=1),
        }
    )
    return [
        _line("GET list, 100 locations (2 MB)", found["hub"], found["bare"], 2.5),
        *beside(market.peers.libraries, found),
    ]


def authorization(market: Market) -> list[Line]:
    """What the hub adds to the issuer's answer; whether it refuses some of 16 at once."""
    market.readers.know(encode(token(*market.emsp.party, uid=_CARD)))
    through = authorize(market.cpo, market.emsp, _CARD, directly=False)
    ways = {
        "direct": authorize(market.cpo, market.emsp, _CARD, directly=True),
        "hub": through,
        "bare": market.bare.call("bare"),
    }
    took: dict[str, list[Answered]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, call in ways.items():
            took[name] += sent([call] * 200)
    for answers in took.values():
        assert_well(answers)
    busy = sent([through] * 1_500, connections=16)
    assert {each.code for each in busy} <= {1000, _BUSY}
    refused = sum(each.code == _BUSY for each in busy) / len(busy)
    return [
        Line(
            f"authorize, added p{percent}, one after the other",
            "ms",
            _ms(took["hub"], percent) - _ms(took["direct"], percent),
            _ms(took["bare"], percent),
            to_reach,
        )
        for percent, to_reach in ((50, 1.5), (95, 2.5))
    ] + [Line("authorize, 16 at once: refused with 4003", "%", refused * 100, 0.0, 0.0)]


def small_list(market: Market) -> Cost:
    """What a GET of one location costs with the partners that there are now."""
    call = listed(market.emsp, "locations", "limit=1")
    return interleaved({"hub": lambda: market.cost([call] * 100)})["hub"]


def by_partners(few: Cost, more: Cost, many: Cost) -> list[Line]:
    """The same request with 2, 52 and 500 partners."""
    return [
        Line("GET of one location, 2 partners", "ms CPU", few.ms, by=few.by),
        Line("… 52 partners / 2", "×", more.ms / few.ms, 1.0, 1.1),
        Line("… 500 partners / 2", "×", many.ms / few.ms, 1.0, 1.1),
    ]


def token_page(market: Market) -> Cost:
    """What a page of 100 tokens costs with the tokens that there are now."""
    call = listed(market.cpo, "tokens", "limit=100")
    return interleaved({"hub": lambda: market.cost([call] * 25)})["hub"]


def by_tokens(few: Cost, many: Cost) -> list[Line]:
    return [
        Line("page of 100 tokens of 1,000", "ms CPU", few.ms, by=few.by),
        Line("… of 101,000 / of 1,000", "×", many.ms / few.ms, 1.0, 1.3),
    ]


def store_tokens(market: Market, numbers: Sequence[int]) -> None:
    """Tokens of the eMSP, as they are in the store after a push."""
    stored = market.hub.inside.mongo()[collection_of("tokens")]
    for first in range(0, len(numbers), _BATCH):
        batch = numbers[first : first + _BATCH]
        stored.insert_many([of_stored(_token(market.emsp.party, number)) for number in batch])


def _token(issuer: tuple[str, str], number: int) -> Stored:
    uid = f"TOKEN{number:08}"
    return Stored(
        key=ObjectKey("tokens", PartyId(*issuer), uid, "RFID"),
        audience=EVERYONE,
        body=encode(token(*issuer, uid=uid)),
        last_updated=_NEW_YEAR + timedelta(seconds=number),
        origin="emsp",
        revision=1,
        created=1_767_000_000_000_000 + number,
    )


def _line(name: str, hub: Cost, floor: Cost, to_reach: float | None = None) -> Line:
    return Line(name, "ms CPU", hub.ms, floor.ms, to_reach, by=hub.by)


def _ms(answers: Sequence[Answered], percent: int) -> float:
    return share([each.seconds for each in answers], percent) * 1000
