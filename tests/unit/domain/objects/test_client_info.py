"""What is told of a partner's parties, by where the partner stands."""

from dataclasses import replace
from typing import Any

import pytest

from domain.objects.client_info import (
    ClientInfo,
    ConnectionStatus,
    client_info,
    key_of,
    status_of,
    statuses,
)
from domain.partners.approval import Approved, Invited
from domain.partners.partner import PartnerState
from domain.partners.party import PartyId, Role
from tests.builders import ABC, NOON, XYZ, a_partner, a_role, at

CPO, EMSP = (ABC, Role.CPO), (XYZ, Role.EMSP)
PLANNED = {
    "state": PartnerState.INVITED,
    "roles": (),
    "approved": Approved((Invited(Role.CPO, ABC),)),
}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, ConnectionStatus.CONNECTED),
        ({"reachable": False}, ConnectionStatus.OFFLINE),
        ({"state": PartnerState.SUSPENDED}, ConnectionStatus.SUSPENDED),
        ({"state": PartnerState.UNREGISTERED}, ConnectionStatus.SUSPENDED),
        ({**PLANNED, "is_announced": True}, ConnectionStatus.PLANNED),
        ({"state": PartnerState.INVITED, "registered_at": NOON}, ConnectionStatus.SUSPENDED),
    ],
)
def test_a_party_is_told_of_as_its_platform_stands(
    fields: dict[str, Any], status: ConnectionStatus
) -> None:
    partner = replace(a_partner(), **fields)

    assert statuses(partner) == {CPO: status}
    assert status_of(partner) is status


def test_nothing_is_told_of_an_invitation_that_is_not_announced() -> None:
    partner = replace(a_partner(), **PLANNED)  # type: ignore[arg-type]

    assert statuses(partner) == {}
    assert status_of(partner) is None


def test_a_whole_country_that_is_invited_is_no_party_to_tell_of() -> None:
    country = Invited(Role.CPO, PartyId("DE", "*"))
    partner = a_partner(approved=Approved((country,)), is_announced=True)

    assert statuses(partner) == {CPO: ConnectionStatus.CONNECTED}
    assert partner.known_parties == (ABC,)


def test_an_announced_party_that_will_not_come_is_gone_for_good() -> None:
    partner = replace(a_partner(), **PLANNED, is_announced=True)  # type: ignore[arg-type]

    withdrawn = partner.unregistered(PartnerState.UNREGISTERED)

    assert statuses(withdrawn) == {CPO: ConnectionStatus.SUSPENDED}


def test_each_role_has_its_own_and_one_that_was_given_up_is_gone() -> None:
    before = a_partner("both", a_role(), a_role(Role.EMSP, XYZ))

    after = before.with_roles((a_role(Role.EMSP, XYZ),))

    assert statuses(after) == {CPO: ConnectionStatus.SUSPENDED, EMSP: ConnectionStatus.CONNECTED}
    assert statuses(after.with_roles(before.roles))[CPO] is ConnectionStatus.CONNECTED


def test_the_object_is_one_per_role_and_its_url_the_partys() -> None:
    document = client_info(ABC, Role.CPO, ConnectionStatus.OFFLINE, now=NOON)

    assert document == {
        "country_code": "DE",
        "party_id": "ABC",
        "role": "CPO",
        "status": "OFFLINE",
        "last_updated": at(0),
    }
    told = ClientInfo(document)
    assert (told.id, told.status, told.segments) == ("CPO", "OFFLINE", ("DE", "ABC"))
    assert key_of(ABC, Role.CPO) != key_of(ABC, Role.EMSP)
