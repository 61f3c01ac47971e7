"""How attempts end after every answer: poison is one fault, and ten bare refusals are none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from adapters.memory import MemoryDeliveries, answer
from application.delivery.draining import REST_S
from application.delivery.recording import Ended, _failure_of_the_hub
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryState, LaneId
from domain.delivery.lanes import Breaker, Claimed, LaneHealth, Lease
from domain.delivery.settling import Settled
from domain.delivery.what import Unknown
from domain.errors import LaneLost, StoreUnavailable, Unstorable
from domain.objects.stored import ObjectKey
from domain.ports import WireAnswer, WireRequest
from tests.builders import NOON, a_request
from tests.unit.application.gates import LANE, a_house, health, owe, pump
from tests.unit.application.house import House


def refusing(house: House, *bad: str, http: int = 422, body: bytes = b"<p>no") -> None:
    """The reader's framework refuses these; everything else is taken."""

    def said(request: WireRequest) -> WireAnswer:
        name = request.url.rpartition("/")[2]
        if name not in bad:
            return answer()
        return replace(answer(), status=http, code=None, body=body)

    house.wire.answers = said


@pytest.fixture
def house() -> House:
    return a_house(lambda _: answer())


def states(house: House) -> dict[str, DeliveryState]:
    return {each.key.id: each.state for each in house.deliveries.owed()}


def test_a_bare_refusal_is_about_the_object_and_says_what_the_page_said(house: House) -> None:
    refusing(house, "L001")
    owe(house, 9)

    pump(house)

    [owed] = house.deliveries.owed()
    assert (owed.key.id, owed.state) == ("L001", DeliveryState.REFUSED)
    assert owed.last is not None
    assert (owed.last.reason, owed.last.http, owed.last.ocpi) == ("HTTP 422: no", 422, None)
    assert health(house).breaker is Breaker.CLOSED


def test_ten_bare_refusals_open_the_lane_and_all_ten_are_owed(house: House) -> None:
    refusing(house, *(f"L{number:03}" for number in range(20)))
    owe(house, 12)

    pump(house)

    assert set(states(house).values()) == {DeliveryState.DUE}
    assert len(states(house)) == 12
    assert health(house).breaker is Breaker.OPEN


class Choosy(MemoryDeliveries):
    """Takes no attempt of L001 but a fault of the hub's own; `worse`: not even that."""

    worse = False
    failure: Exception = Unstorable("no text")

    def settle(self, lease: Lease, settled: Sequence[Settled]) -> None:
        for each in settled:
            is_fault = each.attempt.verdict is Verdict.FAULT
            if each.delivery.key.id == "L001" and (self.worse or not is_fault):
                raise self.failure
        super().settle(lease, settled)


@pytest.mark.parametrize("failure", [Unstorable("no text"), KeyError("bug")])
def test_what_cannot_be_written_is_a_fault_with_back_off_and_one_line(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    store = Choosy()
    store.failure = failure
    house = a_house(lambda _: answer(), deliveries=store)
    owe(house, 9)

    pump(house)

    [owed] = house.deliveries.owed()
    assert owed.last is not None
    assert (owed.key.id, owed.last.verdict, owed.attempts) == ("L001", Verdict.FAULT, 1)
    assert owed.last.is_unsure
    assert owed.due > NOON
    assert health(house).is_well
    assert len(caplog.records) == 1


def test_a_lane_that_cannot_even_have_a_fault_rests_and_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Choosy()
    store.worse = True
    house = a_house(lambda _: answer(), deliveries=store)
    owe(house, 3)

    assert pump(house) is False

    sent = len(house.wire.asked)
    assert pump(house) is False
    assert len(house.wire.asked) == sent, "the lane rests"
    monkeypatch.setattr(store, "worse", False)
    house.pump.resting.until[LANE] -= REST_S
    pump(house)
    assert list(states(house)) == ["L001"]


class GoingAway(Choosy):
    """Refuses once by what is in the record, and is away from then on."""

    def settle(self, lease: Lease, settled: Sequence[Settled]) -> None:
        failure, self.failure = self.failure, StoreUnavailable("away")
        raise failure


def test_a_store_that_goes_away_meanwhile_makes_no_fault_of_it() -> None:
    store = GoingAway()
    house = a_house(lambda _: answer(), deliveries=store)
    owe(house, 2)

    house.pump.run(seconds=5, stop=lambda: bool(house.wire.asked))
    house.pump.close()

    assert len(store.owed()) == 2
    assert [each.last for each in store.owed()] == [None, None]


class Unreadable(MemoryDeliveries):
    """Cannot hand out what is in one lane: a record of another version, or of another program."""

    failure: Exception = KeyError("what")

    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        if lease.lane.target == "unreadable":
            raise self.failure
        return super().claim(lease, now=now, limit=limit)


@pytest.mark.parametrize("failure", [Unstorable("none"), KeyError("what"), ValueError("a word")])
def test_a_lane_whose_records_cannot_be_claimed_rests_and_keeps_no_other_waiting(
    failure: Exception,
) -> None:
    store, unreadable = Unreadable(), LaneId("unreadable")
    store.failure = failure
    house = a_house(lambda _: answer(), deliveries=store)
    house.deliveries.owe([a_request(lane=unreadable)], now=house.clock.now())
    owe(house, 3)

    assert pump(house) is False

    assert list(house.pump.resting.until) == [unreadable]
    assert len(house.wire.asked) == 3
    assert [each.lane for each in house.deliveries.owed()] == [unreadable]


class UnreadableTogether(MemoryDeliveries):
    """Hands out nothing of many lanes at once; and is then away, or has given a lane to another."""

    failure: Exception = StoreUnavailable("away")

    def claim_all(self, leases: Mapping[LaneId, Lease], *, now: datetime, limit: int) -> Claimed:
        raise ValueError("a word")

    def claim(self, lease: Lease, *, now: datetime, limit: int) -> tuple[Delivery, ...]:
        raise self.failure


@pytest.mark.parametrize("failure", [StoreUnavailable("away"), LaneLost("emsp/state")])
def test_a_lane_that_is_lost_when_it_is_claimed_alone_is_given_up(failure: Exception) -> None:
    store = UnreadableTogether()
    store.failure = failure
    house = a_house(lambda _: answer(), deliveries=store)
    owe(house, 3)

    pump(house)

    assert (house.wire.asked, house.pump.resting.until) == ([], {})
    assert len(store.owed()) == 3


class WrittenAlone(MemoryDeliveries):
    """Writes no two attempts together, and nothing at all of L001: it is away by then."""

    def settle(self, lease: Lease, settled: Sequence[Settled]) -> None:
        if len(settled) > 1:
            raise ValueError("two")
        if settled[0].delivery.key.id == "L001":
            raise StoreUnavailable("away")
        super().settle(lease, settled)


def test_a_store_that_goes_away_between_two_attempts_has_the_first_of_them() -> None:
    store = WrittenAlone()
    house = a_house(lambda _: answer(), deliveries=store)
    owe(house, 2)
    lease = store.lease(LANE, holder="test", seconds=60)
    assert lease is not None
    claimed = store.claim(lease, now=house.clock.now(), limit=9)
    ended, well = Ended(lease.health, []), Attempt(NOON, Verdict.ACCEPTED, "", http=200, ocpi=1000)
    for delivery in claimed:
        house.pump.recorder.end(ended, delivery, well)

    with pytest.raises(StoreUnavailable):
        house.pump.recorder.write(lease, ended)

    assert list(states(house)) == ["L001"]


def test_where_nothing_has_ended_nothing_is_written() -> None:
    house = a_house(lambda _: answer(), deliveries=WrittenAlone())

    house.pump.recorder.write(Lease(LANE, "test", 1, LaneHealth()), Ended(LaneHealth(), []))

    assert house.deliveries.owed() == ()


def test_the_unsure_stay_unsure_in_a_fault() -> None:
    away = Attempt(NOON, Verdict.SICK, "no answer", is_unsure=True)
    unasked = Attempt(NOON, Verdict.SICK, "nothing sent")

    assert _failure_of_the_hub(away).is_unsure
    assert not _failure_of_the_hub(unasked).is_unsure


def test_what_a_later_version_owes_is_held_until_that_one_is_back() -> None:
    house = a_house(lambda _: answer())
    owe(house, 1)
    [owed] = house.deliveries.owed()
    unknown = Unknown(ObjectKey("unknown", owed.receiver, owed.short_id))
    house.deliveries.records.write(replace(owed, what=unknown))

    pump(house)

    [held] = house.deliveries.owed()
    assert (held.what, held.what.subject) == (unknown, str(unknown.key))
    assert held.last is not None
    assert (held.last.verdict, held.last.reason) == (
        Verdict.HELD,
        "a later version of the hub owes this",
    )
    assert house.wire.asked == []
