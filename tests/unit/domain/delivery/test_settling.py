"""What follows from an attempt to hand a CDR over, or to tell a subscriber."""

from dataclasses import replace

import pytest

from domain.delivery.answers import Attempt, Receipt, Verdict
from domain.delivery.deliveries import (
    CdrDelivery,
    DeliveryClass,
    DeliveryState,
    LaneId,
)
from domain.delivery.settling import Settled, settle
from domain.delivery.settling import after as ended
from domain.delivery.what import CdrHandover, EventType
from tests.builders import a_delivery, after
from tests.charging import a_cdr_delivery, a_handover

MONTH_S = 30 * 24 * 3600.0
THREE_DAYS_S = 3 * 24 * 3600.0
HOURS = 3600.0


def an_attempt(
    verdict: Verdict, *, at: float = 0, reason: str = "", http: int | None = None, **fields: bool
) -> Attempt:
    return Attempt(after(at), verdict, reason, http=http, is_unsure=fields.get("unsure", False))


def a_begun_one(**known: object) -> CdrDelivery:
    """A CDR's delivery, claimed for its first attempt, whose bytes have left."""
    return replace(a_cdr_delivery().claimed().begun(), what=a_handover(**known))


def known(settled: Settled) -> CdrHandover:
    assert isinstance(settled.what, CdrHandover)
    return settled.what


def due_in(settled: Settled) -> float:
    return (settled.due - settled.attempt.at).total_seconds()


# --- how long until the next attempt ----------------------------------------------------------


@pytest.mark.parametrize(
    ("lane_class", "waits"),
    [
        (
            DeliveryClass.CDR,
            (5, 30, 120, 300, 900, 1800, HOURS, 2 * HOURS, 4 * HOURS, 8 * HOURS, 12 * HOURS),
        ),
        (DeliveryClass.STATE, (2, 5, 10, 20, 30, 50)),
        (
            DeliveryClass.WEBHOOK,
            (5, 30, 120, 300, 900, 1800, HOURS, 2 * HOURS, 4 * HOURS),
        ),
    ],
)
def test_every_class_has_its_schedule_and_its_last_wait_goes_on_for_ever(
    lane_class: DeliveryClass, waits: tuple[float, ...]
) -> None:
    delivery = a_delivery(lane=LaneId("emsp", lane_class))

    found = [
        due_in(settle(replace(delivery, attempts=n), an_attempt(Verdict.SICK), spread=0.5))
        for n in range(len(waits) + 2)
    ]

    assert found == [*waits, waits[-1], waits[-1]]


def test_without_a_platform_it_is_looked_at_again_in_five_minutes() -> None:
    held = settle(a_begun_one(), an_attempt(Verdict.HELD), spread=0.9)

    assert (held.state, due_in(held)) == (DeliveryState.DUE, 300)


# --- a CDR ------------------------------------------------------------------------------------


def test_what_the_receiver_has_is_delivered_with_its_receipt() -> None:
    receipt = Receipt("https://emsp.example/cdrs/1", "ab")
    accepted = replace(an_attempt(Verdict.ACCEPTED, at=1), receipt=receipt)

    done = settle(a_begun_one(unsure=True, refusals=2, untold=("x",)), accepted, spread=0)

    assert (done.state, done.due) == (DeliveryState.DELIVERED, after(1))
    assert done.events == ("cdr.delivered",)
    expected = a_handover(refusals=2, receipt=receipt, untold=("x", "cdr.delivered"))
    assert done.what == expected


def test_who_takes_no_cdrs_fetches_them() -> None:
    by_pull = settle(a_begun_one(), an_attempt(Verdict.NOT_OFFERED, at=1), spread=0)

    assert (by_pull.state, by_pull.due, by_pull.events) == (DeliveryState.BY_PULL, after(1), ())


def test_where_a_state_is_not_offered_any_more_it_rests() -> None:
    rests = settle(a_delivery(), an_attempt(Verdict.NOT_OFFERED, at=1), spread=0)

    assert (rests.state, rests.due) == (DeliveryState.REFUSED, after(1))


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.LACKS_PARENT, Verdict.MOVED])
def test_a_refused_cdr_is_tried_three_times_in_the_hour_and_then_parked(verdict: Verdict) -> None:
    settled = [
        settle(a_begun_one(refusals=n), an_attempt(verdict, at=n), spread=0.9) for n in range(4)
    ]

    assert [due_in(each) for each in settled] == [1200, 2100, 0, 0]
    assert [known(each).refusals for each in settled] == [1, 2, 3, 4]
    assert [each.state for each in settled] == [
        DeliveryState.DUE,
        DeliveryState.DUE,
        DeliveryState.PARKED,
        DeliveryState.PARKED,
    ]
    assert [each.events for each in settled] == [(), (), ("cdr.parked",), ("cdr.parked",)]
    assert [known(each).untold for each in settled] == [(), (), ("cdr.parked",), ("cdr.parked",)]


@pytest.mark.parametrize(("reason", "http"), [("this CDR exists already", 200), ("no", 409)])
def test_a_duplicate_after_an_unsure_attempt_is_probably_there(reason: str, http: int) -> None:
    duplicate = an_attempt(Verdict.REFUSED, at=1, reason=reason, http=http)

    done = settle(a_begun_one(unsure=True), duplicate, spread=0)

    assert (done.state, done.events) == (DeliveryState.UNCONFIRMED, ("cdr.delivered",))
    assert known(done) == a_handover(unsure=True, untold=("cdr.delivered",))
    assert settle(a_begun_one(), duplicate, spread=0).state is DeliveryState.DUE


def test_another_refusal_after_an_unsure_attempt_is_one() -> None:
    refused = an_attempt(Verdict.REFUSED, reason="unknown tariff", http=200)

    settled = settle(a_begun_one(unsure=True), refused, spread=0)

    assert (settled.state, known(settled).refusals) == (DeliveryState.DUE, 1)
    assert known(settled).unsure


@pytest.mark.parametrize(
    ("before", "unsure", "later"),
    [(False, False, False), (False, True, True), (True, False, True), (True, True, True)],
)
def test_once_it_may_be_there_it_may_be_there_until_it_is_accepted(
    before: bool, unsure: bool, later: bool
) -> None:
    sick = an_attempt(Verdict.SICK, unsure=unsure)

    settled = settle(a_begun_one(unsure=before), sick, spread=0.5)

    assert known(settled).unsure is later
    assert (settled.state, due_in(settled), settled.events) == (DeliveryState.DUE, 5, ())


@pytest.mark.parametrize(
    ("at", "last", "tells"),
    [
        (MONTH_S - 1, None, False),
        (MONTH_S, None, True),
        (MONTH_S + 1, MONTH_S - 1, True),
        (MONTH_S + 1, MONTH_S, False),
        (2 * MONTH_S, MONTH_S + 1, False),
    ],
)
def test_what_is_owed_for_a_month_is_told_of_once(
    at: float, last: float | None, tells: bool
) -> None:
    owed = a_begun_one()
    if last is not None:
        owed = replace(owed, last=an_attempt(Verdict.SICK, at=last))

    settled = settle(owed, an_attempt(Verdict.SICK, at=at), spread=0.5)

    told = ("cdr.parked",) if tells else ()
    assert (settled.state, settled.events, known(settled).untold) == (
        DeliveryState.DUE,
        told,
        told,
    )


def test_an_event_that_is_still_to_be_told_is_not_told_twice() -> None:
    owed = a_begun_one(refusals=2, untold=("cdr.parked", "x"))

    parked = settle(owed, an_attempt(Verdict.REFUSED), spread=0)

    assert known(parked).untold == ("cdr.parked", "x")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_journal_has_every_attempt_with_a_request(verdict: Verdict) -> None:
    assert settle(a_begun_one(), an_attempt(verdict), spread=0).is_journaled is (
        verdict not in (Verdict.FAULT, Verdict.HELD, Verdict.NOT_OFFERED)
    )
    state = settle(a_delivery(), an_attempt(verdict), spread=0)
    assert not state.is_journaled


# --- what the record becomes ------------------------------------------------------------------


def test_what_was_noted_meanwhile_stays() -> None:
    owed = a_begun_one(untold=("cdr.accepted",))
    settled = settle(owed, an_attempt(Verdict.ACCEPTED, at=1), spread=0)

    left = ended(replace(owed, what=a_handover(promised=True)), settled)

    assert left is not None
    assert (left.state, left.due, left.sending) == (DeliveryState.DELIVERED, after(1), None)
    assert (left.last, left.attempts) == (settled.attempt, 1)
    assert left.what == a_handover(promised=True, untold=("cdr.delivered",))


@pytest.mark.parametrize(
    ("verdict", "attempts"), [(Verdict.SICK, 3), (Verdict.HELD, 2), (Verdict.FAULT, 2)]
)
def test_an_attempt_without_a_request_is_not_counted(verdict: Verdict, attempts: int) -> None:
    owed = replace(a_begun_one(), attempts=2)

    left = ended(owed, settle(owed, an_attempt(verdict), spread=0.5))

    assert left is not None
    assert (left.state, left.attempts, left.sending) == (DeliveryState.DUE, attempts, None)


# --- a webhook --------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.MOVED, Verdict.SICK])
def test_a_subscriber_that_fails_in_any_way_is_told_again_for_three_days(verdict: Verdict) -> None:
    delivery = a_delivery(
        lane=LaneId("sub", DeliveryClass.WEBHOOK), event=EventType.SESSION_UPDATED
    )

    found = [
        settle(delivery, an_attempt(verdict, at=at), spread=0.5)
        for at in (0, THREE_DAYS_S - 1, THREE_DAYS_S, THREE_DAYS_S + 1)
    ]

    assert [each.state for each in found] == [
        DeliveryState.DUE,
        DeliveryState.DUE,
        DeliveryState.PARKED,
        DeliveryState.PARKED,
    ]
    assert [due_in(each) for each in found] == [5, 5, 0, 0]
    assert settle(delivery, an_attempt(Verdict.ACCEPTED), spread=0).state is None
