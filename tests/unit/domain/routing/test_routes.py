"""Who a request is from, and who it is for."""

import pytest

from domain.errors import ForeignSender, InvalidParameter
from domain.partners.party import Interface, PartyId, Role
from domain.routing.routes import (
    RequestKind,
    Routed,
    Scenario,
    classify,
    party_of_headers,
    sender_of,
)
from tests.builders import ABC, HUB, XYZ, a_partner, a_role

CPOS = frozenset({Role.CPO})
BOTH = a_partner("both", a_role(Role.CPO, ABC), a_role(Role.EMSP, XYZ))


def test_a_header_pair_names_a_party() -> None:
    assert party_of_headers("de", "abc", name="from") == ABC
    assert party_of_headers(None, None, name="from") is None


@pytest.mark.parametrize(("country", "party"), [("DE", None), (None, "ABC")])
def test_half_a_header_pair_is_refused(country: str | None, party: str | None) -> None:
    with pytest.raises(InvalidParameter, match="OCPI-to"):
        party_of_headers(country, party, name="to")


@pytest.mark.parametrize(
    ("country", "party"),
    [
        ("", ""),
        ("D", "EABC"),
        ("DEU", "AB"),
        ("DE", "AB"),
        ("DE", "ABCD"),
        ("DE", "A-C"),
        ("DÉ", "ABC"),
    ],
)
def test_headers_that_name_no_party_are_refused(country: str, party: str) -> None:
    with pytest.raises(InvalidParameter, match="name no party"):
        party_of_headers(country, party, name="to")


def test_the_sender_is_who_it_says_if_the_platform_speaks_for_it() -> None:
    assert sender_of(BOTH, XYZ, roles=CPOS) == XYZ

    with pytest.raises(ForeignSender):
        sender_of(BOTH, PartyId("NL", "NOT"), roles=CPOS)


def test_a_sender_that_says_nothing_is_the_only_party_that_fits() -> None:
    assert sender_of(BOTH, None, roles=CPOS) == ABC
    assert sender_of(a_partner(), None, roles=frozenset({Role.NSP})) == ABC


@pytest.mark.parametrize("roles", [frozenset({Role.NSP}), frozenset(Role)])
def test_a_sender_that_says_nothing_and_may_be_several_is_refused(roles: frozenset[Role]) -> None:
    with pytest.raises(InvalidParameter, match="cannot be inferred"):
        sender_of(BOTH, None, roles=roles)


SENDER, RECEIVER = Interface


@pytest.mark.parametrize(
    ("method", "interface", "is_list", "to_hub", "without_to"),
    [
        ("PUT", RECEIVER, False, Scenario.BROADCAST, Scenario.BROADCAST),
        ("PATCH", RECEIVER, False, Scenario.BROADCAST, Scenario.BROADCAST),
        ("DELETE", RECEIVER, False, Scenario.BROADCAST, Scenario.BROADCAST),
        ("GET", RECEIVER, False, Scenario.STORE, Scenario.STORE),
        ("POST", RECEIVER, False, Scenario.OPEN, Scenario.OPEN),
        ("GET", SENDER, True, Scenario.GET_ALL, Scenario.GET_ALL),
        ("GET", SENDER, False, Scenario.STORE, Scenario.OPEN),
        ("POST", SENDER, False, Scenario.OPEN, Scenario.OPEN),
        ("PUT", SENDER, False, Scenario.OPEN, Scenario.OPEN),
    ],
)
def test_a_request_for_the_hub_is_told_by_method_and_interface(
    method: str, interface: Interface, is_list: bool, to_hub: Scenario, without_to: Scenario
) -> None:
    request = RequestKind(method, interface, is_list)

    assert classify(request, ABC, HUB, hub=HUB) == Routed(to_hub, ABC, None)
    assert classify(request, ABC, None, hub=HUB) == Routed(without_to, ABC, None)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("interface", Interface)
@pytest.mark.parametrize("is_list", [True, False])
def test_every_request_for_a_party_is_direct(
    method: str, interface: Interface, is_list: bool
) -> None:
    request = RequestKind(method, interface, is_list)

    assert classify(request, ABC, XYZ, hub=HUB) == Routed(Scenario.DIRECT, ABC, XYZ)
