"""Renewed credentials, with a grace for the lost answer; what a call of a partner shows."""

from datetime import timedelta

import pytest

from adapters.memory import MemoryPartners
from domain.delivery.deliveries import LaneId
from domain.delivery.lanes import Breaker, LaneHealth
from domain.errors import (
    PartnerUnusable,
    UnknownCaller,
    Unreachable,
)
from domain.partners.partner import Partner, PartnerState, TokenUse
from tests.builders import (
    NOON,
    Doc,
    a_partner,
    a_reader,
    a_request,
    a_token,
    after,
    some_credentials,
)
from tests.unit.application.handshakes import (
    answering,
    caller_of,
    gets_in,
    invited,
    register,
    renew,
)
from tests.unit.application.house import House


@pytest.fixture
def house() -> House:
    return House()


# --- rotation, with a grace for the lost answer


def test_the_token_before_lives_until_the_new_one_is_used(house: House) -> None:
    house.with_partners(a_partner())
    answering(house)

    new = renew(house, "cpo-token")

    assert gets_in(house, "cpo-token")
    assert gets_in(house, new)
    assert not gets_in(house, "cpo-token")
    assert house.credentials_client.outbound_token(house.partners.get("cpo")) == "token-b2"


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
        house.credentials_server.renew(caller, some_credentials(), version="2.3.0")

    assert house.partners.all() == before


def test_a_renewal_does_not_change_since_when_the_partner_is_registered(house: House) -> None:
    house.with_partners(a_partner(registered_at=after(-99)))
    answering(house)
    renew(house, "cpo-token")

    assert house.partners.get("cpo").registered_at == after(-99)


class RacingPartners(MemoryPartners):
    """Another process writes the partner between every read by token and what follows."""

    def by_token(self, fingerprint: str) -> Partner | None:
        found = super().by_token(fingerprint)
        if found is not None:
            super().save(found)
        return found


def test_two_first_uses_of_a_new_token_at_the_same_moment_both_get_in() -> None:
    house = House(partners=RacingPartners())
    house.with_partners(a_partner(tokens=(a_token("new", TokenUse.PENDING),)))

    assert gets_in(house, "new")


# --- a token that opens nothing says why


def _refusal(house: House, token: str, *, functional: bool = True) -> str:
    with pytest.raises(UnknownCaller) as refused:
        house.credentials_server.authenticate(token, functional=functional)
    return str(refused.value)


def test_a_token_that_was_replaced_is_used_up(house: House) -> None:
    house.with_partners(a_partner())
    answering(house)
    new = renew(house, "cpo-token")

    assert gets_in(house, new)

    assert "used up: use token C" in _refusal(house, "cpo-token")


def test_a_token_whose_grace_is_over_is_used_up(house: House) -> None:
    house.with_partners(a_partner())
    answering(house)
    renew(house, "cpo-token")
    house.clock.advance(600)

    assert "used up" in _refusal(house, "cpo-token")


def test_an_invitation_is_used_up_by_the_handshake(house: House) -> None:
    token = invited(house)
    answering(house)
    register(house, token)

    assert "used up" in _refusal(house, token, functional=False)


def test_an_invitation_says_what_it_is_good_for_and_when_it_has_ended(house: House) -> None:
    token = invited(house, life=timedelta(hours=1))

    assert "good for the handshake only" in _refusal(house, token)
    house.clock.advance(3600)
    assert "(token A) has expired" in _refusal(house, token, functional=False)


def test_the_tokens_of_a_connection_that_is_suspended_or_over_say_so(house: House) -> None:
    house.with_partners(a_partner())
    house.administration.suspend("cpo")
    assert "suspended" in _refusal(house, "cpo-token")

    house.administration.resume("cpo")
    house.partners.save(house.partners.get("cpo").unregistered(PartnerState.UNREGISTERED))

    assert "has ended" in _refusal(house, "cpo-token")


def test_a_token_that_was_never_given_out_is_told_nothing(house: House) -> None:
    house.with_partners(a_partner())

    assert _refusal(house, "made-up") == "the credentials token is not known"


def test_no_more_than_five_spent_tokens_are_remembered(house: House) -> None:
    house.with_partners(a_partner())
    token, tokens = "cpo-token", []
    for _ in range(7):
        answering(house)
        tokens.append(token)
        token = renew(house, token)
        assert gets_in(house, token)

    assert _refusal(house, tokens[1]) == "the credentials token is not known"
    assert "used up" in _refusal(house, tokens[2])


# --- a call shows that the partner is there


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
    house.deliveries.owe([a_request()], now=after(50))
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
