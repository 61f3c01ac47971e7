"""A partner is sent what it is owed as fast as it is meant to be, and slowly after it was away."""

import pytest

from application.delivery.pacing import Allowed
from domain.delivery.deliveries import DeliveryClass, LaneId
from domain.delivery.lanes import LaneHealth
from domain.partners.limits import LimitClass
from domain.partners.options import ConnectionOptions
from domain.partners.pace import Pace, UsualPace
from tests.builders import XYZ, a_reader
from tests.unit.application.gates import LANE, SLOW, Gate, a_house, owe, pump
from tests.unit.application.house import House

WELL = LaneHealth()
CDRS = LaneId("emsp", DeliveryClass.CDR)
FOUR = Allowed(4, 4)


def a_paced_house(gate: Gate, pace: Pace, usual: UsualPace | None = None) -> House:
    house = a_house(gate, usual_pace=usual or UsualPace())
    house.administration.set_options("emsp", ConnectionOptions(pace=pace))
    return house


def sent(house: House, lane: LaneId = LANE, health: LaneHealth = WELL) -> int:
    """How many sends begin in a second, with a look every 50 ms."""
    many = 0
    for _ in range(20):
        house.clock.advance(0.05)
        while house.send_paces.allowed(lane, health).now:
            house.send_paces.begun(lane)
            many += 1
            assert many < 100_000
    return many


def test_who_has_no_pace_is_sent_as_much_as_ever(gate: Gate) -> None:
    house = a_house(gate)

    assert house.send_paces.allowed(LANE, WELL) == FOUR
    assert house.send_paces.allowed(LaneId("gone"), WELL) == FOUR
    house.send_paces.begun(LANE)
    assert not house.send_paces.buckets


@pytest.mark.parametrize("per_s", [1, 7, 40, 400])
def test_a_partner_gets_its_number_a_second(gate: Gate, per_s: int) -> None:
    house = a_paced_house(gate, Pace(per_s=per_s))
    sent(house)

    for _ in range(3):
        assert sent(house) == pytest.approx(per_s, abs=1)


def test_what_was_not_sent_is_not_made_up_for(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=40))
    sent(house)
    house.clock.advance(3600)

    assert sent(house) <= 40 + 10


def test_a_clock_that_goes_back_lets_nothing_through(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=40))
    sent(house)
    house.clock.advance(-3600)

    assert house.send_paces.allowed(LANE, WELL).now == 0


def test_the_usual_pace_holds_for_all_and_a_partners_own_before_it(gate: Gate) -> None:
    usual = UsualPace(Pace(per_s=20, at_once=3))
    house = a_paced_house(gate, Pace(), usual).with_partners(a_reader("slow", SLOW))
    house.administration.set_options("slow", ConnectionOptions(pace=Pace(per_s=5, at_once=1)))

    assert house.send_paces.allowed(LANE, WELL).at_once == 3
    assert house.send_paces.allowed(LaneId("slow"), WELL).at_once == 1
    sent(house)
    assert sent(house) == pytest.approx(20, abs=1)
    sent(house, LaneId("slow"))
    assert sent(house, LaneId("slow")) == pytest.approx(5, abs=1)


def test_cdrs_go_though_states_have_used_up_the_pace(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=40))
    sent(house)
    assert house.send_paces.allowed(LANE, WELL).now == 0

    assert house.send_paces.allowed(CDRS, WELL).now > 0
    house.clock.advance(0.01)
    while house.send_paces.allowed(CDRS, WELL).now:
        house.send_paces.begun(CDRS)
    house.clock.advance(0.05)
    assert house.send_paces.allowed(LANE, WELL).now == 0
    assert house.send_paces.allowed(CDRS, WELL).now > 0


def test_webhooks_have_no_pace(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=1), UsualPace(Pace(per_s=1), 20))
    lane = LaneId("hook", DeliveryClass.WEBHOOK)

    assert house.send_paces.allowed(lane, LaneHealth(closed_at=house.clock.now())) == FOUR


def test_a_lane_that_was_held_back_begins_slowly(gate: Gate) -> None:
    house = a_house(gate, usual_pace=UsualPace(ramp_s=20))
    back = LaneHealth(closed_at=house.clock.now())

    seconds = [sent(house, health=back) for _ in range(6)]

    assert seconds[0] == pytest.approx(10 + 12, abs=4)
    assert seconds[1:] == sorted(set(seconds[1:]))
    assert seconds[5] < 100
    house.clock.advance(20)
    assert house.send_paces.allowed(LANE, back) == FOUR
    assert not house.send_paces.buckets


def test_each_lane_that_was_held_back_begins_slowly_by_itself(gate: Gate) -> None:
    house = a_house(gate, usual_pace=UsualPace(ramp_s=20))
    back = LaneHealth(closed_at=house.clock.now())
    sent(house, health=back)
    assert house.send_paces.allowed(LANE, back).now == 0

    assert house.send_paces.allowed(CDRS, back).now == 4
    assert house.send_paces.allowed(CDRS, WELL).now == 4


def test_what_is_passed_on_live_is_counted_and_leaves_half_of_the_pace(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=40))
    relayed = house.request_gates.of(LimitClass.RELAYED)
    sent(house)
    sent(house)
    for _ in range(15):
        relayed.enter("emsp")
    house.request_gates.settle()
    assert sent(house) == pytest.approx(25, abs=3)

    for _ in range(2):
        for _ in range(1000):
            relayed.enter("emsp")
        house.request_gates.settle()
        assert sent(house) == pytest.approx(20, abs=3)
    sent(house)
    assert sent(house) == pytest.approx(40, abs=3)


def test_what_was_passed_on_in_an_earlier_minute_counts_no_more(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=40))
    for _ in range(15):
        house.request_gates.of(LimitClass.RELAYED).enter("emsp")
    house.request_gates.settle()
    sent(house)
    sent(house)
    house.clock.advance(60)
    sent(house)

    assert sent(house) == pytest.approx(40, abs=2)


def test_while_the_shared_counts_are_away_the_pace_is_for_what_is_owed(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=40))
    house.shared_counts.is_away = True
    sent(house)

    assert sent(house) == pytest.approx(40, abs=2)


def test_a_pump_holds_the_pace_and_another_partner_is_sent_all(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=1))
    house.with_partners(a_reader("slow", SLOW))
    owe(house, 30)

    pump(house, until=lambda: gate.answered[SLOW] == 30 and gate.answered[XYZ] == 1)
    for _ in range(5):
        house.pump._one_round()

    assert gate.answered == {SLOW: 30, XYZ: 1}
    house.clock.advance(1)
    pump(house, until=lambda: gate.answered[XYZ] == 2)


def test_a_lane_that_waits_for_its_pace_keeps_no_threads_from_others(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=1))
    owe(house, 30)
    pump(house, until=lambda: gate.answered[XYZ] == 1)
    house.pump._one_round()

    [held] = house.pump.in_hand.values()
    assert held.need(0.0) == 0


def test_a_lane_that_waits_for_its_pace_is_kept_in_hand_also_with_nothing_claimed(
    gate: Gate,
) -> None:
    house = a_paced_house(gate, Pace(per_s=1))
    owe(house, 1)
    pump(house, until=lambda: gate.answered[XYZ] == 1)
    for _ in range(5):
        house.pump._one_round()

    [held] = house.pump.in_hand.values()
    assert (held.backlog, held.under_way, held.is_idle) == ([], {}, False)
    house.clock.advance(1)
    assert pump(house) is False
    assert not house.pump.in_hand


def test_a_lane_that_waits_for_its_pace_and_is_lost_is_let_go(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(per_s=1))
    owe(house, 30)
    pump(house, until=lambda: gate.answered[XYZ] == 1)
    house.pump._one_round()
    [held] = house.pump.in_hand.values()

    held.lost = True
    house.pump._one_round()

    assert held not in house.pump.in_hand.values()


def test_a_partner_gets_no_more_at_once_than_it_is_meant_to(gate: Gate) -> None:
    house = a_paced_house(gate, Pace(at_once=2))
    owe(house, 1)
    pump(house)
    gate.shut = {XYZ}
    owe(house, 20, start=1)
    pump(house, until=lambda: gate.inside[XYZ] >= 1)
    for _ in range(10):
        house.pump._one_round()
    gate.opened.set()
    pump(house)

    assert gate.most[XYZ] <= 2
