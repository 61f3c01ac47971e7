"""The operator's word: who is approved, rejected, cut down, invited again, released."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import (
    AwaitsApproval,
    InvalidParameter,
    NotRegistered,
    PartyTaken,
    RecordChanged,
    UnknownCaller,
    WrongState,
)
from domain.partners.approval import NOTHING, Approved, Invited
from domain.partners.partner import Partner, PartnerState
from domain.partners.party import PartyId, Role
from tests.builders import ABC, XYZ, a_partner, a_reader, a_request, a_role, some_credentials
from tests.unit.application.handshakes import answering, caller_of, gets_in, invited, register
from tests.unit.application.house import House

CPO_ABC = Invited(Role.CPO, ABC)
BERLIN = PartyId("DE", "HUB")


def waiting() -> Partner:
    """Connected without a set."""
    partner = a_partner(state=PartnerState.TO_APPROVE, approved=NOTHING)
    return replace(partner, roles=(), waiting=(a_role(),))


@pytest.fixture
def house() -> House:
    return House()


def test_who_awaits_approval_opens_versions_and_credentials_alone(house: House) -> None:
    house.with_partners(waiting(), a_reader())

    caller = caller_of(house)

    roles = house.credentials_server.credentials(caller)["roles"]
    assert isinstance(roles, list)
    assert [role["party_id"] for role in roles] == ["HUB"]
    with pytest.raises(AwaitsApproval, match="awaits approval"):
        house.credentials_server.authenticate("cpo-token", functional=True)


def test_who_awaits_approval_may_renew_and_leave(house: House) -> None:
    house.with_partners(waiting())
    answering(house)

    house.credentials_server.renew(caller_of(house), some_credentials(), version="2.3.0")
    assert house.partners.get("cpo").state is PartnerState.TO_APPROVE
    answering(house)
    new = house.credentials_server.authenticate("new-token-1", functional=False)
    house.credentials_server.unregister(new)

    assert house.partners.get("cpo").state is PartnerState.UNREGISTERED


def test_who_is_approved_speaks_for_what_it_named(house: House) -> None:
    house.with_partners(waiting())

    approved = house.approval.approve("cpo")

    assert (approved.roles, approved.approved.roles) == ((a_role(),), (CPO_ABC,))
    assert gets_in(house, "cpo-token")
    assert house.wake.synchronized == ["cpo"]
    assert house.approval.approve("cpo").revision == approved.revision


def test_a_hub_that_is_approved_keeps_its_party_when_it_is_approved_again(house: House) -> None:
    house.with_partners(replace(waiting(), waiting_hub=BERLIN))

    once, again = (house.approval.approve("cpo") for _ in range(2))

    assert (once.hub_party, once.approved.hub_party) == (BERLIN, BERLIN)
    assert (again.hub_party, again.approved.hub_party) == (BERLIN, BERLIN)


def test_what_another_platform_keeps_is_not_approved(house: House) -> None:
    house.with_partners(waiting())
    invited(house)

    with pytest.raises(PartyTaken, match="held by CPO"):
        house.approval.approve("cpo")


def test_who_has_named_nothing_cannot_be_approved(house: House) -> None:
    house.with_partners(replace(waiting(), waiting=()))

    with pytest.raises(WrongState, match="no role"):
        house.approval.approve("cpo")
    with pytest.raises(InvalidParameter, match="names a role"):
        house.approval.set("cpo", NOTHING)


def test_who_is_rejected_is_told_and_shut_out(house: House) -> None:
    house.with_partners(waiting())

    rejected = house.approval.reject("cpo")

    assert (rejected.state, rejected.holds) == (PartnerState.UNREGISTERED, frozenset())
    assert [call.method for call in house.wire.asked] == ["DELETE"]
    assert not gets_in(house, "cpo-token", functional=False)
    with pytest.raises(NotRegistered, match="does not await"):
        house.approval.reject("cpo")


def test_who_is_cut_down_to_nothing_is_owed_nothing(house: House) -> None:
    house.with_partners(a_reader())
    house.deliveries.owe([a_request()], now=house.clock.now())

    cut = house.approval.set("emsp", Approved((CPO_ABC,)))

    assert (cut.state, cut.roles) == (PartnerState.TO_APPROVE, ())
    assert house.deliveries.owed() == ()


def test_a_set_changes_what_an_invitation_is_good_for(house: House) -> None:
    token = invited(house)
    [partner] = house.partners.all()

    house.approval.set(partner.id, Approved((Invited(Role.CPO, XYZ),)))

    with pytest.raises(PartyTaken):
        register(house, token)
    invited(house)


def test_an_approved_role_is_taken_from_the_invitation_on(house: House) -> None:
    invited(house)

    with pytest.raises(PartyTaken, match="INVITED"):
        invited(house)


def test_an_expired_invitation_frees_its_parties(house: House) -> None:
    token = invited(house, life=timedelta(hours=1))
    house.clock.advance(3600)

    again = invited(house)

    answering(house)
    register(house, again)
    assert not gets_in(house, token, functional=False)


def test_an_expired_invitation_that_is_written_meanwhile_is_left_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited(house, life=timedelta(hours=1))
    house.clock.advance(3600)

    def written_meanwhile(_: Partner) -> Partner:
        raise RecordChanged("p")

    monkeypatch.setattr(type(house.partners), "save", lambda self, it: written_meanwhile(it))

    with pytest.raises(PartyTaken):
        invited(house)


def test_a_removed_partner_keeps_its_parties_until_they_are_released(house: House) -> None:
    house.with_partners(a_partner())
    house.administration.remove("cpo")
    with pytest.raises(PartyTaken, match="partner release cpo"):
        invited(house)

    freed = house.approval.release("cpo")

    assert house.approval.release("cpo") == freed
    assert invited(house)
    with pytest.raises(PartyTaken):
        house.administration.invite_again("cpo")


def test_who_is_invited_again_has_the_same_set_and_a_new_token(house: House) -> None:
    house.with_partners(a_partner(hub_party=BERLIN), a_reader())

    again = house.administration.invite_again("cpo")

    partner = house.partners.get("cpo")
    assert (partner.state, partner.roles) == (PartnerState.INVITED, ())
    assert partner.approved == Approved((CPO_ABC,), BERLIN)
    assert not gets_in(house, "cpo-token", functional=False)
    answering(house)
    assert gets_in(house, register(house, again.token, hub_party_id="DEHUB")["token"])
    assert house.partners.get("cpo").hub_party == BERLIN


def test_who_let_its_invitation_expire_is_invited_again_at_once(house: House) -> None:
    former = invited(house)
    house.clock.advance(15 * 24 * 3600)
    [partner] = house.partners.all()

    again = house.administration.invite_again(partner.id)

    assert not gets_in(house, former, functional=False)
    assert gets_in(house, again.token, functional=False)


def test_who_was_never_approved_is_not_invited_again(house: House) -> None:
    house.with_partners(waiting())

    with pytest.raises(WrongState, match="set them first"):
        house.administration.invite_again("cpo")


def test_a_partner_without_approval_that_is_removed_is_told(house: House) -> None:
    house.with_partners(waiting())

    house.administration.remove("cpo")

    assert [call.method for call in house.wire.asked] == ["DELETE"]


def test_an_unknown_token_is_unknown_for_every_use(house: House) -> None:
    for functional in (True, False):
        with pytest.raises(UnknownCaller):
            house.credentials_server.authenticate("unknown", functional=functional)
