"""What every ledger of CDRs promises of a delivery's beginning: owed once, promised or declined."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import CdrDelivery, Delivery, DeliveryState, is_undecided
from domain.delivery.lanes import Lease
from domain.delivery.what import EventType
from tests.charging import handover_of
from tests.contracts.made import (
    EMSP,
    NOON,
    Custody,
    at_once,
    attempted,
    cdr_lane,
    filed,
    later,
    owing,
)

REFUSED = Attempt(later(1), Verdict.REFUSED, "unknown tariff", http=200, ocpi=2001)


def under_way(custody: Custody, name: str = "CDR1") -> tuple[Lease, Delivery]:
    """A first attempt inside the POST: owed and claimed under a lease."""
    lease = custody.leased()
    return lease, custody.owe(filed(name), lease=lease)


def with_events(delivery: CdrDelivery, untold: tuple[str, ...]) -> CdrDelivery:
    return replace(delivery, what=replace(delivery.what, untold=untold))


# --- owing ------------------------------------------------------------------------------------


def test_a_cdr_is_owed_as_it_was_said(custody: Custody) -> None:
    known = filed(turn=2)
    untold = (EventType.CDR_ACCEPTED, EventType.CDR_PARKED)
    delivery = custody.owe(known, behind=filed("CDR0"), untold=untold)

    assert custody.known(delivery) == delivery
    assert delivery == owing(known, behind=filed("CDR0"), untold=untold)
    assert custody.queue.owed() == (delivery,)


def test_a_cdr_is_owed_once(custody: Custody) -> None:
    delivery = custody.owe(filed())
    lease = custody.leased()

    assert not custody.ledger.owe(filed(), delivery)
    assert not custody.ledger.owe(filed(), delivery.claimed().begun(), lease=lease)

    assert custody.known(delivery) == delivery
    assert custody.queue.claim(lease, now=NOON, limit=10) != ()


def test_of_many_who_owe_one_at_once_one_does(custody: Custody) -> None:
    known = filed()

    outcomes = at_once(*(partial(custody.ledger.owe, known, owing(known)) for _ in range(8)))

    assert Counter(outcomes) == {False: 7, True: 1}


def test_what_is_owed_under_a_lease_is_claimed_by_it(custody: Custody) -> None:
    lease, delivery = under_way(custody)

    assert is_undecided(custody.known(delivery))
    assert custody.queue.claim(lease, now=later(60), limit=10) == ()
    custody.queue.settle(lease, [attempted(delivery, Verdict.ACCEPTED)])
    assert custody.known(delivery).state is DeliveryState.DELIVERED


def test_what_was_left_behind_under_a_lease_goes_on_as_unsure(custody: Custody) -> None:
    lease, delivery = under_way(custody)
    custody.queue.give_back(lease)

    [again] = custody.queue.claim(custody.leased(), now=NOON, limit=10)

    assert handover_of(again).unsure


def test_refs_without_a_delivery_are_found(custody: Custody) -> None:
    known, lost = filed("C1"), filed("C2")
    custody.owe(known)

    assert custody.ledger.unowed([known.ref, lost.ref]) == {lost.ref}
    assert custody.ledger.unowed([known.ref]) == frozenset()
    assert custody.ledger.unowed([]) == frozenset()
    assert custody.ledger.unowed([known.ref, lost.ref], for_good=True) == {lost.ref}


# --- promised or declined ---------------------------------------------------------------------


def test_what_is_promised_cannot_be_declined(custody: Custody) -> None:
    lease, delivery = under_way(custody)

    assert custody.ledger.promise(delivery.id)
    assert custody.ledger.promise(delivery.id)
    assert not custody.ledger.decline(lease, delivery.id, REFUSED)

    assert custody.handover(delivery).promised
    assert custody.known(delivery).state is DeliveryState.DUE
    assert custody.ledger.counted([filed().ref]) == {filed().ref}
    assert custody.ledger.attempts(delivery.id) == ()


def test_what_is_declined_cannot_be_promised(custody: Custody) -> None:
    lease, delivery = under_way(custody)

    assert custody.ledger.decline(lease, delivery.id, REFUSED)
    assert not custody.ledger.decline(lease, delivery.id, REFUSED)
    assert not custody.ledger.promise(delivery.id)

    left = custody.known(delivery)
    assert (left.state, left.last, left.attempts) == (DeliveryState.DECLINED, REFUSED, 1)
    assert (left.sending, left.what) == (None, owing(filed(), untold=()).what)
    assert custody.ledger.attempts(delivery.id) == (REFUSED,)
    assert custody.ledger.counted([filed().ref]) == frozenset()


def test_what_is_declined_is_owed_no_more_and_tells_nothing(custody: Custody) -> None:
    lease, delivery = under_way(custody)
    custody.ledger.decline(lease, delivery.id, REFUSED)

    custody.queue.settle(lease, [attempted(delivery, Verdict.ACCEPTED)])

    assert custody.known(delivery).state is DeliveryState.DECLINED
    assert custody.ledger.untold(limit=10) == ()
    assert custody.queue.owed() == ()
    assert not custody.queue.retry(delivery.id, now=NOON)


def test_a_cdr_without_a_delivery_is_neither_promised_nor_declined(custody: Custody) -> None:
    assert not custody.ledger.promise("cdr|none")
    assert not custody.ledger.decline(custody.leased(), "cdr|none", REFUSED)
    assert custody.ledger.attempts("cdr|none") == ()


def test_only_the_lease_that_has_it_declines_it(custody: Custody) -> None:
    lost, delivery = under_way(custody)
    custody.queue.give_back(lost)
    taken = custody.leased(holder="another")
    custody.queue.claim(taken, now=NOON, limit=10)

    assert not custody.ledger.decline(lost, delivery.id, REFUSED)
    assert custody.known(delivery).state is DeliveryState.DUE


def test_what_was_settled_is_declined_no_more(custody: Custody) -> None:
    lease, delivery = under_way(custody)
    custody.queue.settle(lease, [attempted(delivery, Verdict.SICK)])

    assert not custody.ledger.decline(lease, delivery.id, REFUSED)


def test_a_lease_of_another_lane_declines_nothing_though_their_fences_are_equal(
    custody: Custody,
) -> None:
    lease, other = custody.leased_together("partner-1", "partner-2")
    delivery = custody.owe(filed(), lease=lease)

    assert not custody.ledger.decline(other, delivery.id, REFUSED)


@pytest.mark.parametrize("n", range(6))
def test_of_a_promise_and_a_refusal_at_once_exactly_one_counts(custody: Custody, n: int) -> None:
    lease, delivery = under_way(custody)
    promises = [partial(custody.ledger.promise, delivery.id)] * 5
    declines = [partial(custody.ledger.decline, lease, delivery.id, REFUSED)] * 3
    calls = [*promises[:n], *declines, *promises[n:]]

    outcomes = at_once(*calls)

    promised = {done for call, done in zip(calls, outcomes, strict=True) if call in promises}
    declined = [done for call, done in zip(calls, outcomes, strict=True) if call in declines]
    is_declined = custody.known(delivery).state is DeliveryState.DECLINED
    assert promised == {not is_declined}
    assert declined.count(True) == int(is_declined)
    assert custody.handover(delivery).promised is not is_declined


# --- the outbox of events ---------------------------------------------------------------------


def test_what_subscribers_were_not_told_of_is_found_until_they_are(custody: Custody) -> None:
    one, two = custody.owe(filed("C1")), custody.owe(filed("C2", at=1))
    custody.owe(filed("C3"), untold=())

    assert {each.id for each in custody.ledger.untold(limit=10)} == {one.id, two.id}
    assert len(custody.ledger.untold(limit=1)) == 1

    custody.ledger.told([custody.known(one)])

    assert [each.id for each in custody.ledger.untold(limit=10)] == [two.id]
    assert custody.handover(one).untold == ()
    custody.ledger.told([])
    custody.ledger.told([custody.known(one), custody.known(two)])
    assert custody.ledger.untold(limit=10) == ()


def test_those_that_told_different_things_are_told_together(custody: Custody) -> None:
    one, two = custody.owe(filed("C1")), custody.owe(filed("C2", at=1), untold=("cdr.parked",))
    alike = custody.owe(filed("C3", at=2))
    later = custody.owe(filed("C4", at=3), untold=("cdr.accepted", "cdr.parked"))

    custody.ledger.told([one, two, alike, with_events(later, ("cdr.accepted",))])

    assert [custody.handover(each).untold for each in (one, two, alike)] == [()] * 3
    assert custody.handover(later).untold == ("cdr.parked",)


def test_an_event_that_came_while_others_were_told_is_told_next(custody: Custody) -> None:
    delivery = custody.owe(filed())
    [being_told] = custody.ledger.untold(limit=10)
    lease = custody.leased()
    [claimed] = custody.queue.claim(lease, now=NOON, limit=10)
    custody.queue.settle(lease, [attempted(claimed, Verdict.ACCEPTED)])
    assert custody.handover(delivery).untold == ("cdr.accepted", "cdr.delivered")

    custody.ledger.told([being_told])

    [left] = custody.ledger.untold(limit=10)
    assert left == custody.known(delivery)
    assert custody.handover(delivery).untold == ("cdr.delivered",)


def test_events_that_were_told_meanwhile_do_not_come_back(custody: Custody) -> None:
    delivery = custody.owe(filed())
    lease = custody.leased()
    [claimed] = custody.queue.claim(lease, now=NOON, limit=10)

    custody.ledger.told([custody.known(claimed)])
    custody.queue.settle(lease, [attempted(claimed, Verdict.ACCEPTED)])

    assert custody.handover(delivery).untold == ("cdr.delivered",)
    assert claimed.receiver == EMSP
    assert claimed.lane == cdr_lane()
