"""What comes while a CDR is being asked for in its own POST (D-9 a, H-CDR-3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from adapters.memory import FixedClock, MemoryDeliveries
from application.cdrs import first_attempt as first_attempt_module
from application.cdrs.custody import Taken
from domain.delivery.deliveries import DeliveryState
from domain.errors import NotReplaceable
from domain.ports import WireAnswer, WireRequest
from tests.builders import XYZ
from tests.charging import a_cdr, handover_of
from tests.unit.application.billing import (
    LANE,
    REFUSING,
    TAKING,
    a_market,
    handed,
    lists,
    post,
    posts,
    pump,
    says,
    state,
)
from tests.unit.application.gates import StoreClock
from tests.unit.application.house import House
from tests.unit.application.points import At


@dataclass
class Meanwhile:
    """What happens while XYZ is being asked, and what XYZ says then."""

    happens: Callable[[], object]
    then: WireAnswer = REFUSING
    asked: int = 0

    def __call__(self, _: WireRequest) -> WireAnswer:
        self.asked += 1
        if self.asked == 1:
            self.happens()
        return self.then


def test_a_duplicate_that_was_told_it_is_taken_binds_the_hub(market: House) -> None:
    told: list[Taken] = []
    says(market, Meanwhile(lambda: told.append(post(market, to=XYZ))))

    first = post(market, to=XYZ)

    assert told == [Taken(first.filed, created=False)]
    assert (first.created, first.declined) == (True, None)
    delivery = handed(market, first)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DUE, 1)
    assert (handover_of(delivery).promised, handover_of(delivery).refusals) == (True, 1)
    assert lists(market) == ["CDR1"]


def test_another_cdr_of_the_id_is_a_conflict_while_the_first_is_being_asked_for(
    market: House,
) -> None:
    def another() -> None:
        with pytest.raises(NotReplaceable):
            post(market, a_cdr(currency="CHF"), to=XYZ)

    says(market, Meanwhile(another))

    first = post(market, to=XYZ)

    assert first.declined == REFUSING
    assert len(market.archive.conflicts()) == 1


def test_a_cdr_that_comes_meanwhile_is_not_left_to_the_sweep(market: House) -> None:
    says(market, Meanwhile(lambda: post(market, a_cdr("CDR2")), then=TAKING))
    post(market, to=XYZ)

    assert market.wake.pumped == 2
    pump(market)

    assert posts(market) == ["CDR1", "CDR2"]


def test_a_refusal_for_a_cdr_that_another_lease_has_claimed_is_not_relayed() -> None:
    store = StoreClock()
    market = a_market(deliveries=MemoryDeliveries(seconds_now=store))

    def overtaken() -> None:
        store.seconds += 3600
        lease = market.deliveries.lease(LANE, holder="pump", seconds=60)
        assert lease is not None
        [claimed] = market.deliveries.claim(lease, now=market.clock.now(), limit=9)
        assert handover_of(claimed).unsure

    says(market, Meanwhile(overtaken))

    taken = post(market, to=XYZ)

    assert (taken.created, taken.declined) == (True, None)
    assert state(market, taken) is DeliveryState.DUE
    assert market.counted("lanes_lost", **{"class": "cdr"}) == 1


def test_an_attempt_is_not_begun_when_half_of_the_lease_is_over(
    market: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_attempt_module, "_LEASE_S", 0.0)

    taken = post(market, to=XYZ)

    assert (taken.created, taken.declined, market.wire.asked) == (True, None, [])
    assert state(market, taken) is DeliveryState.DUE


def test_a_cdr_that_the_sweeper_owed_first_is_left_to_the_worker() -> None:
    points = At("written", lambda: market.cdr_obligations.sweep())
    market = a_market(fail_points=points)
    market.clock.advance(60)
    object.__setattr__(
        market.cdr_obligations, "clock", FixedClock(market.clock.now() + timedelta(minutes=1))
    )

    taken = post(market, to=XYZ)

    assert (taken.created, taken.declined, market.wire.asked) == (True, None, [])
    delivery = handed(market, taken)
    assert delivery.state is DeliveryState.DUE
    assert handover_of(delivery).promised
