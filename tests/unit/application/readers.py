"""Readers that choose what is pushed to them, and keep it; two owners, two places."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.memory import answer
from domain.documents import as_document
from domain.objects.locations import Location
from domain.objects.stored import ObjectKey
from domain.partners.interest import Interest
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId, Role
from domain.places import Box
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, XYZ, Doc, PlainJson, a_location, a_partner, a_role, an_endpoint
from tests.unit.application.house import House, TalkingWire

TNM = PartyId("NL", "TNM")
"""A second charge point operator."""
GERMANY = Box(5.8, 47.2, 15.1, 55.1)
BERLIN = {"latitude": "52.520000", "longitude": "13.400000"}
PARIS = {"latitude": "48.850000", "longitude": "2.350000"}
DE, NL = Interest(countries=frozenset({"DE"})), Interest(countries=frozenset({"NL"}))
INSIDE = Interest(box=GERMANY)
_MODULES = ("locations", "tariffs", "tokens", "sessions", "hubclientinfo")


def _both(host: str) -> tuple[object, ...]:
    return tuple(an_endpoint(module, each, host) for module in _MODULES for each in Interface)


def an_owner(partner_id: str = "cpo", party: PartyId = ABC) -> Partner:
    return a_partner(partner_id, a_role(Role.CPO, party), endpoints=_both(partner_id))


def a_choosing_reader(partner_id: str = "emsp", party: PartyId = XYZ) -> Partner:
    return a_partner(partner_id, a_role(Role.EMSP, party), endpoints=_both(partner_id))


@dataclass
class Reader:
    """A platform that takes pushes: `held` has its objects by the path of their URLs.

    `wrongs` says which pushes it could do nothing with. While it is `away` it answers nothing.
    """

    held: dict[str, Doc] = field(default_factory=dict)
    got: list[tuple[str, str]] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)
    is_away: bool = False

    def take(self, request: WireRequest) -> WireAnswer:
        if self.is_away:
            return answer(status=503, code=None)
        name, *path = _below_module(request.url)
        self.got.append((request.method, "/".join([name, *path])))
        if request.method == "DELETE":
            self.held.pop(name, None)
            return answer()
        body = dict(as_document(PlainJson().parse(request.body or b"{}")))
        if request.method == "PUT" and not path:
            self.held[name] = body
        elif name not in self.held:
            self.wrongs.append(f"{request.method} {request.url} of what it has not")
            return answer(code=2003)
        else:
            self.held[name] = self._changed(name, tuple(path), request.method, body)
        return answer()

    def _changed(self, name: str, path: tuple[str, ...], method: str, body: Doc) -> Doc:
        held = Location(self.held[name])
        changed = held.patched(path, body) if method == "PATCH" else held.with_part(path, body)
        return dict(changed.document)


def _below_module(url: str) -> list[str]:
    """`DE/ABC/LOC1` with its module, then what is below it."""
    module, country, party, name, *path = url.partition("/receiver/")[2].split("/")
    return ["/".join((module, country, party, name)), *path]


def a_choosing_house(reader: Reader, *more: Partner) -> House:
    """The owners ABC and TNM, and the reader XYZ at `emsp`."""
    house = House(wire=TalkingWire(reader.take))
    return house.with_partners(an_owner(), an_owner("tnm", TNM), a_choosing_reader(), *more)


def choose(house: House, partner_id: str = "emsp", **chosen: Interest) -> None:
    house.reader_interests.choose(partner_id, chosen)


def push_location(
    house: House,
    object_id: str = "LOC1",
    owner: PartyId = ABC,
    *,
    updated: float = 0,
    **said: object,
) -> None:
    document = a_location(
        object_id,
        updated=updated,
        country_code=owner.country_code,
        party_id=owner.party_id,
        **{"coordinates": BERLIN, **said},
    )
    push(house, ObjectKey("locations", owner, object_id), document)


def push(
    house: House, key: ObjectKey, document: Mapping[str, object], *path: str, method: str = "PUT"
) -> None:
    by = house.partners.get("cpo" if key.owner == ABC else "tnm")
    house.push(dict(document), *path, method=method, key=key, by=by)


def deliver(house: House) -> None:
    """All that is due, now and on its own schedule, is sent."""
    house.clock.advance(60)
    house.pump.run(seconds=20.0)


def in_step(house: House) -> int:
    """Later, the sweep; how many deliveries it made."""
    house.clock.advance(60)
    return house.catch_up.sweep()
