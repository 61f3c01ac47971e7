"""What operators do with partners: invite, suspend, resume, remove, find."""

from datetime import timedelta

import pytest

from domain.errors import (
    AmbiguousPartner,
    InvalidParameter,
    NotRegistered,
    PartyTaken,
    UnknownPartner,
)
from domain.partners.approval import Invited
from domain.partners.partner import PartnerState
from domain.partners.party import PartyId, Role
from tests.builders import ABC, HUB, NOON, XYZ, a_partner, a_reader, a_request, a_role
from tests.unit.application.house import PARTY, House

CPO = Invited(Role.CPO, ABC)


@pytest.fixture
def house() -> House:
    return House()


def test_an_invitation_is_bound_to_roles_and_to_a_time(house: House) -> None:
    invitation = house.administration.invite(name="ABC Ltd", roles=[CPO], life=timedelta(days=1))

    partner = house.partners.get(invitation.partner.id)
    [token] = partner.tokens
    assert (partner.name, partner.state, partner.approved.roles) == (
        "ABC Ltd",
        PartnerState.INVITED,
        (CPO,),
    )
    assert token.expires_at == NOON + timedelta(days=1)
    assert token.fingerprint == house.secrets.fingerprint(invitation.token)
    assert invitation.versions_url == PARTY.versions_url
    assert invitation.token not in repr(invitation)


def test_an_invitation_for_no_role_would_be_for_any_and_is_refused(house: House) -> None:
    with pytest.raises(InvalidParameter):
        house.administration.invite(name="Any", roles=[])


def test_a_party_that_no_header_could_name_is_not_invited(house: House) -> None:
    with pytest.raises(InvalidParameter, match="letters and digits"):
        house.administration.invite(name="Odd", roles=[Invited(Role.CPO, PartyId("DE", "A-C"))])


@pytest.mark.parametrize("role", [Invited(Role.OTHER, HUB), CPO])
def test_no_partner_is_invited_for_a_role_that_is_taken(house: House, role: Invited) -> None:
    house.with_partners(a_partner())

    with pytest.raises(PartyTaken, match=role.party.spelled):
        house.administration.invite(name="Late", roles=[role])


def test_a_suspended_partner_is_owed_nothing_until_it_is_resumed(house: House) -> None:
    house.with_partners(a_reader())
    house.deliveries.owe([a_request()], now=NOON)

    suspended = house.administration.suspend("emsp")

    assert suspended.state is PartnerState.SUSPENDED
    assert house.deliveries.owed() == ()
    assert house.administration.suspend("emsp") == suspended
    resumed = house.administration.resume("emsp")
    assert resumed.is_registered
    assert resumed.tokens == a_reader().tokens
    with pytest.raises(NotRegistered, match="Emsp is not suspended: REGISTERED"):
        house.administration.resume("emsp")


def test_only_a_connection_can_be_suspended_and_resumed(house: House) -> None:
    house.with_partners(a_partner(state=PartnerState.INVITED))

    with pytest.raises(NotRegistered):
        house.administration.suspend("cpo")
    with pytest.raises(NotRegistered):
        house.administration.resume("cpo")


def test_a_removed_partner_is_told_and_cut_off(house: House) -> None:
    house.with_partners(a_reader())
    house.deliveries.owe([a_request()], now=NOON)

    removed = house.administration.remove("emsp")

    assert (removed.state, removed.tokens) == (PartnerState.UNREGISTERED, ())
    assert [call.method for call in house.wire.asked] == ["DELETE"]
    assert house.deliveries.owed() == ()
    assert house.administration.remove("emsp") == removed
    assert len(house.wire.asked) == 1


def test_a_partner_that_cannot_be_told_is_removed_all_the_same(house: House) -> None:
    house.with_partners(a_partner(endpoints=()), a_reader(outbound_token="other|sealed"))

    for name in ("cpo", "emsp"):
        assert house.administration.remove(name).state is PartnerState.UNREGISTERED


def test_an_invitation_can_be_withdrawn(house: House) -> None:
    partner = house.administration.invite(name="ABC", roles=[CPO]).partner

    assert house.administration.remove(partner.id).tokens == ()
    assert house.wire.asked == []


@pytest.mark.parametrize("name", ["cpo", "Cpo", "DE-ABC", "de/abc"])
def test_a_partner_is_found_by_id_name_or_party(house: House, name: str) -> None:
    house.with_partners(a_partner(), a_reader())

    assert house.administration.find(name).id == "cpo"


def test_a_live_partner_is_meant_before_one_that_is_gone(house: House) -> None:
    gone = PartnerState.UNREGISTERED
    house.with_partners(a_partner("old", name="ABC", state=gone), a_partner("new", name="ABC"))

    assert house.administration.find("ABC").id == "new"
    assert house.administration.find("old").id == "old"
    assert [partner.id for partner in house.administration.all_partners()] == ["new", "old"]


def test_an_invited_party_is_found_by_its_name_if_no_partner_has_it_yet(house: House) -> None:
    invited = house.administration.invite(name="New", roles=[CPO]).partner

    assert house.administration.find("DE-ABC").id == invited.id
    house.with_partners(a_partner("cpo", a_role(Role.EMSP)))
    assert house.administration.find("DE-ABC").id == "cpo"


def test_a_name_that_no_partner_or_several_have_finds_none(house: House) -> None:
    house.with_partners(
        a_partner(name="Same"), a_partner("p", a_role(party=PartyId("BE", "PPP")), name="Same")
    )

    with pytest.raises(AmbiguousPartner, match=r"cpo \(Same\), p \(Same\)"):
        house.administration.find("Same")
    with pytest.raises(UnknownPartner, match="no partner"):
        house.administration.find(str(XYZ))
