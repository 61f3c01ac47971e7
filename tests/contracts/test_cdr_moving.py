"""What every store promises of CDRs that are owed to an eMSP that left, moved or has them."""

from dataclasses import replace

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import DeliveryClass, DeliveryState, LaneId
from domain.delivery.settling import settle
from domain.delivery.what import AboutObject, Event, EventType
from tests.charging import handover_of
from tests.contracts.made import (
    EMSP,
    NOON,
    OTHER_EMSP,
    Custody,
    a_request,
    attempted,
    cdr_lane,
    filed,
    later,
    location,
)

ACCEPTED = Attempt(later(1), Verdict.ACCEPTED, "HTTP 200", http=200, ocpi=1000)


def test_what_a_party_is_owed_moves_with_it(custody: Custody) -> None:
    open_ = (DeliveryState.DUE, DeliveryState.WAITING, DeliveryState.PARKED)
    for n, state in enumerate(DeliveryState):
        custody.owe(filed(f"C{n}"), state=state)
    stays = custody.owe(filed("X1", receiver=OTHER_EMSP))
    elsewhere = custody.owe(filed("X2"), lane=cdr_lane("partner-3"))

    moved = custody.ledger.rehome(EMSP, old=cdr_lane(), new=cdr_lane("partner-2"))

    assert moved == 3
    found = custody.ledger.deliveries(receiver=EMSP, since=NOON)
    assert {each.state for each in found if each.lane == cdr_lane("partner-2")} == set(open_)
    assert custody.known(stays).lane == cdr_lane()
    assert custody.known(elsewhere).lane == cdr_lane("partner-3")
    assert custody.ledger.rehome(EMSP, old=cdr_lane(), new=cdr_lane("partner-2")) == 0


def test_the_lanes_that_owe_are_those_with_something_open(custody: Custody) -> None:
    open_ = (DeliveryState.DUE, DeliveryState.WAITING, DeliveryState.PARKED)
    for n, state in enumerate(DeliveryState):
        custody.owe(filed(f"C{n}"), state=state, lane=cdr_lane(state.value))
    custody.owe(filed("X1", at=9_999), lane=cdr_lane(open_[0].value))
    custody.queue.owe([a_request()], now=NOON)

    assert custody.ledger.lanes() == {cdr_lane(state.value) for state in open_}


def test_what_was_under_way_when_it_moved_is_tried_again_there(custody: Custody) -> None:
    old, new = custody.leased_together("partner-1", "partner-2")
    delivery = custody.owe(filed(), lease=old)
    custody.ledger.rehome(EMSP, old=old.lane, new=new.lane)
    custody.queue.settle(old, [settle(delivery, ACCEPTED, spread=0.5)])

    [again] = custody.queue.claim(new, now=NOON, limit=10)
    custody.queue.settle(old, [settle(delivery, ACCEPTED, spread=0.5)])

    assert custody.known(delivery) == again
    assert handover_of(again).unsure
    assert custody.queue.claim(old, now=NOON, limit=10) == ()


def test_who_left_is_owed_its_cdrs_still(custody: Custody) -> None:
    for n, state in enumerate(DeliveryState):
        custody.owe(filed(f"C{n}"), state=state)

    assert custody.queue.forget("partner-1") == 0

    assert len(custody.ledger.deliveries(receiver=EMSP, since=NOON)) == len(DeliveryState)


def test_a_lane_is_empty_when_all_in_it_is_done(custody: Custody) -> None:
    assert custody.queue.is_empty(cdr_lane())
    custody.owe(filed(at=500))
    assert not custody.queue.is_empty(cdr_lane())
    assert custody.queue.is_empty(LaneId("partner-1"))
    assert custody.queue.is_empty(cdr_lane("partner-2"))

    lease = custody.leased()
    [delivery] = custody.queue.claim(lease, now=later(500), limit=10)
    custody.queue.settle(lease, [attempted(delivery, Verdict.ACCEPTED)])

    assert custody.queue.is_empty(cdr_lane())


def test_a_subscriber_that_is_no_more_is_told_nothing_more(custody: Custody) -> None:
    of_subscriber = LaneId("subscription-1", DeliveryClass.WEBHOOK)
    of_another = LaneId("subscription-2", DeliveryClass.WEBHOOK)
    about = AboutObject(location())
    types = (EventType.PARTNER_STATUS, EventType.SESSION_UPDATED)
    events = [Event(each, about) for each in types]
    told = [replace(a_request(lane=of_subscriber), what=event) for event in events]
    custody.queue.owe([*told, a_request(lane=of_another)], now=NOON)

    assert [each.what for each in custody.queue.owed(partner_id="subscription-1")] == events
    assert custody.queue.forget("subscription-1") == 2

    assert [each.lane for each in custody.queue.owed()] == [of_another]


def test_a_partner_that_left_is_owed_nothing_but_cdrs(custody: Custody) -> None:
    delivery = custody.owe(filed())
    custody.queue.owe([a_request()], now=NOON)

    assert custody.queue.forget("partner-1") == 1

    assert custody.queue.owed() == (delivery,)
    assert custody.queue.get(a_request().delivery_id) is None
