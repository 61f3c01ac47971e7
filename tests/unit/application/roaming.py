"""Platforms that exchange tokens and watch each other, for the tests of roaming."""

from typing import Any

from domain.documents import as_document
from domain.objects.stored import EVERYONE, ObjectKey
from domain.partners.agreements import AgreementPolicy
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId, PartyRole, Role
from tests.builders import ABC, XYZ, Doc, a_partner, a_role, a_token_object, an_endpoint
from tests.unit.application.house import House

MODULES = ("locations", "tokens", "hubclientinfo")
T1 = ObjectKey("tokens", XYZ, "T1", "RFID")
OTHER = PartyId("BE", "OTH")
"""Another service provider."""


def a_platform(partner_id: str, *roles: PartyRole, **fields: Any) -> Partner:
    """A registered platform that offers both interfaces of everything."""
    endpoints = [
        an_endpoint(module, interface, partner_id) for module in MODULES for interface in Interface
    ]
    endpoints.append(an_endpoint("credentials", Interface.SENDER, partner_id))
    return a_partner(partner_id, *roles, **{"endpoints": tuple(endpoints), **fields})


def a_cpo(partner_id: str = "cpo", party: PartyId = ABC, **fields: Any) -> Partner:
    return a_platform(partner_id, a_role(Role.CPO, party), **fields)


def an_emsp(partner_id: str = "emsp", party: PartyId = XYZ, **fields: Any) -> Partner:
    return a_platform(partner_id, a_role(Role.EMSP, party), **fields)


def a_house(*partners: Partner, **fields: Any) -> House:
    return House(**fields).with_partners(*(partners or (a_cpo(), an_emsp())))


def a_closed_house(*partners: Partner) -> House:
    """One where agreements are required."""
    return a_house(*partners, policy=AgreementPolicy.REQUIRED)


def push_token(house: House, document: Doc | None = None, **fields: Any) -> ObjectKey:
    """A token that its owner's platform pushed to the hub."""
    token = a_token_object() if document is None else document
    owner = PartyId(token["country_code"], token["party_id"])
    key = ObjectKey("tokens", owner, token["uid"], token["type"])
    house.push(token, key=key, **{"by": house.partners.get("emsp"), **fields})
    return key


def told(house: House) -> dict[str, str]:
    """What the hub tells of all parties: `DE/ABC/CPO` to CONNECTED."""
    found = {}
    for key, audience in house.objects.held:
        if key.module == "hubclientinfo":
            assert audience == EVERYONE
            found[f"{key.owner}/{key.id}"] = str(house.document(key)["status"])
    return found


def data_of(house: House, body: bytes) -> Doc:
    return dict(as_document(house.json.parse(body)))
