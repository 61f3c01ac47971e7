"""What every store promises of a CDR's way to its receiver: kept for ever, and never overtaken."""

from dataclasses import replace
from functools import partial

import pytest

from domain.delivery.answers import Attempt, Receipt, Verdict
from domain.delivery.deliveries import DONE_STATES, Delivery, DeliveryState, is_of_cdr
from domain.delivery.lanes import Lease
from domain.delivery.settling import settle
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

RECEIPT = Receipt("https://emsp.example/cdrs/1", "ab12")
ACCEPTED = Attempt(later(1), Verdict.ACCEPTED, "HTTP 200", http=200, ocpi=1000, receipt=RECEIPT)
SICK = Attempt(later(1), Verdict.SICK, "HTTP 500", http=500, retry_after_s=7.5, is_unsure=True)
DUPLICATE = Attempt(later(9), Verdict.REFUSED, "duplicate", http=409, ocpi=2001)
REFUSED = Attempt(later(9), Verdict.REFUSED, "no", http=200, ocpi=2001)
NOT_OFFERED = Attempt(later(1), Verdict.NOT_OFFERED, "no endpoint")


def claimed(custody: Custody, lease: Lease, *, at: float = 0) -> Delivery:
    [delivery] = custody.queue.claim(lease, now=later(at), limit=10)
    return delivery


def tried(custody: Custody, lease: Lease, attempt: Attempt) -> Delivery:
    """What is due, after an attempt that ended so; the lease stays."""
    delivery = claimed(custody, lease, at=999_999)
    custody.queue.settle(lease, [settle(delivery, attempt, spread=0.5)])
    return custody.known(delivery)


# --- how attempts end -------------------------------------------------------------------------


def test_what_was_handed_over_is_kept_with_its_receipt(custody: Custody) -> None:
    custody.owe(filed())

    left = tried(custody, custody.leased(), ACCEPTED)

    assert (left.state, left.attempts, left.last) == (DeliveryState.DELIVERED, 1, ACCEPTED)
    assert left.sending is None
    assert (handover_of(left).receipt, handover_of(left).unsure) == (RECEIPT, False)
    assert handover_of(left).untold == ("cdr.accepted", "cdr.delivered")
    assert custody.ledger.attempts(left.id) == (ACCEPTED,)


def test_every_attempt_is_in_the_journal_in_its_order(custody: Custody) -> None:
    one, other = custody.owe(filed()), custody.owe(filed("CDR2", at=1_000_000))
    lease = custody.leased()
    for attempt in (SICK, replace(SICK, at=later(5), reason="HTTP 502"), DUPLICATE):
        left = tried(custody, lease, attempt)

    assert left.state is DeliveryState.UNCONFIRMED
    assert [each.reason for each in custody.ledger.attempts(one.id)] == [
        "HTTP 500",
        "HTTP 502",
        "duplicate",
    ]
    assert custody.ledger.attempts(one.id)[0] == SICK
    assert custody.ledger.attempts(other.id) == ()


def test_what_failed_is_owed_still_and_maybe_there(custody: Custody) -> None:
    custody.owe(filed())
    lease = custody.leased()

    left = tried(custody, lease, SICK)

    assert (left.state, left.attempts, left.due) == (DeliveryState.DUE, 1, later(8.5))
    assert handover_of(left).unsure
    assert handover_of(left).untold == ("cdr.accepted",)
    assert custody.queue.claim(lease, now=later(8), limit=10) == ()
    assert claimed(custody, lease, at=8.5).id == left.id


def test_refusals_are_counted_until_it_is_parked(custody: Custody) -> None:
    custody.owe(filed())
    lease = custody.leased()
    refusals = [handover_of(tried(custody, lease, REFUSED)) for _ in range(3)]

    assert [each.refusals for each in refusals] == [1, 2, 3]
    [parked] = custody.queue.owed(state=DeliveryState.PARKED)
    assert handover_of(parked).untold == ("cdr.accepted", "cdr.parked")
    assert custody.queue.lanes_due(now=later(999_999)) == ()


def test_a_promise_made_while_it_was_under_way_is_kept(custody: Custody) -> None:
    lease = custody.leased()
    delivery = custody.owe(filed(), lease=lease)
    custody.ledger.promise(delivery.id)

    custody.queue.settle(lease, [settle(delivery, SICK, spread=0.5)])

    assert custody.handover(delivery).promised


def test_settling_a_cdr_again_changes_nothing(custody: Custody) -> None:
    custody.owe(filed())
    lease = custody.leased()
    settled = settle(claimed(custody, lease), ACCEPTED, spread=0.5)
    custody.queue.settle(lease, [settled])
    left = custody.known(settled.delivery)

    custody.queue.settle(lease, [settled])

    assert custody.known(settled.delivery) == left


def test_what_was_claimed_twice_may_be_there(custody: Custody) -> None:
    custody.owe(filed())
    lease = custody.leased()
    first = claimed(custody, lease)
    assert custody.queue.begin(lease, first)
    custody.queue.give_back(lease)
    second = claimed(custody, custody.leased())

    unsure = [handover_of(each).unsure for each in (first, second) if is_of_cdr(each)]
    assert unsure == [False, True]
    assert custody.known(second) == second


def test_what_was_claimed_and_not_begun_is_given_back_as_it_was(custody: Custody) -> None:
    owed = custody.owe(filed())
    lease = custody.leased()
    claimed(custody, lease)
    custody.queue.give_back(lease)

    again = claimed(custody, custody.leased())

    assert replace(again, version=owed.version) == owed


def test_only_who_has_claimed_a_cdr_begins_it(custody: Custody) -> None:
    custody.owe(filed())
    lost = custody.leased()
    delivery = claimed(custody, lost)
    custody.queue.give_back(lost)
    lease = custody.leased()
    assert custody.queue.begin(lost, delivery)
    claimed(custody, lease)

    assert not custody.queue.begin(lost, delivery)
    assert custody.known(delivery).sending is None
    assert custody.queue.begin(lease, delivery)
    assert custody.known(delivery).sending == delivery.begun().sending
    assert not custody.queue.begin(lease, owing(filed("CDR9")))


def test_a_second_answer_without_an_envelope_is_taken_for_yes(custody: Custody) -> None:
    custody.owe(filed())
    lease = custody.leased()
    bare = replace(SICK, http=201)

    states = [tried(custody, lease, bare).state for _ in range(2)]

    assert states == [DeliveryState.DUE, DeliveryState.UNCONFIRMED]


# --- in their order ---------------------------------------------------------------------------


def behind(custody: Custody, *, lease: Lease | None = None) -> tuple[Delivery, Delivery]:
    """An original, and the credit that waits behind it."""
    original = custody.owe(filed("CDR1"), lease=lease)
    credit = filed("CDR1-C", at=1)
    return original, custody.owe(credit, behind=filed("CDR1"), state=DeliveryState.WAITING)


@pytest.mark.parametrize("attempt", [ACCEPTED, NOT_OFFERED])
def test_what_waits_is_due_as_soon_as_the_one_ahead_is_done(
    custody: Custody, attempt: Attempt
) -> None:
    _, credit = behind(custody)
    third = custody.owe(filed("C3"), behind=filed("CDR1-C"), state=DeliveryState.WAITING)
    lease = custody.leased()

    tried(custody, lease, attempt)

    assert custody.known(credit).state is DeliveryState.DUE
    assert custody.known(third).state is DeliveryState.WAITING
    assert claimed(custody, lease, at=1).id == credit.id


@pytest.mark.parametrize("attempt", [SICK, REFUSED])
def test_what_waits_goes_on_waiting_while_the_one_ahead_is_not_done(
    custody: Custody, attempt: Attempt
) -> None:
    original, credit = behind(custody)
    lease = custody.leased()
    for _ in range(3):
        if custody.known(original).state is DeliveryState.DUE:
            tried(custody, lease, attempt)

    assert custody.ledger.unblock() == 0
    assert custody.known(credit).state is DeliveryState.WAITING
    assert not custody.queue.retry(credit.id, now=NOON)
    assert not custody.ledger.park(credit.id, now=NOON)


def test_who_lost_the_lane_lets_nothing_go(custody: Custody) -> None:
    lost = custody.leased()
    original, credit = behind(custody, lease=lost)
    custody.ledger.rehome(EMSP, old=cdr_lane(), new=cdr_lane("partner-2"))

    custody.queue.settle(lost, [settle(original, ACCEPTED, spread=0.5)])

    assert custody.known(original).state is DeliveryState.DUE
    assert custody.known(credit).state is DeliveryState.WAITING


def test_a_sweep_lets_go_what_waits_behind_something_done(custody: Custody) -> None:
    assert custody.ledger.unblock() == 0
    lease = custody.leased()
    custody.owe(filed("CDR1"), state=DeliveryState.BY_PULL)
    custody.owe(filed("C2"), behind=filed("CDR1"), state=DeliveryState.WAITING)
    declined = custody.owe(filed("C3"), lease=lease)
    custody.ledger.decline(lease, declined.id, REFUSED)
    custody.owe(filed("C4"), behind=filed("C3"), state=DeliveryState.WAITING)
    custody.owe(filed("C5"), behind=filed("C2"), state=DeliveryState.WAITING)
    custody.owe(filed("C6"), behind=filed("unknown"), state=DeliveryState.WAITING)

    assert custody.ledger.unblock() == 2
    assert custody.ledger.unblock() == 0

    assert {each.key.id for each in custody.queue.owed(state=DeliveryState.DUE)} == {"C2", "C4"}
    assert {each.key.id for each in custody.queue.owed(state=DeliveryState.WAITING)} == {"C5", "C6"}


def test_what_waits_is_neither_due_nor_in_the_way(custody: Custody) -> None:
    custody.owe(filed("C2"), behind=filed("CDR1"), state=DeliveryState.WAITING)

    assert custody.queue.is_empty(cdr_lane())
    assert custody.queue.lanes_due(now=later(9)) == ()
    assert custody.queue.claim(custody.leased(), now=later(9), limit=9) == ()


def test_many_settled_at_once_lose_nothing(custody: Custody) -> None:
    for n in range(12):
        custody.owe(filed(f"C{n}"))
        custody.owe(filed(f"C{n}-C"), behind=filed(f"C{n}"), state=DeliveryState.WAITING)
    lease = custody.leased()
    taken = custody.queue.claim(lease, now=NOON, limit=20)
    done = [attempted(each, Verdict.ACCEPTED) for each in taken]

    outcomes = at_once(*(partial(custody.queue.settle, lease, [each]) for each in done))

    assert outcomes == [None] * 12
    states = [each.state for each in custody.ledger.deliveries(receiver=EMSP, since=NOON)]
    assert states.count(DeliveryState.DUE) == 12
    assert sum(state in DONE_STATES for state in states) == 12
