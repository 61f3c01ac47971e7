"""Renewed credentials, with a grace for the lost answer; what a call of a partner shows."""

import pytest

from adapters.memory import MemoryPartners
from domain.deliveries import LaneId
from domain.errors import (
    PartnerUnusable,
    Unreachable,
)
from domain.lanes import Breaker, LaneHealth
from domain.partner import Partner, TokenUse
from tests.builders import (
    NOON,
    Doc,
    a_mark,
    a_partner,
    a_reader,
    a_token,
    after,
    some_credentials,
)
from tests.unit.application.handshakes import answering, caller_of, gets_in, renew
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
