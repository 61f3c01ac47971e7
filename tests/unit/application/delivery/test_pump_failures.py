"""The pump and the breaker: partners that fail and come back, errors of the hub's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from adapters.memory import MemoryDeliveries, MemoryPartners, answer
from domain.delivery.answers import Verdict
from domain.delivery.deliveries import Delivery, DeliveryState
from domain.delivery.lanes import Breaker, LaneHealth, Lease
from domain.errors import LaneLost, StoreUnavailable
from domain.partners.partner import Partner, PartnerState
from domain.ports import WireAnswer, WireRequest
from tests.builders import XYZ, after
from tests.unit.application import billing
from tests.unit.application.billing import handed, post, suspend
from tests.unit.application.gates import (
    LANE,
    SICK,
    Gate,
    a_house,
    health,
    is_free,
    owe,
    pump,
)
from tests.unit.application.house import House


def test_the_breaker_opens_after_five_failures_and_all_waits_for_the_probe(
    house: House, gate: Gate
) -> None:
    gate.said = lambda _: SICK
    owe(house, 9)
    often = house.deliveries.owed()[0]
    house.deliveries.held[often.id] = replace(often, attempts=9)

    assert pump(house) is False

    assert gate.answered == {XYZ: 5}
    assert (health(house).breaker, health(house).probe_at) == (Breaker.OPEN, after(30))
    assert house.partners.get("emsp").ailing
    assert all(each.due <= after(30) for each in house.deliveries.owed())
    assert house.deliveries.lanes_due(now=after(29)) == ()
    assert house.deliveries.lanes_due(now=after(30)) == (LANE,)
    assert is_free(house)


def test_an_open_lane_is_probed_with_one_and_held_back_for_another_minute(
    house: House, gate: Gate
) -> None:
    gate.said = lambda _: SICK
    owe(house, 9)
    pump(house)
    house.clock.advance(30)

    assert pump(house) is False

    assert gate.answered == {XYZ: 6}
    assert health(house).probe_at == after(90)
    assert house.deliveries.lanes_due(now=after(89)) == ()


@dataclass(frozen=True)
class Noting(MemoryDeliveries):
    """It notes how many deliveries each claim took."""

    claimed: list[int] = field(default_factory=list)

    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        taken = super().claim(lease, now=now, limit=limit)
        self.claimed.append(len(taken))
        return taken


def test_a_probe_claims_no_delivery_beside_the_one_that_it_sends(gate: Gate) -> None:
    noting = Noting()
    house = a_house(gate, deliveries=noting)
    gate.said = lambda _: SICK
    owe(house, 9)
    pump(house)
    house.clock.advance(30)
    noting.claimed.clear()

    pump(house)

    assert gate.answered == {XYZ: 6}
    assert set(noting.claimed) <= {0, 1}


def test_a_partner_that_is_back_gets_all_at_the_probe(house: House, gate: Gate) -> None:
    gate.said = lambda _: SICK
    owe(house, 9)
    pump(house)
    gate.said = lambda _: answer()
    house.clock.advance(30)

    assert pump(house) is False

    assert house.deliveries.owed() == ()
    assert health(house).is_well
    assert not house.partners.get("emsp").ailing


def test_one_bad_object_does_not_keep_a_lane_from_recovering(house: House, gate: Gate) -> None:
    def poisoned(request: WireRequest) -> WireAnswer:
        return SICK if request.url.endswith("/L000") else answer()

    gate.said = lambda _: SICK
    owe(house, 9)
    pump(house)
    gate.said = poisoned
    for _ in range(4):
        house.clock.advance(60)
        pump(house)

    assert [each.key.id for each in house.deliveries.owed()] == ["L000"]
    assert health(house).breaker is Breaker.CLOSED


def test_recovery_releases_what_waits_for_its_own_schedule(house: House, gate: Gate) -> None:
    script = iter([SICK, SICK])
    gate.said = lambda _: next(script, answer())
    owe(house, 3)

    pump(house)

    assert house.deliveries.owed() == ()
    assert gate.answered == {XYZ: 5}


def test_what_was_refused_is_not_the_lanes_fault(house: House, gate: Gate) -> None:
    gate.said = lambda _: answer(code=2001, message="no")
    owe(house, 9)

    pump(house)

    owed = house.deliveries.owed()
    assert {each.state for each in owed} == {DeliveryState.REFUSED}
    assert len(owed) == 9
    assert health(house).is_well


def test_a_lane_is_judged_by_the_answers_of_earlier_leases_too(house: House, gate: Gate) -> None:
    owe(house, 4)
    pump(house)
    gate.said = lambda _: SICK
    owe(house, 1, start=4)
    pump(house)

    assert [well for _, well in health(house).recent] == [True] * 4 + [False]


def test_an_answer_that_changes_no_health_is_not_written(gate: Gate) -> None:
    @dataclass(frozen=True)
    class NeverNoted(MemoryDeliveries):
        def note_health(self, lease: Lease, health: LaneHealth) -> None:
            raise AssertionError("a healthy lane's health was written")

    house = a_house(gate, deliveries=NeverNoted())
    owe(house, 9)

    pump(house)

    assert house.deliveries.owed() == ()
    house.pump.close()


@pytest.mark.parametrize("bug", [ValueError("bug"), LookupError("bug")])
def test_an_error_inside_a_send_is_the_hubs_fault_and_stops_no_other_delivery(
    house: House, gate: Gate, bug: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(request: WireRequest) -> WireAnswer:
        if request.url.endswith("/L001"):
            raise bug
        return answer()

    gate.said = failing
    owe(house, 9)

    pump(house)

    [owed] = house.deliveries.owed()
    assert owed.last is not None
    assert (owed.key.id, owed.last.verdict, owed.due) == ("L001", Verdict.FAULT, after(2))
    assert health(house).is_well
    assert "counts as a fault" in caplog.text


class ForgetfulPartners(MemoryPartners):
    """No longer knows the readers that it named."""

    forgot = False

    def versions(self) -> Mapping[str, Partner]:
        return {} if ForgetfulPartners.forgot else super().versions()


def test_a_refusal_of_the_hubs_own_stops_no_other_delivery_either(gate: Gate) -> None:
    house = a_house(gate, partners=ForgetfulPartners())
    owe(house, 2)
    ForgetfulPartners.forgot = True

    assert pump(house) is False

    verdicts = [each.last.verdict for each in house.deliveries.owed() if each.last]
    assert verdicts == [Verdict.FAULT, Verdict.FAULT]
    ForgetfulPartners.forgot = False
    house.pump.close()


@pytest.mark.parametrize("failure", [StoreUnavailable("down"), LaneLost("emsp/state")])
def test_a_store_that_fails_in_a_send_settles_nothing(
    house: House, gate: Gate, failure: Exception
) -> None:
    failures = [failure]

    def failing(_: WireRequest) -> WireAnswer:
        if failures:
            raise failures.pop()
        return answer()

    gate.said = failing
    owe(house, 3)

    pump(house)
    assert len(house.deliveries.owed()) == 3
    pump(house)

    assert house.deliveries.owed() == ()
    assert gate.answered == {XYZ: 4}


def test_what_is_owed_to_a_partner_that_has_left_is_dropped(house: House, gate: Gate) -> None:
    owe(house, 3)
    emsp = house.partners.get("emsp")
    house.partners.save(replace(emsp, state=PartnerState.UNREGISTERED))

    pump(house)

    assert house.deliveries.owed() == ()
    assert gate.answered == {}


def test_a_partner_whose_lane_begins_to_fail_or_opens_is_probed_at_once(
    house: House, gate: Gate
) -> None:
    gate.said = lambda _: SICK
    owe(house, 1)
    pump(house)
    begun = house.partners.get("emsp").suspected
    house.partners.probed("emsp", failures=0, reachable=True, now=after(0))

    owe(house, 3, start=1)
    pump(house)
    between = house.partners.get("emsp").suspected
    owe(house, 1, start=4)
    pump(house)

    assert (begun, between) == (True, False)
    assert (house.partners.get("emsp").suspected, health(house).breaker) == (True, Breaker.OPEN)


def test_an_open_lane_whose_partner_is_cut_off_is_looked_at_once_and_left(market: House) -> None:
    """What is held back for five minutes is not due at once again because its lane is open."""
    owed = post(market).filed
    opened = LaneHealth(Breaker.OPEN, failures_in_a_row=5, probe_at=market.clock.now())
    lease = market.deliveries.lease(billing.LANE, holder="test", seconds=60)
    assert lease is not None
    market.deliveries.give_back(lease, opened)
    suspend(market)

    billing.pump(market, after_s=10)

    left = handed(market, owed)
    assert (left.last and left.last.verdict, left.due) == (Verdict.HELD, after(310))
    assert market.deliveries.health()[billing.LANE] == opened
