"""Partners whose SENDER lists have pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.memory import answer
from domain.errors import OutboundFailed
from domain.objects.pulls import ListRead
from domain.partners.party import PartyId
from domain.ports import WireAnswer, WireRequest
from tests.builders import a_location, a_token_object
from tests.unit.application.house import House, TalkingWire

PAGE_S = 7.0
LOCATIONS = "https://cpo.example/2.3.0/sender/locations"
TARIFFS = "https://cpo.example/2.3.0/sender/tariffs"
TOKENS = "https://emsp.example/2.3.0/sender/tokens"


@dataclass(frozen=True)
class Pulled:
    """What came of reading one list."""

    module: str
    party: PartyId
    seen: int = 0
    stored: int = 0
    quarantined: int = 0
    failure: str = ""
    remark: str = ""
    goes_on: bool = False


def pulled(read: ListRead) -> Pulled:
    came = (read.seen, read.stored, read.quarantined)
    return Pulled(read.module, read.party, *came, read.failure, read.remark, read.goes_on)


def a_page(*objects: Any, then: str | None = None, total: object = None) -> WireAnswer:
    headers = {} if then is None else {"link": f'<{then}>; rel="next"'}
    if total is not None:
        headers["x-total-count"] = str(total)
    return replace(answer(data=list(objects)), headers=headers)


@dataclass
class Lists:
    """What is at which URL, date filters aside; everything else is an empty list."""

    at: dict[str, WireAnswer | OutboundFailed] = field(default_factory=dict)
    asked: list[WireRequest] = field(default_factory=list)

    def __call__(self, request: WireRequest) -> WireAnswer:
        self.asked.append(request)
        said = self.at.get(request.url.partition("?date_from=")[0], a_page())
        if isinstance(said, OutboundFailed):
            raise said
        return said

    @property
    def urls(self) -> Sequence[str]:
        return [request.url for request in self.asked]


def listing(house: House, at: Mapping[str, WireAnswer | OutboundFailed]) -> Lists:
    lists = Lists(dict(at))
    wired(house, lists)
    return lists


def endless(house: House, page_s: float = PAGE_S) -> Callable[[WireRequest], WireAnswer]:
    """A list of ever new objects, whose pages take so long."""

    def answers(request: WireRequest) -> WireAnswer:
        house.clock.advance(page_s)
        url, _, offset = request.url.partition("?offset=")
        number = int(offset or 0)
        page = a_page(a_location(f"L{number}"), then=f"{url}?offset={number + 1}")
        return page if "locations" in request.url else a_page(a_token_object())

    return answers


def wired(house: House, answers: Callable[[WireRequest], WireAnswer]) -> TalkingWire:
    wire = TalkingWire(answers)
    object.__setattr__(house.pull_pages, "wire", wire)
    return wire
