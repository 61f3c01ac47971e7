"""All lanes get their turn, however much is owed in some of them."""

from concurrent.futures import Future

import pytest

from application.delivery import lane_turns
from application.delivery.draining import LeasedLane
from application.delivery.lane_turns import SLICE_S, LaneTurns
from application.delivery.send_limits import POOL
from domain.delivery.deliveries import LaneId
from domain.delivery.lanes import THREADS, LaneHealth, Lease
from tests.builders import XYZ, a_delivery, a_reader
from tests.unit.application.gates import SLOW, Gate, a_house, owe, pump
from tests.unit.application.house import to

BEGUN = 1000.0


def lanes(number: int, of: str = "lane") -> list[LaneId]:
    return [LaneId(f"{of}{each:03}") for each in range(number)]


def served(lane: LaneId, *, owed: int, since: float = BEGUN) -> LeasedLane:
    lease = Lease(lane, "pump", 1, LaneHealth())
    taken = LeasedLane(lease, lease.health, since, since=since)
    taken.claimed([a_delivery()] * owed, owed + 1)
    return taken


def in_hand(*taken: LeasedLane) -> dict[LaneId, LeasedLane]:
    return {each.lease.lane: each for each in taken}


def giving_way(held: dict[LaneId, LeasedLane]) -> list[LaneId]:
    return [lane for lane, each in held.items() if each.gives_way]


def deep_ones(number: int) -> dict[LaneId, LeasedLane]:
    return in_hand(*(served(lane, owed=50) for lane in lanes(number)))


def test_a_pump_takes_as_many_lanes_as_it_has_threads() -> None:
    turns = LaneTurns()

    chosen = turns.choose(lanes(POOL + 3), {}, BEGUN)

    assert chosen == lanes(POOL)
    assert turns.left == 3


def test_lanes_with_little_to_send_are_taken_beside_those_that_use_all_threads() -> None:
    held = deep_ones(POOL // THREADS)

    assert len(LaneTurns().choose(lanes(POOL, "new"), held, BEGUN)) == POOL - len(held)


def test_where_threads_are_too_few_the_longest_served_give_way() -> None:
    turns, held = LaneTurns(), deep_ones(POOL // THREADS + 2)

    turns.end(held, BEGUN + SLICE_S - 0.01)
    assert giving_way(held) == []

    turns.end(held, BEGUN + SLICE_S)
    assert giving_way(held) == lanes(2)
    assert not any(held[lane].backlog or held[lane].may_look() for lane in lanes(2))


def test_what_gave_way_comes_last_and_needs_threads_of_its_own() -> None:
    turns, held = LaneTurns(), deep_ones(POOL // THREADS + 2)
    turns.end(held, BEGUN + SLICE_S)
    due = [*lanes(2), *lanes(1, "new")]
    kept = {lane: each for lane, each in held.items() if not each.gives_way}

    assert turns.choose(due, kept, BEGUN + SLICE_S) == lanes(1, "new")
    assert turns.choose(due, {}, BEGUN + SLICE_S) == [*lanes(1, "new"), *lanes(2)]
    assert turns.choose(due, {}, BEGUN + SLICE_S + 61) == due


def test_as_many_give_way_as_others_wait() -> None:
    turns, held = LaneTurns(), deep_ones(POOL // THREADS)
    turns.end(held, BEGUN + SLICE_S)
    assert giving_way(held) == []
    turns.deep = {LaneId("waits"): BEGUN}
    assert turns.choose([LaneId("waits")], held, BEGUN) == []

    turns.end(held, BEGUN + SLICE_S)

    assert giving_way(held) == lanes(1)


@pytest.mark.parametrize("owed", [0, 1])
def test_a_lane_that_has_begun_all_it_has_does_not_give_way(owed: int) -> None:
    turns, held = LaneTurns(left=1), in_hand(served(LaneId("ends"), owed=owed))
    for each in held.values():
        for delivery in each.backlog:
            each.sent(Future(), delivery)
        each.backlog.clear()

    turns.end(held, BEGUN + SLICE_S)

    assert giving_way(held) == []


def test_a_lane_whose_last_send_failed_holds_up_no_other_and_does_not_give_way() -> None:
    ill = served(LaneId("ill"), owed=50)
    ill.health = LaneHealth(failures_in_a_row=1)
    turns = LaneTurns(left=1)

    turns.end(in_hand(ill), BEGUN + SLICE_S)

    assert giving_way(in_hand(ill)) == []
    assert len(turns.choose(lanes(POOL, "new"), in_hand(ill), BEGUN)) == POOL


def test_there_is_room_while_lanes_are_left_and_threads_are_free() -> None:
    assert LaneTurns(left=1).has_room(deep_ones(1), BEGUN)
    assert not LaneTurns(left=1).has_room(deep_ones(POOL // THREADS), BEGUN)
    assert not LaneTurns(left=0).has_room({}, BEGUN)


def test_a_reader_that_is_owed_much_does_not_keep_another_waiting(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_turns, "POOL", THREADS)
    monkeypatch.setattr(lane_turns, "SLICE_S", 0.0)
    house = a_house(gate).with_partners(a_reader("slow", SLOW))
    owe(house, 60)

    assert pump(house) is False

    assert gate.answered == {XYZ: 60, SLOW: 60}
    assert house.deliveries.owed() == ()
    parties = [to(request) for request in house.wire.asked]
    first_of_both = max(map(parties.index, (XYZ, SLOW)))
    assert {XYZ, SLOW} == set(parties[first_of_both + 1 :])
