"""Only an attempt whose bytes have left is unsure: after it a duplicate counts as delivered.

What was claimed and not sent is not in doubt: there a refusal is a refusal.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from adapters.memory import MemoryDeliveries, answer
from domain.delivery.deliveries import Delivery, DeliveryState
from domain.delivery.lanes import Lease
from domain.errors import NoAnswer, StoreUnavailable
from domain.ports import WireAnswer, WireRequest
from tests.charging import a_cdr
from tests.unit.application.billing import (
    LANE,
    SICK,
    TAKING,
    a_market,
    handed,
    post,
    posts,
    pump,
    says,
    state,
    told,
)
from tests.unit.application.gates import StoreClock
from tests.unit.application.house import House

DUPLICATE = answer(status=200, code=2001, message="this CDR exists already")


def no_answer(_: WireRequest) -> WireAnswer:
    raise NoAnswer("connection reset", timed_out=False)


@pytest.mark.parametrize("unsure", [no_answer, lambda _: SICK])
def test_a_duplicate_after_an_unsure_attempt_is_delivered_unconfirmed(
    market: House, unsure: Callable[[WireRequest], WireAnswer]
) -> None:
    says(market, unsure)
    taken = post(market)
    pump(market)
    says(market, DUPLICATE)

    pump(market, after_s=10)

    delivery = handed(market, taken)
    assert delivery.state is DeliveryState.UNCONFIRMED
    assert told(market) == ("cdr.accepted", "cdr.delivered")


def test_a_duplicate_that_nothing_was_sent_of_before_is_a_refusal(market: House) -> None:
    says(market, DUPLICATE)
    taken = post(market)

    pump(market)

    assert state(market, taken) is DeliveryState.DUE
    assert handed(market, taken).what.untold == ("cdr.accepted",)


def test_what_an_attempt_that_died_was_about_may_have_arrived() -> None:
    store = StoreClock()
    market = a_market(deliveries=MemoryDeliveries(seconds_now=store))
    taken = post(market)
    lease = market.deliveries.lease(LANE, holder="dies", seconds=60)
    assert lease is not None
    [claimed] = market.deliveries.claim(lease, now=market.clock.now(), limit=9)
    assert market.deliveries.begin(lease, claimed)
    store.seconds += 61
    says(market, DUPLICATE)

    pump(market)
    market.pump.close()

    assert state(market, taken) is DeliveryState.UNCONFIRMED


NO_TOKEN = answer(code=2001, message="No token exists with this uid")
BARE = answer(status=201, code=None, headers={"location": "https://emsp.example/cdrs/1"})


def test_cdrs_that_were_refused_are_not_booked_as_delivered(market: House) -> None:
    says(market, SICK)
    taken = [post(market, a_cdr(f"CDR{n}", session_id=f"S{n}")) for n in range(12)]
    pump(market)
    pump(market, after_s=31)
    says(market, NO_TOKEN)

    for _ in range(5):
        pump(market, after_s=3000)

    assert {state(market, each) for each in taken} == {DeliveryState.PARKED}


def test_only_those_whose_bytes_have_left_are_unsure(market: House) -> None:
    says(market, SICK)
    taken = [post(market, a_cdr(f"CDR{n}", session_id=f"S{n}")) for n in range(12)]
    pump(market)
    sent = {str(each) for each in posts(market)}
    assert 0 < len(sent) < 12
    says(market, DUPLICATE)

    for _ in range(5):
        pump(market, after_s=3000)

    confirmed = {each.filed.key.id for each in taken if state(market, each).value != "parked"}
    assert confirmed == sent
    assert {state(market, each) for each in taken if each.filed.key.id in sent} == {
        DeliveryState.UNCONFIRMED
    }


def test_what_a_pump_had_claimed_when_it_died_is_not_in_doubt(market: House) -> None:
    taken = post(market)
    lane = handed(market, taken).lane
    lease = market.deliveries.lease(lane, holder="dies", seconds=60)
    assert lease is not None
    market.deliveries.claim(lease, now=market.clock.now(), limit=9)
    market.deliveries.give_back(lease)
    says(market, DUPLICATE)

    for _ in range(3):
        pump(market, after_s=3000)

    assert state(market, taken) is DeliveryState.PARKED


def test_an_answer_without_an_envelope_is_taken_for_yes_at_the_second_time(market: House) -> None:
    says(market, BARE)
    taken = post(market)
    pump(market)
    assert state(market, taken) is DeliveryState.DUE

    for _ in range(4):
        pump(market, after_s=600)

    assert (state(market, taken), posts(market)) == (DeliveryState.UNCONFIRMED, ["CDR1", "CDR1"])
    assert market.cdr_accounting.verify().adds_up
    market.cdr_accounting.replay(taken.filed.ref)
    pump(market, after_s=600)
    assert state(market, taken) is DeliveryState.DUE


def test_another_trouble_in_between_is_no_second_yes(market: House) -> None:
    says(market, BARE)
    taken = post(market)
    pump(market)
    says(market, SICK)
    pump(market, after_s=600)
    assert state(market, taken) is DeliveryState.DUE
    says(market, TAKING)

    pump(market, after_s=600)

    assert state(market, taken) is DeliveryState.DELIVERED


class Losing(MemoryDeliveries):
    """Claims what another process takes over before it is begun."""

    def begin(self, lease: Lease, delivery: Delivery) -> bool:
        held = self.held[delivery.id]
        self.records.unclaimed(replace(held, state=DeliveryState.PARKED))
        return super().begin(lease, delivery)


def test_what_is_taken_away_before_its_bytes_leave_is_not_sent() -> None:
    market = a_market(deliveries=Losing())
    taken = post(market)

    pump(market)

    assert (posts(market), state(market, taken)) == ([], DeliveryState.PARKED)
    market.pump.close()


class Away(MemoryDeliveries):
    """A store that is away at the first CDR that begins."""

    times: list[Any] = []

    def begin(self, lease: Lease, delivery: Delivery) -> bool:
        if not self.times:
            self.times.append(delivery)
            raise StoreUnavailable("away")
        return super().begin(lease, delivery)


@pytest.mark.parametrize("number", [1, 3])
def test_what_cannot_be_noted_is_not_sent_before_it_is(number: int) -> None:
    Away.times.clear()
    market = a_market(deliveries=Away())
    taken = [post(market, a_cdr(f"CDR{n}")) for n in range(number)]

    for _ in range(4):
        pump(market)

    assert sorted(map(str, posts(market))) == [f"CDR{n}" for n in range(number)]
    assert {state(market, each) for each in taken} == {DeliveryState.DELIVERED}
    market.pump.close()
