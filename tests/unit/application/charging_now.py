"""Sessions that ABC reports: to XYZ through the hub, or to the hub alone."""

from typing import Any

from application.objects.pushed import Accepted, Pushed
from application.routing.passed import Passed, Relayed
from domain.objects.stored import ObjectKey
from domain.partners.party import Interface, PartyId
from domain.ports import WireRequest
from tests.builders import ABC, HUB, XYZ, Doc, at
from tests.charging import S1, a_period, a_session
from tests.unit.application.house import House

URL = "https://emsp.example/2.3.0/receiver/sessions/DE/ABC/S1"


def pushed(house: House, document: Doc | None = None, **fields: Any) -> Pushed:
    """A PUT or PATCH of ABC's session S1."""
    said = a_session() if document is None else document
    return house.pushed(said, **{"key": S1, **fields})


def passed(push: Pushed, receiver: PartyId = XYZ) -> Passed:
    """The request that it came in, to be passed on."""
    return Passed(
        method=push.method,
        module="sessions",
        interface=Interface.RECEIVER,
        suffix="/DE/ABC/S1",
        query="",
        body=push.body,
        correlation_id="C-1",
        requester="cpo",
        sender=ABC,
        receiver=receiver,
    )


def report(house: House, document: Doc | None = None, **fields: Any) -> Relayed | Accepted:
    """Said to XYZ, through the hub."""
    push = pushed(house, document, **fields)
    return house.session_push.push(push, passed(push))


def report_to_hub(house: House, document: Doc | None = None, **fields: Any) -> Accepted:
    """Said to the hub, which finds out whom to tell."""
    return house.session_push.push_to_hub(pushed(house, document, **fields))


def a_patch(updated: float = 60, **fields: Any) -> Doc:
    """One more charging period."""
    return {"charging_periods": [a_period(updated)], "last_updated": at(updated), **fields}


def periods(house: House, key: ObjectKey = S1) -> list[Any]:
    """The charging periods of the session as the hub has it."""
    return list(house.document(key).get("charging_periods", []))


def settle(house: House) -> None:
    """What is unpublished is published, at any age, and delivered."""
    house.clock.advance(60)
    house.publisher.sweep(older_than_s=2.0)
    house.pump.run(seconds=20.0)


def told(house: House) -> list[tuple[str, PartyId | None]]:
    """What XYZ was sent of sessions: method, and from whom."""
    requests: list[WireRequest] = [each for each in house.wire.asked if each.url == URL]
    assert all(each.receiver == XYZ for each in requests)
    assert HUB not in {each.sender for each in requests}
    return [(each.method, each.sender) for each in requests]


def last_told(house: House) -> Doc:
    """The body that XYZ was sent last."""
    said = house.json.parse(house.wire.asked[-1].body)
    assert isinstance(said, dict)
    return said
