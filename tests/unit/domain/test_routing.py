"""Who a request is from, and who it is for."""

import pytest

from domain.errors import ForeignSender, InvalidParameter
from domain.party import PartyId, Role
from domain.routing import Routed, Scenario, party_of_headers, route, sender_of
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
    ("country", "party"), [("", ""), ("D", "EABC"), ("DEU", "AB"), ("DE", "A-C"), ("DÉ", "ABC")]
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


@pytest.mark.parametrize(
    ("receiver", "scenario"),
    [(None, Scenario.OPEN), (HUB, Scenario.TO_HUB), (XYZ, Scenario.DIRECT)],
)
def test_the_receiver_makes_the_scenario(receiver: PartyId | None, scenario: Scenario) -> None:
    assert route(ABC, receiver, hub=HUB) == Routed(scenario, ABC, receiver)
