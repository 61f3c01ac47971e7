"""The hub as the one who is registered at: who gets in, and how tokens turn."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.memory import answer
from domain.errors import (
    AlreadyRegistered,
    InvalidDocument,
    NoMatchingEndpoints,
    NotRegistered,
    PartnerUnusable,
    PartyTaken,
    RecordChanged,
    Unreachable,
    UnsupportedVersion,
)
from domain.partners.approval import Invited
from domain.partners.partner import PartnerState, TokenUse
from domain.partners.party import Interface, PartyId, Role
from tests.builders import (
    ABC,
    NOON,
    XYZ,
    a_partner,
    a_reader,
    a_request,
    a_role,
    a_token,
    some_credentials,
)
from tests.unit.application.handshakes import (
    ENDPOINTS,
    VERSIONS,
    answering,
    caller_of,
    details,
    gets_in,
    invited,
    register,
)
from tests.unit.application.house import PARTY, House

CLIMBING = {**ENDPOINTS[1], "url": "https://cpo.example/%2e%2e/x"}


@pytest.fixture
def house() -> House:
    return House()


# --- invitations


def test_an_invitation_opens_versions_and_credentials_and_nothing_else(house: House) -> None:
    token = invited(house)

    assert gets_in(house, token, functional=False)
    assert not gets_in(house, token, functional=True)


def test_an_invitation_expires(house: House) -> None:
    token = invited(house, life=timedelta(hours=1))

    house.clock.advance(3599)
    assert gets_in(house, token, functional=False)
    house.clock.advance(1)
    assert not gets_in(house, token, functional=False)


def test_a_registration_brings_a_new_token_and_ends_the_invitation(house: House) -> None:
    token = invited(house)
    answering(house)

    own = register(house, token)

    assert gets_in(house, own["token"])
    assert not gets_in(house, token, functional=False)
    [partner] = house.partners.all()
    assert partner.is_registered
    assert (partner.roles, partner.parties) == ((a_role(),), (ABC,))
    assert partner.endpoint("locations", Interface.SENDER) is not None
    assert (partner.version, partner.registered_at) == ("2.3.0", NOON)
    assert house.credentials_client.outbound_token(partner) == "token-b"


def test_the_partner_is_called_back_with_its_own_token_while_it_waits(house: House) -> None:
    token = invited(house, hub_party=PartyId("DE", "HUB"))
    answering(house)

    register(house, token, token="b", hub_party_id="DEHUB")

    assert [(call.method, call.url, call.token) for call in house.wire.asked] == [
        ("GET", "https://cpo.example/versions", "b"),
        ("GET", "https://cpo.example/2.3.0", "b"),
    ]
    assert [(call.sender, call.receiver) for call in house.wire.asked] == [(None, None)] * 2
    assert house.partners.all()[0].hub_party == PartyId("DE", "HUB")


def test_an_invitation_is_good_for_one_of_two_registrations_at_the_same_moment(
    house: House,
) -> None:
    token = invited(house)
    answering(house)
    answering(house)
    first = house.credentials_server.authenticate(token, functional=False)
    second = house.credentials_server.authenticate(token, functional=False)
    house.credentials_server.register(first, some_credentials(), version="2.3.0")

    with pytest.raises(RecordChanged):
        house.credentials_server.register(second, some_credentials(), version="2.3.0")


def test_an_invitation_is_bound_to_its_roles(house: House) -> None:
    token = invited(house, Invited(Role.CPO, ABC))
    caller = house.credentials_server.authenticate(token, functional=False)

    for role in (a_role(Role.EMSP), a_role(Role.CPO, XYZ)):
        with pytest.raises(PartyTaken, match="not among the roles that are approved"):
            house.credentials_server.register(caller, some_credentials(role), version="2.3.0")

    assert house.wire.asked == []
    assert gets_in(house, token, functional=False)


def test_roles_stay_bound_to_the_invitation_when_credentials_are_renewed(house: House) -> None:
    token = invited(house)
    answering(house)
    caller = house.credentials_server.authenticate(
        register(house, token)["token"], functional=False
    )

    with pytest.raises(PartyTaken):
        house.credentials_server.renew(caller, some_credentials(a_role(Role.NSP)), version="2.3.0")


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ([Unreachable("refused")], PartnerUnusable),
        ([answer(status=500, data=VERSIONS)], PartnerUnusable),
        ([answer(code=2001, data=VERSIONS)], PartnerUnusable),
        ([answer(code=None)], PartnerUnusable),
        ([answer(data=VERSIONS), Unreachable("refused")], PartnerUnusable),
        ([answer(data=VERSIONS), answer(data={"version": "2.3.0"})], PartnerUnusable),
        ([answer(data=VERSIONS), details(version="2.2.1")], PartnerUnusable),
        ([answer(data=[{**VERSIONS[0], "url": "https://cpo.example/../x"}])], PartnerUnusable),
        ([answer(data=VERSIONS), details(ENDPOINTS[0], CLIMBING)], NoMatchingEndpoints),
        ([answer(data=[{"version": "2.2.1", "url": "https://x"}])], UnsupportedVersion),
        ([answer(data=VERSIONS), details(ENDPOINTS[0])], NoMatchingEndpoints),
    ],
)
def test_when_the_call_back_fails_nothing_changes_and_the_invitation_stays_good(
    house: House, answers: list[Any], refusal: type[Exception]
) -> None:
    token = invited(house)
    before = house.partners.all()
    answering(house, *answers)

    with pytest.raises(refusal):
        register(house, token)

    assert house.partners.all() == before
    assert gets_in(house, token, functional=False)
    answering(house)
    assert register(house, token)["token"]


def test_credentials_that_break_the_field_tables_are_refused(house: House) -> None:
    with pytest.raises(InvalidDocument):
        register(house, invited(house), url=None)


# --- the state machine


def test_who_is_registered_cannot_register_again(house: House) -> None:
    house.with_partners(a_partner())

    with pytest.raises(AlreadyRegistered):
        house.credentials_server.register(caller_of(house), some_credentials(), version="2.3.0")


def test_who_is_not_registered_can_neither_renew_nor_leave(house: House) -> None:
    caller = house.credentials_server.authenticate(invited(house), functional=False)

    with pytest.raises(NotRegistered):
        house.credentials_server.renew(caller, some_credentials(), version="2.3.0")
    with pytest.raises(NotRegistered):
        house.credentials_server.unregister(caller)


def test_who_leaves_gets_in_no_more_and_is_owed_nothing(house: House) -> None:
    house.with_partners(a_reader())
    house.deliveries.owe([a_request()], now=NOON)

    house.credentials_server.unregister(caller_of(house, "emsp"))

    assert not gets_in(house, "emsp-token", functional=False)
    assert house.deliveries.owed() == ()
    assert house.partners.get("emsp").outbound_token is None


def test_who_is_suspended_or_unknown_does_not_get_in(house: House) -> None:
    house.with_partners(a_partner(state=PartnerState.SUSPENDED))

    assert not gets_in(house, "cpo-token", functional=False)
    assert not gets_in(house, "unknown", functional=False)


def test_an_invitation_token_opens_nothing_once_registered(house: House) -> None:
    house.with_partners(a_partner(tokens=(a_token("a", TokenUse.INVITATION),)))

    assert not gets_in(house, "a", functional=False)


def test_credentials_are_those_of_the_caller_as_they_are_now(house: House) -> None:
    house.with_partners(a_partner(), a_reader())

    own = house.credentials_server.credentials(caller_of(house))

    assert own["token"] == "cpo-token"
    assert own["url"] == PARTY.versions_url
    roles = own["roles"]
    assert isinstance(roles, list)
    assert [role["party_id"] for role in roles] == ["HUB", "XYZ"]
