"""The hub as the one who is registered at: who gets in, and how tokens turn."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.memory import MemoryPartners, answer
from application.registering import Caller
from domain.deliveries import LaneId
from domain.errors import (
    AlreadyRegistered,
    Conflict,
    InvalidDocument,
    NoMatchingEndpoints,
    NotRegistered,
    OutboundFailed,
    PartnerUnusable,
    PartyTaken,
    UnknownCaller,
    Unreachable,
    UnsupportedVersion,
)
from domain.lanes import Breaker, LaneHealth
from domain.partner import Invited, Partner, PartnerState, TokenUse
from domain.party import Interface, PartyId, Role
from domain.ports import WireAnswer
from tests.builders import (
    ABC,
    NOON,
    XYZ,
    Doc,
    a_mark,
    a_partner,
    a_reader,
    a_role,
    a_token,
    after,
    some_credentials,
)
from tests.unit.application.house import PARTY, House

VERSIONS = [{"version": "2.3.0", "url": "https://cpo.example/2.3.0"}]
ENDPOINTS = [
    {"identifier": "credentials", "role": "SENDER", "url": "https://cpo.example/credentials"},
    {"identifier": "locations", "role": "SENDER", "url": "https://cpo.example/locations"},
]


def details(*endpoints: Doc, version: str = "2.3.0") -> WireAnswer:
    return answer(data={"version": version, "endpoints": [*(endpoints or ENDPOINTS)]})


def answering(house: House, *answers: WireAnswer | OutboundFailed) -> None:
    house.wire.script.extend(answers or (answer(data=VERSIONS), details()))


def invited(house: House, *roles: Invited, life: timedelta = timedelta(days=14)) -> str:
    roles = roles or (Invited(Role.CPO, ABC),)
    return house.administering.invite(name="CPO", roles=roles, life=life).token


def register(house: House, invitation: str, **fields: Any) -> Doc:
    caller = house.registering.authenticate(invitation, functional=False)
    document = some_credentials(**{"token": "token-b", **fields})
    return dict(house.registering.register(caller, document, version="2.3.0"))


def renew(house: House, token: str, new: str = "token-b2") -> str:
    caller = house.registering.authenticate(token, functional=False)
    document = some_credentials(token=new)
    return str(house.registering.renew(caller, document, version="2.3.0")["token"])


def gets_in(house: House, token: str, *, functional: bool = True) -> bool:
    try:
        house.registering.authenticate(token, functional=functional)
    except UnknownCaller:
        return False
    return True


@pytest.fixture
def house() -> House:
    return House()


# --- invitations -----------------------------------------------------------------------------


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
    assert house.connecting.outbound_token(partner) == "token-b"


def test_the_partner_is_called_back_with_its_own_token_while_it_waits(house: House) -> None:
    token = invited(house)
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
    first = house.registering.authenticate(token, functional=False)
    second = house.registering.authenticate(token, functional=False)
    house.registering.register(first, some_credentials(), version="2.3.0")

    with pytest.raises(Conflict):
        house.registering.register(second, some_credentials(), version="2.3.0")


def test_an_invitation_is_bound_to_its_roles(house: House) -> None:
    token = invited(house, Invited(Role.CPO, ABC))
    caller = house.registering.authenticate(token, functional=False)

    for role in (a_role(Role.EMSP), a_role(Role.CPO, XYZ)):
        with pytest.raises(PartyTaken, match="not among the invited"):
            house.registering.register(caller, some_credentials(role), version="2.3.0")

    assert house.wire.asked == []
    assert gets_in(house, token, functional=False)


def test_roles_stay_bound_to_the_invitation_when_credentials_are_renewed(house: House) -> None:
    token = invited(house)
    answering(house)
    caller = house.registering.authenticate(register(house, token)["token"], functional=False)

    with pytest.raises(PartyTaken):
        house.registering.renew(caller, some_credentials(a_role(Role.NSP)), version="2.3.0")


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


# --- the state machine -----------------------------------------------------------------------


def caller_of(house: House, partner_id: str = "cpo") -> Caller:
    return house.registering.authenticate(f"{partner_id}-token", functional=False)


def test_who_is_registered_cannot_register_again(house: House) -> None:
    house.with_partners(a_partner())

    with pytest.raises(AlreadyRegistered):
        house.registering.register(caller_of(house), some_credentials(), version="2.3.0")


def test_who_is_not_registered_can_neither_renew_nor_leave(house: House) -> None:
    caller = house.registering.authenticate(invited(house), functional=False)

    with pytest.raises(NotRegistered):
        house.registering.renew(caller, some_credentials(), version="2.3.0")
    with pytest.raises(NotRegistered):
        house.registering.unregister(caller)


def test_who_leaves_gets_in_no_more_and_is_owed_nothing(house: House) -> None:
    house.with_partners(a_reader())
    house.deliveries.mark([a_mark()], now=NOON)

    house.registering.unregister(caller_of(house, "emsp"))

    assert not gets_in(house, "emsp-token", functional=False)
    assert house.deliveries.owed() == ()
    assert house.partners.get("emsp").outbound_token is None


def test_who_is_suspended_or_unknown_does_not_get_in(house: House) -> None:
    house.with_partners(a_partner(state=PartnerState.SUSPENDED))

    assert not gets_in(house, "cpo-token", functional=False)
    assert not gets_in(house, "nobody", functional=False)


def test_an_invitation_token_opens_nothing_once_registered(house: House) -> None:
    house.with_partners(a_partner(tokens=(a_token("a", TokenUse.INVITATION),)))

    assert not gets_in(house, "a", functional=False)


def test_credentials_are_those_of_the_caller_as_they_are_now(house: House) -> None:
    house.with_partners(a_partner(), a_reader())

    own = house.registering.credentials(caller_of(house))

    assert own["token"] == "cpo-token"
    assert own["url"] == PARTY.versions_url
    roles = own["roles"]
    assert isinstance(roles, list)
    assert [role["party_id"] for role in roles] == ["HUB", "XYZ"]


# --- rotation, with a grace for the lost answer ----------------------------------------------


def test_the_token_before_lives_until_the_new_one_is_used(house: House) -> None:
    house.with_partners(a_partner())
    answering(house)

    new = renew(house, "cpo-token")

    assert gets_in(house, "cpo-token")
    assert gets_in(house, new)
    assert not gets_in(house, "cpo-token")
    assert house.connecting.outbound_token(house.partners.get("cpo")) == "token-b2"


def test_the_token_before_lives_ten_minutes_at_most(house: House) -> None:
    house.with_partners(a_partner())
    answering(house)
    renew(house, "cpo-token")

    house.clock.advance(599)
    assert gets_in(house, "cpo-token")
    house.clock.advance(1)
    assert not gets_in(house, "cpo-token")


def test_a_put_whose_answer_is_lost_twice_can_be_sent_a_third_time(house: House) -> None:
    house.with_partners(a_partner())
    for _ in range(3):
        answering(house)
        new = renew(house, "cpo-token")

    assert gets_in(house, new)


def test_when_a_renewal_fails_everything_is_as_it_was(house: House) -> None:
    house.with_partners(a_partner())
    caller = caller_of(house)
    before = house.partners.all()
    answering(house, Unreachable("refused"))

    with pytest.raises(PartnerUnusable):
        house.registering.renew(caller, some_credentials(), version="2.3.0")

    assert house.partners.all() == before


def test_a_renewal_does_not_change_since_when_the_partner_is_registered(house: House) -> None:
    house.with_partners(a_partner(registered_at=after(-99)))
    answering(house)
    renew(house, "cpo-token")

    assert house.partners.get("cpo").registered_at == after(-99)


class RacingPartners(MemoryPartners):
    """Somebody else writes the partner between every read by token and what follows."""

    def by_token(self, fingerprint: str) -> Partner | None:
        found = super().by_token(fingerprint)
        if found is not None:
            super().save(found)
        return found


def test_two_first_uses_of_a_new_token_at_the_same_moment_both_get_in() -> None:
    house = House(partners=RacingPartners())
    house.with_partners(a_partner(tokens=(a_token("new", TokenUse.PENDING),)))

    assert gets_in(house, "new")


# --- a call shows that the partner is there --------------------------------------------------


def test_a_call_is_noted_every_half_minute(house: House) -> None:
    house.with_partners(a_partner())

    seen = []
    for _ in range(3):
        caller_of(house)
        seen.append(house.partners.get("cpo").last_seen)
        house.clock.advance(29)

    assert seen == [NOON, NOON, after(58)]


@pytest.mark.parametrize("gone", [{"ailing": True}, {"reachable": False}])
def test_a_call_from_a_partner_that_was_held_back_lets_its_work_be_tried_at_once(
    house: House, gone: Doc
) -> None:
    house.with_partners(a_reader(**gone))
    house.deliveries.mark([a_mark()], now=after(50))
    lease = house.deliveries.lease(LaneId("emsp"), holder="pump", seconds=60)
    assert lease is not None
    house.deliveries.note_health(lease, LaneHealth(Breaker.OPEN, probe_at=after(50)))
    house.deliveries.give_back(lease)

    caller_of(house, "emsp")

    assert house.deliveries.lanes_due(now=NOON) == (LaneId("emsp"),)
    partner = house.partners.get("emsp")
    assert partner.reachable
    assert not partner.ailing
    assert house.wake.pumped == 1


def test_a_partner_that_calls_often_while_held_back_is_not_tried_at_every_call(
    house: House,
) -> None:
    house.with_partners(a_reader(ailing=True))
    for _ in range(10):
        caller_of(house, "emsp")
        house.partners.set_ailing("emsp", ailing=True)
        house.clock.advance(0.5)

    assert house.wake.pumped == 3


def test_a_caller_keeps_its_token_out_of_logs(house: House) -> None:
    house.with_partners(a_partner())

    assert repr(caller_of(house)) == "Caller('cpo')"
