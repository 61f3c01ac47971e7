"""The pump for real: threads, many lanes, partners that hang, fail, and come back."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from adapters.memory import MemoryDeliveries, MemoryPartners, answer
from application import pumping
from domain.deliveries import DeliveryState, LaneId, Verdict
from domain.documents import as_document
from domain.errors import LaneLost, StoreUnavailable
from domain.lanes import Breaker, LaneHealth, Lease
from domain.objects import ObjectKey
from domain.partner import Partner, PartnerState
from domain.party import PartyId
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, XYZ, a_location, a_partner, a_reader, after
from tests.unit.application.house import House, TalkingWire, to

SLOW = PartyId("BE", "SLO")
LANE = LaneId("emsp")
SICK = answer(status=500, code=None)


@dataclass
class Gate:
    """Partners that answer at once, but for those whose gate is shut: these wait until it opens."""

    shut: set[PartyId] = field(default_factory=set)
    inside: Counter[PartyId] = field(default_factory=Counter)
    most: Counter[PartyId] = field(default_factory=Counter)
    answered: Counter[PartyId] = field(default_factory=Counter)
    opened: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    said: Callable[[WireRequest], WireAnswer] = lambda _: answer()

    def __call__(self, request: WireRequest) -> WireAnswer:
        party = to(request)
        with self.lock:
            self.inside[party] += 1
            self.most[party] = max(self.most[party], self.inside[party])
        if party in self.shut:
            assert self.opened.wait(30)
        with self.lock:
            self.inside[party] -= 1
            self.answered[party] += 1
        return self.said(request)

    def hanging(self) -> int:
        with self.lock:
            return sum(self.inside[party] for party in self.shut)


@pytest.fixture(autouse=True)
def _no_idling(monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle pump stops at once: nothing comes by itself where time stands still."""
    monkeypatch.setattr(pumping, "_IDLE_S", 0.0)
    monkeypatch.setattr(pumping, "_LOOK_S", 0.005)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def house(gate: Gate) -> Iterator[House]:
    house = a_house(gate)
    yield house
    gate.opened.set()
    house.pumping.close()


def a_house(gate: Callable[[WireRequest], WireAnswer], **ports: Any) -> House:
    house = House(wire=TalkingWire(gate), **ports)
    return house.with_partners(a_partner(), a_reader())


def owe(house: House, locations: int = 1, start: int = 0) -> None:
    """Changes of so many locations, for every reader."""
    for number in range(start, start + locations):
        key = ObjectKey("locations", ABC, f"L{number:03}")
        house.push(a_location(key.id), key=key)


def pump(house: House, *, until: Callable[[], bool] | None = None) -> bool:
    """Pump until all is done, or until the condition; whether there is more to do."""
    more = house.pumping.run(seconds=20.0, stop=until or (lambda: False))
    assert until is None or until()
    return more


def health(house: House, lane: LaneId = LANE) -> LaneHealth:
    return house.deliveries.health()[lane]


def is_free(house: House, lane: LaneId = LANE) -> bool:
    lease = house.deliveries.lease(lane, holder="somebody else", seconds=60)
    if lease is not None:
        house.deliveries.give_back(lease)
    return lease is not None


def test_all_that_is_due_is_sent_and_the_lane_given_back(house: House, gate: Gate) -> None:
    owe(house, 60)

    assert pump(house) is False

    assert gate.answered == {XYZ: 60}
    assert house.deliveries.owed() == ()
    assert is_free(house)


def test_a_pump_with_nothing_to_do_stops(house: House) -> None:
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
        house.pumping._turn()

    assert gate.most[XYZ] == 4


def test_a_lane_that_hangs_is_sent_nothing_more(
    house: House, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    permits = threading.Semaphore(1)
    gate.said = lambda _: answer() if permits.acquire(timeout=30) else SICK
    owe(house, 20)
    pump(house, until=lambda: len(house.wire.asked) == 5)

    monkeypatch.setattr(pumping, "UNANSWERED_S", -1.0)
    permits.release()
    pump(house, until=lambda: len(house.deliveries.owed()) == 18)
    for _ in range(10):
        house.pumping._turn()

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
        house.pumping._turn()

    assert gate.hanging() == pumping.POOL // 4
    gate.opened.set()
    assert pump(house) is False
    assert house.deliveries.owed() == ()
    house.pumping.close()


# --- the breaker -------------------------------------------------------------------------------


def test_the_breaker_opens_after_five_failures_and_all_waits_for_the_probe(
    house: House, gate: Gate
) -> None:
    gate.said = lambda _: SICK
    owe(house, 9)

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


def test_a_partner_that_is_back_gets_all_at_the_probe(house: House, gate: Gate) -> None:
    gate.said = lambda _: SICK
    owe(house, 9)
    pump(house)
    gate.said = lambda _: answer()
    house.clock.advance(30)

    assert pump(house) is False

    assert house.deliveries.owed() == ()
    assert health(house) == LaneHealth()
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
    assert health(house) == LaneHealth()


def test_an_answer_that_changes_no_health_is_not_written(gate: Gate) -> None:
    @dataclass(frozen=True)
    class NeverNoted(MemoryDeliveries):
        def note_health(self, lease: Lease, health: LaneHealth) -> None:
            raise AssertionError("a healthy lane's health was written")

    house = a_house(gate, deliveries=NeverNoted())
    owe(house, 9)

    pump(house)

    assert house.deliveries.owed() == ()
    house.pumping.close()


# --- lanes that are lost -------------------------------------------------------------------------


@dataclass
class StoreClock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def taken_over(store: StoreClock, house: House) -> Lease:
    """Our lease has ended meanwhile, and somebody else has the lane and all that is in it."""
    store.seconds += pumping.LEASE_S + 1
    lease = house.deliveries.lease(LANE, holder="somebody else", seconds=60)
    assert lease is not None
    house.deliveries.claim(lease, now=house.clock.now(), limit=99)
    return lease


def test_a_lane_that_was_taken_over_is_left_at_once() -> None:
    store = StoreClock()
    house = a_house(lambda _: answer(), deliveries=MemoryDeliveries(seconds_now=store))
    others: list[Lease] = []

    def taking_over(_: WireRequest) -> WireAnswer:
        others.append(taken_over(store, house))
        return answer()

    house.wire.answers = taking_over
    owe(house, 9)

    assert pump(house) is False

    assert len(house.wire.asked) == 1
    assert len(house.deliveries.owed()) == 9
    house.deliveries.renew(others[0], seconds=60)
    house.pumping.close()


def test_a_lane_that_was_taken_over_while_a_send_hangs_is_noticed_at_the_renewal(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = StoreClock()
    house = a_house(gate, deliveries=MemoryDeliveries(seconds_now=store))
    gate.shut = {XYZ}
    owe(house, 9)
    pump(house, until=lambda: gate.inside[XYZ] == 1)
    draining = house.pumping.lanes[LANE]
    monkeypatch.setattr(pumping, "RENEW_S", -1.0)
    house.pumping._turn()
    still_ours = draining.is_ours()

    other = taken_over(store, house)
    house.pumping._turn()

    assert still_ours
    assert draining.lost
    assert not draining.is_ours()
    assert draining.backlog == []
    gate.opened.set()
    assert pump(house) is False
    assert len(house.wire.asked) == 1
    assert len(house.deliveries.owed()) == 9
    house.deliveries.renew(other, seconds=60)
    house.pumping.close()


def test_a_lease_that_ended_unnoticed_is_not_taken_a_second_time(gate: Gate) -> None:
    store = StoreClock()
    house = a_house(gate, deliveries=MemoryDeliveries(seconds_now=store))
    gate.shut = {XYZ}
    owe(house, 9)
    pump(house, until=lambda: gate.inside[XYZ] == 1)
    store.seconds += pumping.LEASE_S + 1
    before = house.pumping.lanes[LANE]

    house.pumping._turn()

    assert house.pumping.lanes[LANE] is before
    gate.opened.set()
    house.pumping.close()


def test_nothing_leaves_once_the_lease_may_have_ended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pumping, "_SAFE_S", -1.0)
    owe(house, 3)

    house.pumping._turn()
    while house.pumping.lanes:
        for lane in list(house.pumping.lanes):
            house.pumping._tend(lane)
        house.pumping._collect(wait_s=0.01)

    assert house.wire.asked == []
    assert len(house.deliveries.owed()) == 3
    assert is_free(house)


def test_a_lane_that_somebody_else_was_quicker_to_lease_is_left_to_them(gate: Gate) -> None:
    @dataclass(frozen=True)
    class Slower(MemoryDeliveries):
        def lease(self, lane: LaneId, *, holder: str, seconds: float) -> Lease | None:
            return None

    house = a_house(gate, deliveries=Slower())
    owe(house)

    assert pump(house) is False
    assert gate.answered == {}


def test_two_pumps_share_the_lanes_and_send_everything_once(gate: Gate) -> None:
    house = a_house(gate)
    house.with_partners(a_reader("slow", SLOW))
    owe(house, 40)
    other = house.another_pump("pump-2")

    second = threading.Thread(target=other.run, kwargs={"seconds": 20.0})
    second.start()
    pump(house)
    second.join(20)

    assert gate.answered == {XYZ: 40, SLOW: 40}
    assert house.deliveries.owed() == ()
    house.pumping.close()
    other.close()


# --- errors inside a send ------------------------------------------------------------------------


@pytest.mark.parametrize("bug", [ValueError("bug"), LookupError("bug")])
def test_an_error_inside_a_send_is_the_hubs_fault_and_stops_nobody(
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
    assert health(house) == LaneHealth()
    assert "a delivery failed inside the hub" in caplog.text


class ForgetfulPartners(MemoryPartners):
    """No longer knows the readers that it named."""

    forgot = False

    def get(self, partner_id: str) -> Partner:
        return super().get("nobody" if ForgetfulPartners.forgot else partner_id)


def test_a_refusal_of_the_hubs_own_stops_nobody_either(gate: Gate) -> None:
    house = a_house(gate, partners=ForgetfulPartners())
    owe(house, 2)
    ForgetfulPartners.forgot = True

    assert pump(house) is False

    verdicts = [each.last.verdict for each in house.deliveries.owed() if each.last]
    assert verdicts == [Verdict.FAULT, Verdict.FAULT]
    ForgetfulPartners.forgot = False
    house.pumping.close()


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


# --- stopping ------------------------------------------------------------------------------------


def test_a_pump_that_is_out_of_time_goes_on_where_it_was(house: House, gate: Gate) -> None:
    gate.shut = {XYZ}
    owe(house, 3)

    assert house.pumping.run(seconds=0.05) is True
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

    house.pumping.close()

    assert len(house.deliveries.owed()) == 2
    assert is_free(house)
    assert house.pumping.pool is None
    house.pumping.close()


def test_while_a_send_is_answered_late_nothing_newer_is_sent_beside_it(
    house: House, gate: Gate
) -> None:
    gate.shut = {XYZ}
    owe(house, 1)
    pump(house, until=lambda: gate.inside[XYZ] == 1)
    key = ObjectKey("locations", ABC, "L000")
    house.push(a_location("L000", updated=5, name="newer"), key=key)
    for _ in range(5):
        house.pumping._turn()
    assert len(house.wire.asked) == 1

    gate.opened.set()
    pump(house)

    assert [as_document(house.json.parse(each.body)).get("name") for each in house.wire.asked] == [
        None,
        "newer",
    ]
    assert house.deliveries.owed() == ()


def test_the_second_pump_waits_for_the_first_ones_last_send(gate: Gate) -> None:
    """A lease may end while bytes are in the air: per receiver and object one send at a time."""
    store = StoreClock()
    house = a_house(gate, deliveries=MemoryDeliveries(seconds_now=store))
    gate.shut = {XYZ}
    owe(house, 1)
    pump(house, until=lambda: gate.inside[XYZ] == 1)
    store.seconds += pumping.LEASE_S + 1
    other = house.another_pump("pump-2")
    other._turn()
    assert other.lanes

    other._turn()
    assert (gate.most[XYZ], len(house.wire.asked)) == (1, 1)

    gate.opened.set()
    deadline = time.monotonic() + 20
    while house.deliveries.owed() and time.monotonic() < deadline:
        other._turn()
    assert gate.most[XYZ] == 1
    house.pumping.close()
    other.close()
