"""A market with bills: ABC's CDRs, the hub that takes custody of them, XYZ that owes them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from adapters.memory import answer
from application.cdrs.checking import Posted
from application.cdrs.custody import Taken
from domain.cdrs.custody import Filed
from domain.delivery.deliveries import CdrDelivery, DeliveryClass, DeliveryState, LaneId
from domain.delivery.lanes import Breaker, LaneHealth
from domain.documents import JsonValue, as_document
from domain.objects.paging import PageRequest
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import PartyId
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, HUB, XYZ, Doc, a_partner, a_reader, an_endpoint
from tests.charging import a_cdr
from tests.unit.application.house import House, TalkingWire

LANE = LaneId("emsp", DeliveryClass.CDR)
REFUSING = answer(code=2001, message="wrong tariff")
TAKING = answer(status=201, headers={"location": "https://emsp.example/cdrs/77"})
SICK = answer(status=500, code=None)


def a_payer(partner_id: str = "emsp", party: PartyId = XYZ, **fields: Any) -> Partner:
    """A service provider that takes CDRs and sessions."""
    endpoints = tuple(an_endpoint(module, host=partner_id) for module in ("cdrs", "sessions"))
    return a_reader(partner_id, party, **{"endpoints": endpoints, **fields})


def a_market(says: Callable[[WireRequest], WireAnswer] = lambda _: TAKING, **ports: Any) -> House:
    """ABC's platform `cpo` and XYZ's platform `emsp`, which says this to all that it is sent."""
    house = House(wire=TalkingWire(says), **ports)
    return house.with_partners(a_partner(), a_payer())


def says(house: House, answers: Callable[[WireRequest], WireAnswer] | WireAnswer) -> None:
    """From now on XYZ says this."""
    house.wire.answers = answers if callable(answers) else lambda _: answers


def post(
    house: House,
    document: Doc | None = None,
    *,
    to: PartyId | None = None,
    by: str = "cpo",
    body: bytes | None = None,
) -> Taken:
    """A POST of a CDR, to the hub unless TO is named."""
    cdr = a_cdr() if document is None else document
    posted = Posted(
        document=cdr,
        body=house.json.dump(cdr) if body is None else body,
        by=house.partners.get(by),
        sender=ABC,
        to=to,
        correlation_id="C-1",
    )
    return house.cdr_custody.take(posted)


def pump(house: House, *, after_s: float = 0.0) -> None:
    """So much later, everything that is due is tried once."""
    house.clock.advance(after_s)
    house.pump.run(seconds=20.0)


def handed(house: House, filed: Filed | Taken) -> CdrDelivery:
    """How the handing over stands."""
    found = filed.filed if isinstance(filed, Taken) else filed
    delivery: CdrDelivery | None = house.ledger.get(found.ref)
    assert delivery is not None
    return delivery


def state(house: House, taken: Taken) -> DeliveryState:
    return handed(house, taken).state


def posts(house: House) -> list[JsonValue]:
    """The ids of the CDRs that XYZ was sent, in order."""
    sent = [each.body for each in house.wire.asked if each.method == "POST"]
    return [_id_of(house, body or b"") for body in sent]


def suspend(house: House, state: PartnerState = PartnerState.SUSPENDED) -> None:
    """XYZ's platform is cut off."""
    house.partners.save(replace(house.partners.get("emsp"), state=state))


def leave(house: House) -> None:
    """XYZ's platform has unregistered: its party may be another's."""
    suspend(house, PartnerState.UNREGISTERED)


def unwell(house: House, lane: LaneId = LANE) -> None:
    """The lane has just failed."""
    lease = house.deliveries.lease(lane, holder="test", seconds=60)
    assert lease is not None
    house.deliveries.give_back(lease, LaneHealth(Breaker.CLOSED, failures_in_a_row=1))


def lists(house: House, party: PartyId = HUB) -> list[JsonValue]:
    """The ids of the CDRs that this party is shown in GET cdrs."""
    viewer = house.object_reader.lister("cdrs", party)
    page = house.object_reader.page("cdrs", PageRequest(0, 100), viewer=viewer)
    return [_id_of(house, body) for body in page.items]


def _id_of(house: House, body: bytes) -> JsonValue:
    return as_document(house.json.parse(body))["id"]


def told(house: House) -> tuple[str, ...]:
    """What subscribers are to be told of it yet."""
    untold = house.ledger.untold(limit=9)
    return tuple(event for each in untold for event in each.what.untold)
