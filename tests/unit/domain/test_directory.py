"""Who is reached, seen and told through the directory of platforms."""

import pytest

from domain.directory import Directory, Receiver
from domain.partner import Partner, PartnerState
from domain.party import Interface, PartyId, Role
from tests.builders import ABC, HUB, XYZ, a_partner, a_reader, a_role, an_endpoint

GONE = PartnerState.UNREGISTERED
NSP = PartyId("FR", "NSP")
READERS = (Role.EMSP, Role.NSP)


def directory(*partners: Partner) -> Directory:
    return Directory(HUB, partners)


def test_a_platform_reaches_every_live_role_but_its_own() -> None:
    cpo, emsp = a_partner(), a_reader()
    gone = a_partner("gone", a_role(party=PartyId("DE", "OLD")), state=GONE)

    assert directory(cpo, emsp, gone).reachable_roles(by=cpo) == emsp.roles


def test_objects_are_served_of_live_platforms_alone() -> None:
    suspended = a_reader(state=PartnerState.SUSPENDED)

    assert directory(a_partner(), suspended).owners() == {ABC}


def test_a_change_is_told_to_each_reading_party_once() -> None:
    both = a_partner("both", a_role(Role.EMSP, XYZ), a_role(Role.NSP, XYZ), a_role(Role.NSP, NSP))

    told = directory(a_partner(), both).readers("locations", readers=READERS, origin="cpo")

    assert told == (Receiver(XYZ, both), Receiver(NSP, both))


@pytest.mark.parametrize(
    "deaf",
    [
        a_reader(state=PartnerState.SUSPENDED),
        a_reader(endpoints=(an_endpoint("locations", Interface.SENDER),)),
        a_reader(endpoints=(an_endpoint("tariffs"),)),
        a_reader("cpo"),
        a_partner("other"),
    ],
    ids=["not registered", "sends only", "other module", "the origin", "no reader"],
)
def test_a_change_is_not_told_to(deaf: Partner) -> None:
    assert directory(deaf).readers("locations", readers=READERS, origin="cpo") == ()


def test_a_party_is_found_by_the_role_that_the_interface_implies() -> None:
    cpo, emsp = a_partner("one", a_role(Role.CPO)), a_partner("two", a_role(Role.EMSP))

    assert directory(cpo, emsp).find(ABC, roles=[Role.EMSP]) == emsp
    assert directory(cpo, emsp).find(ABC, roles=[Role.NSP]) == cpo
    assert directory(cpo, emsp).find(XYZ, roles=[Role.EMSP]) is None


def test_a_party_that_has_moved_is_found_where_it_is_registered_now() -> None:
    before = a_partner("before", a_role(Role.CPO), a_role(Role.EMSP), state=GONE)
    now = a_partner("now", a_role(Role.CPO))

    assert directory(before, now).find(ABC, roles=[Role.CPO]) == now
    assert directory(before, now).find(ABC, roles=[Role.EMSP]) == now
    assert directory(before).find(ABC, roles=[Role.CPO]) == before


@pytest.mark.parametrize("state", [PartnerState.REGISTERED, PartnerState.SUSPENDED])
def test_a_role_is_taken_by_another_live_platform(state: PartnerState) -> None:
    cpo = a_partner(state=state)

    assert directory(cpo).taken(a_role(), by="other") == cpo


def test_a_role_is_free_if_nobody_live_but_oneself_has_it() -> None:
    cpo = a_partner()

    assert directory(cpo).taken(a_role(), by="cpo") is None
    assert directory(a_partner(state=GONE)).taken(a_role(), by="other") is None
    assert directory(cpo).taken(a_role(Role.EMSP), by="other") is None
    assert directory(cpo).taken(a_role(party=XYZ), by="other") is None
