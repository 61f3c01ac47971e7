"""The pump for real: threads, many lanes, partners that hang, starting and stopping."""

import threading
from dataclasses import replace

import pytest

from adapters.memory import answer
from application.delivery import draining, lane_turns, send_limits
from application.delivery import pump as pump_module
from domain.delivery.deliveries import LaneId
from domain.delivery.lanes import LaneHealth
from domain.documents import as_document
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from tests.builders import ABC, XYZ, a_location, a_reader, after
from tests.unit.application.gates import (
    SICK,
    SLOW,
    Gate,
    a_house,
    is_free,
    owe,
    pump,
)
from tests.unit.application.house import House


def test_all_that_is_due_is_sent_and_the_lane_given_back(house: House, gate: Gate) -> None:
    owe(house, 60)

    assert pump(house) is False

    assert gate.answered == {XYZ: 60}
    assert house.deliveries.owed() == ()
    assert is_free(house)


def test_a_pump_with_nothing_to_do_looks_for_a_moment_and_stops(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pump_module, "_IDLE_S", 0.03)

    assert pump(house) is False


def test_what_is_not_due_yet_is_left_alone(house: House, gate: Gate) -> None:
    owe(house)
    [owed] = house.deliveries.owed()
    house.deliveries.held[owed.id] = replace(owed, due=after(1))

    pump(house)

    assert gate.answered == {}


def test_a_partner_that_hangs_holds_one_thread_and_its_neighbours_go_on(
    house: House, gate: Gate
) -> None:
    gate.shut = {SLOW}
    house.with_partners(a_reader("slow", SLOW))
    owe(house, 40)

    assert pump(house, until=lambda: gate.answered[XYZ] == 40) is True

    assert (gate.inside[SLOW], gate.answered[SLOW]) == (1, 0)
    gate.opened.set()
    assert pump(house) is False
    assert gate.answered == {XYZ: 40, SLOW: 40}


def test_a_lane_that_answers_is_sent_four_at_a_time_and_no_more(house: House, gate: Gate) -> None:
    owe(house, 1)
    pump(house)
    gate.said = lambda _: gate.shut.add(XYZ) or answer()  # type: ignore[func-returns-value]
    owe(house, 20, start=1)
    pump(house, until=lambda: gate.inside[XYZ] == 4)

    for _ in range(10):
        house.pump._one_round()

    assert gate.most[XYZ] == 4


def test_a_lane_that_hangs_is_sent_nothing_more(
    house: House, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    permits = threading.Semaphore(1)
    gate.said = lambda _: answer() if permits.acquire(timeout=30) else SICK
    owe(house, 20)
    pump(house, until=lambda: len(house.wire.asked) == 5)

    monkeypatch.setattr(draining, "UNANSWERED_S", -1.0)
    permits.release()
    pump(house, until=lambda: len(house.deliveries.owed()) == 18)
    for _ in range(10):
        house.pump._one_round()

    assert len(house.wire.asked) == 5
    permits.release(99)
    pump(house)
    assert house.deliveries.owed() == ()


def test_what_hangs_and_failed_before_holds_a_quarter_of_the_pool_at_most(gate: Gate) -> None:
    house = a_house(gate)
    gate.shut = {PartyId("BE", f"S{number:02}") for number in range(12)}
    for party in sorted(gate.shut):
        house.with_partners(a_reader(party.party_id, party))
        lease = house.deliveries.lease(LaneId(party.party_id), holder="before", seconds=60)
        assert lease is not None
        house.deliveries.note_health(lease, LaneHealth(failures_in_a_row=1))
        house.deliveries.give_back(lease)
    owe(house, 20)

    pump(house, until=lambda: gate.answered[XYZ] == 20 and gate.hanging() >= 8)
    for _ in range(10):
        house.pump._one_round()

    assert gate.hanging() == send_limits.POOL // 4
    gate.opened.set()
    assert pump(house) is False
    assert house.deliveries.owed() == ()
    house.pump.close()


def test_a_pump_that_is_out_of_time_goes_on_where_it_was(house: House, gate: Gate) -> None:
    gate.shut = {XYZ}
    owe(house, 3)

    assert house.pump.run(seconds=0.05) is True
    gate.opened.set()

    assert pump(house) is False
    assert house.deliveries.owed() == ()
    assert gate.answered == {XYZ: 3}


def test_a_pump_that_is_told_to_stop_begins_nothing(house: House, gate: Gate) -> None:
    owe(house, 3)

    assert pump(house, until=lambda: True) is False
    assert gate.answered == {}


def test_a_pump_that_closes_settles_what_is_under_way_and_gives_lanes_back(
    house: House, gate: Gate
) -> None:
    gate.shut = {XYZ}
    owe(house, 3)
    pump(house, until=lambda: gate.inside[XYZ] == 1)
    threading.Timer(0.05, gate.opened.set).start()

    house.pump.close()

    assert len(house.deliveries.owed()) == 2
    assert is_free(house)
    assert house.pump.pool is None
    house.pump.close()


def test_while_a_send_is_answered_late_nothing_newer_is_sent_beside_it(
    house: House, gate: Gate
) -> None:
    gate.shut = {XYZ}
    owe(house, 1)
    pump(house, until=lambda: gate.inside[XYZ] == 1)
    key = ObjectKey("locations", ABC, "L000")
    house.push(a_location("L000", updated=5, name="newer"), key=key)
    for _ in range(5):
        house.pump._one_round()
    assert len(house.wire.asked) == 1

    gate.opened.set()
    pump(house)

    assert [as_document(house.json.parse(each.body)).get("name") for each in house.wire.asked] == [
        None,
        "newer",
    ]
    assert house.deliveries.owed() == ()


def test_a_pump_takes_no_more_lanes_than_it_can_serve(
    house: House, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_turns, "POOL", 1)
    house.with_partners(a_reader("slow", SLOW))
    gate.shut = {XYZ, SLOW}
    owe(house)
    pump(house, until=lambda: gate.hanging() == 1)

    house.pump._one_round()

    assert len(house.pump.in_hand) == 1
    gate.opened.set()
    assert pump(house) is False
    assert gate.answered == {XYZ: 1, SLOW: 1}


def test_a_pump_that_serves_more_lanes_than_it_may_takes_none(
    house: House, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.with_partners(a_reader("slow", SLOW))
    gate.shut = {XYZ, SLOW}
    owe(house)
    pump(house, until=lambda: gate.hanging() == 2)
    others = [PartyId("BE", f"R{number:02}") for number in range(3)]
    house.with_partners(*(a_reader(str(party.party_id), party) for party in others))
    owe(house, start=1)
    monkeypatch.setattr(lane_turns, "POOL", 1)

    house.pump._lease_due_lanes()

    assert len(house.pump.in_hand) == 2
    gate.opened.set()
    house.pump.close()
