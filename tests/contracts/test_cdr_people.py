"""What every store promises to operators who look at CDRs' deliveries, and decide about them."""

from dataclasses import replace

import pytest

from domain.delivery.answers import Attempt, Receipt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryState
from domain.delivery.settling import settle
from domain.delivery.what import EventType
from domain.objects.stored import UnseenChange
from tests.charging import handover_of
from tests.contracts.made import (
    EMSP,
    LANE,
    NOON,
    OTHER_EMSP,
    Custody,
    a_request,
    attempted,
    cdr_lane,
    filed,
    later,
    patch,
)

ACCEPTED = Attempt(later(1), Verdict.ACCEPTED, "HTTP 200", http=200, ocpi=1000)


def test_what_is_open_is_shown_and_what_is_done_where_it_is_asked_for(custody: Custody) -> None:
    for n, state in enumerate(DeliveryState):
        custody.owe(filed(f"C{n}", at=n), state=state)

    shown = [each.state for each in custody.queue.owed(partner_id="partner-1")]

    assert shown == [
        DeliveryState.DUE,
        DeliveryState.REFUSED,
        DeliveryState.PARKED,
        DeliveryState.WAITING,
    ]
    for state in DeliveryState:
        assert [each.state for each in custody.queue.owed(state=state)] == [state]
    assert custody.queue.owed(state=DeliveryState.DELIVERED, partner_id="partner-2") == ()


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (DeliveryState.DELIVERED, True),
        (DeliveryState.UNCONFIRMED, True),
        (DeliveryState.BY_PULL, True),
        (DeliveryState.PARKED, True),
        (DeliveryState.DUE, True),
        (DeliveryState.DECLINED, False),
        (DeliveryState.WAITING, False),
    ],
)
def test_what_may_be_handed_over_is_tried_again_when_an_operator_says_so(
    custody: Custody, state: DeliveryState, may: bool
) -> None:
    delivery = custody.owe(filed(), state=state)

    assert custody.queue.retry(delivery.id, now=later(60)) is may

    if not may:
        assert custody.known(delivery) == delivery
        return
    [again] = custody.queue.claim(custody.leased(), now=later(60), limit=10)
    assert (again.id, again.due) == (delivery.id, later(60))
    assert custody.queue.retry(delivery.id, now=later(61))
    assert custody.known(delivery).due == later(61)


def test_what_was_handed_over_before_may_be_there_when_it_is_tried_again(custody: Custody) -> None:
    custody.owe(filed())
    lease = custody.leased()
    [delivery] = custody.queue.claim(lease, now=NOON, limit=10)
    done = replace(ACCEPTED, receipt=Receipt("https://emsp.example/1", "ab"))
    custody.queue.settle(lease, [settle(delivery, done, spread=0.5)])

    custody.queue.retry(delivery.id, now=later(60))

    handover = custody.handover(delivery)
    assert (handover.unsure, handover.refusals, handover.receipt) == (True, 0, done.receipt)


def test_only_what_is_due_is_parked(custody: Custody) -> None:
    due = custody.owe(filed("C1"))
    done = custody.owe(filed("C2"), state=DeliveryState.DELIVERED)
    custody.queue.owe([a_request(lane=cdr_lane())], now=NOON)

    assert custody.ledger.park(due.id, now=later(5))
    assert not custody.ledger.park(due.id, now=later(6))
    assert not custody.ledger.park(done.id, now=later(5))
    assert not custody.ledger.park("cdr|none", now=later(5))
    assert not custody.ledger.park(a_request(lane=cdr_lane()).delivery_id, now=later(5))

    parked = custody.known(due)
    assert (parked.state, parked.due) == (DeliveryState.PARKED, later(5))
    assert custody.handover(due).untold == ("cdr.accepted", "cdr.parked")
    assert custody.queue.retry(due.id, now=later(7))
    assert custody.known(due).state is DeliveryState.DUE


def test_what_is_parked_while_it_is_under_way_stays_parked(custody: Custody) -> None:
    lease = custody.leased()
    delivery = custody.owe(filed(), lease=lease)
    custody.ledger.park(delivery.id, now=NOON)

    custody.queue.settle(lease, [settle(delivery, ACCEPTED, spread=0.5)])

    assert custody.known(delivery).state is DeliveryState.PARKED
    custody.queue.retry(delivery.id, now=NOON)
    [again] = custody.queue.claim(lease, now=NOON, limit=10)
    assert handover_of(again).unsure


def test_parking_twice_tells_of_it_once(custody: Custody) -> None:
    delivery = custody.owe(filed(), untold=(EventType.CDR_PARKED,))

    custody.ledger.park(delivery.id, now=NOON)

    assert custody.handover(delivery).untold == ("cdr.parked",)


def test_cdrs_are_counted_by_their_state(custody: Custody) -> None:
    assert custody.ledger.counts(aged_before=NOON) == ({}, 0)
    custody.queue.owe([a_request(), a_request(lane=cdr_lane())], now=NOON)
    for n in range(3):
        custody.owe(filed(f"C{n}", at=n))
    custody.owe(filed("D"), state=DeliveryState.DELIVERED)
    custody.owe(filed("X", receiver=OTHER_EMSP), state=DeliveryState.DECLINED)

    states, aged = custody.ledger.counts(aged_before=later(1.5))

    assert states == {
        DeliveryState.DUE: 3,
        DeliveryState.DELIVERED: 1,
        DeliveryState.DECLINED: 1,
    }
    assert aged == 2


def test_deliveries_to_a_receiver_are_found_oldest_first(custody: Custody) -> None:
    custody.queue.owe([a_request(unseen=UnseenChange.one(patch()), lane=LANE)], now=later(9))
    for n, state in enumerate((DeliveryState.DELIVERED, DeliveryState.DUE, DeliveryState.DECLINED)):
        custody.owe(filed(f"C{n}", at=-n), state=state)
    custody.owe(filed("X", at=5, receiver=OTHER_EMSP))

    found = custody.ledger.deliveries(receiver=EMSP, since=later(-1))

    assert [each.key.id for each in found] == ["C1", "C0"]
    all_ = custody.ledger.deliveries(receiver=EMSP, since=later(-2))
    assert [each.key.id for each in all_] == ["C2", "C1", "C0"]


def test_every_change_of_a_record_is_a_new_version(custody: Custody) -> None:
    """A process that read it before, and writes it by what it read, has lost the race."""
    lease = custody.leased()
    one, two = custody.owe(filed("C1"), lease=lease), custody.owe(filed("C2"), lease=lease)
    waits = custody.owe(filed("C3"), behind=filed("C2"), state=DeliveryState.WAITING)
    refused = Attempt(NOON, Verdict.REFUSED, "no", http=200, ocpi=2001)
    versions = [(each.id, each.version) for each in (one, two, waits)]

    def is_new(delivery: Delivery) -> bool:
        now = (delivery.id, custody.known(delivery).version)
        is_known = now in versions
        versions.append(now)
        return not is_known

    custody.ledger.promise(one.id)
    assert is_new(one)
    custody.ledger.told([one])
    assert is_new(one)
    custody.ledger.rehome(EMSP, old=cdr_lane(), new=cdr_lane("partner-2"))
    assert is_new(one)
    custody.ledger.rehome(EMSP, old=cdr_lane("partner-2"), new=cdr_lane())
    custody.ledger.park(one.id, now=NOON)
    assert is_new(one)
    custody.queue.retry(one.id, now=NOON)
    assert is_new(one)
    custody.queue.give_back(lease)
    again = custody.leased()
    first, _ = custody.queue.claim(again, now=NOON, limit=9)
    assert is_new(first)
    assert is_new(two)
    custody.queue.settle(again, [attempted(first, Verdict.SICK)])
    assert is_new(first)
    custody.ledger.decline(again, two.id, refused)
    assert is_new(two)
    custody.ledger.unblock()
    assert is_new(waits)
