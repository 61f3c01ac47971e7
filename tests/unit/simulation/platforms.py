"""Comings and goings: eMSPs that are suspended, return, move to another platform, and pull."""

from dataclasses import replace
from typing import Any

from domain.objects.paging import PageRequest
from domain.objects.sessions import party_of_token
from domain.partners.admission import released
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import Interface, PartyId, Role
from tests.builders import PlainJson, a_partner, a_role, an_endpoint
from tests.unit.simulation.processes import Running, Stores
from tests.unit.simulation.receivers import Receivers

PUL, MOV = PartyId("FR", "PUL"), PartyId("FR", "MOV")
_ALL = PageRequest(offset=0, limit=1000)


def an_emsp(name: str, party: PartyId) -> Partner:
    """PUL takes sessions by push, and no CDRs; the others take both."""
    modules = ["sessions"] if party == PUL else ["sessions", "cdrs"]
    endpoints = tuple(an_endpoint(module, Interface.RECEIVER, name) for module in modules)
    return a_partner(name, a_role(Role.EMSP, party), endpoints=endpoints)


def platform_of(stores: Stores, party: PartyId) -> Partner:
    """The platform that has the party now, suspended or not."""
    live = (PartnerState.REGISTERED, PartnerState.SUSPENDED)
    holders = [each for each in stores.partners.all() if party in each.parties]
    return next(each for each in holders if each.state in live)


def suspend(stores: Stores, party: PartyId) -> None:
    """As an operator does it (Administering)."""
    partner = platform_of(stores, party)
    if partner.is_registered:
        stores.partners.save(replace(partner, state=PartnerState.SUSPENDED))
        stores.deliveries.forget(partner.id)


def resume(stores: Stores, party: PartyId) -> None:
    partner = platform_of(stores, party)
    if not partner.is_registered:
        stores.partners.save(replace(partner, state=PartnerState.REGISTERED))
    call_in(stores, party)


def move(stores: Stores, party: PartyId) -> None:
    """It leaves with one platform, is released, and registers with another."""
    left = platform_of(stores, party)
    stores.partners.save(released(left.unregistered(PartnerState.UNREGISTERED)))
    stores.deliveries.forget(left.id)
    stores.partners.save(an_emsp(f"mov{len(stores.partners.held)}", party))


def call_in(stores: Stores, party: PartyId) -> None:
    """It calls the hub: it is there, and its lanes may be probed (Welcoming)."""
    name = platform_of(stores, party).id
    stores.partners.seen(name, now=stores.clock.now())
    stores.deliveries.half_open(name, now=stores.clock.now())


def pull(hub: Running, receivers: Receivers, party: PartyId) -> list[bytes]:
    """It reads its lists: sessions it keeps, CDRs are returned. Nothing of others is in them."""
    viewer = hub.object_reader.lister("sessions", party)
    for body in hub.object_reader.page("sessions", _ALL, viewer=viewer).items:
        session: Any = PlainJson().parse(body)
        assert party_of_token(session) == party, f"I7: {party} is shown {body!r}"
        owner = PartyId(session["country_code"], session["party_id"])
        name = (party, owner, str(session["id"]).upper())
        receivers.sessions[name] = session
        receivers.refused.discard(name)
    bills = hub.object_reader.page("cdrs", _ALL, viewer=viewer).items
    for body in bills:
        bill: Any = PlainJson().parse(body)
        assert party_of_token(bill) == party, f"I7: {party} is shown {body!r}"
    return list(bills)
