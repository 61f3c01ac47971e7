"""What a CDR's delivery knows of itself: whether it was begun, may be declined, is getting old."""

from dataclasses import FrozenInstanceError, replace

import pytest

from domain.delivery.answers import Attempt, Receipt, Verdict
from domain.delivery.deliveries import (
    DONE_STATES,
    OPEN_STATES,
    Delivery,
    DeliveryClass,
    DeliveryRequest,
    DeliveryState,
    Handover,
    LaneId,
)
from domain.delivery.settling import Settled
from tests.builders import LOC1, NOON, XYZ, a_change, a_delivery, a_request, after

DAY_S = 24 * 3600.0


def owed(**fields: object) -> Delivery:
    """A CDR's delivery that no process has claimed."""
    delivery = replace(Delivery.of(a_request(), now=NOON), unseen=None, handover=Handover())
    return replace(delivery, **fields)  # type: ignore[arg-type]


def test_states_and_classes_are_named_as_partners_see_them() -> None:
    assert [each.value for each in DeliveryState] == [
        "due",
        "refused",
        "parked",
        "waiting",
        "delivered",
        "delivered_unconfirmed",
        "by_pull",
        "declined",
    ]
    assert [each.value for each in DeliveryClass] == ["cdr", "state", "webhook"]
    assert [each.value for each in Verdict] == [
        "accepted",
        "refused",
        "lacks_parent",
        "moved",
        "token_dead",
        "slow_down",
        "sick",
        "fault",
        "held",
        "not_offered",
    ]


def test_what_was_declined_is_neither_open_nor_done() -> None:
    assert set(DeliveryState) - OPEN_STATES - DONE_STATES == {DeliveryState.DECLINED}
    assert not OPEN_STATES & DONE_STATES
    assert {state for state in DeliveryState if state.is_open} == OPEN_STATES


def test_a_lane_is_of_the_class_state_where_nothing_else_is_said() -> None:
    assert LaneId("emsp") == LaneId("emsp", DeliveryClass.STATE)
    assert str(LaneId("emsp")) == "emsp/state"


def test_each_event_of_an_object_is_told_by_itself() -> None:
    told = a_request(event="cdr.delivered")

    assert told.delivery_id == f"{a_request().delivery_id}|cdr.delivered"
    assert Delivery.of(told, now=NOON).event == "cdr.delivered"
    assert Delivery.of(a_request(), now=NOON).event == ""


def test_a_fresh_delivery_knows_of_no_attempt() -> None:
    fresh = Delivery.of(a_request(), now=NOON)

    assert (fresh.attempts, fresh.version, fresh.last, fresh.sending) == (0, 0, None, None)
    named = (LOC1, 1, NOON, NOON)
    bare = Delivery("d", LaneId("emsp"), XYZ, *named)
    assert (bare.unseen, bare.event, bare.handover) == (None, "", None)
    assert Handover() == Handover(
        behind="", promised=False, refusals=0, unsure=False, receipt=None, untold=()
    )
    attempt = Attempt(NOON, Verdict.SICK, "")
    assert (attempt.http, attempt.ocpi, attempt.is_unsure) == (None, None, False)
    assert (attempt.retry_after_s, attempt.receipt) == (None, None)
    assert Handover().promised is False
    assert attempt.is_unsure is False


def test_a_cdr_that_is_claimed_again_may_be_there() -> None:
    first = owed().claimed().begun()
    second = first.claimed()

    assert first.handover == Handover()
    assert second.handover == Handover(unsure=True)
    assert (second.sending, second.begun().sending) == (None, first.sending)
    assert first.sending is not None
    assert (first.sending.scope, first.sending.correlation_id) == ((), "")


def test_a_cdr_that_was_claimed_and_not_sent_is_as_it_was() -> None:
    assert owed().claimed().claimed() == owed()


def test_what_may_be_there_goes_on_being_so() -> None:
    assert owed(handover=Handover(unsure=True)).claimed().handover == Handover(unsure=True)


def test_a_first_attempt_is_undecided_until_it_is_promised_or_ends() -> None:
    claimed = owed().claimed().begun()

    assert claimed.is_undecided
    assert not owed().claimed().is_undecided
    assert not owed().is_undecided
    assert not a_delivery().is_undecided
    assert not replace(claimed, handover=Handover(promised=True)).is_undecided
    assert not replace(claimed, attempts=1).is_undecided
    assert not replace(claimed, state=DeliveryState.PARKED).is_undecided


@pytest.mark.parametrize(
    ("days", "state", "is_parked"),
    [
        (30, DeliveryState.DUE, True),
        (29.99, DeliveryState.DUE, False),
        (31, DeliveryState.DUE, True),
        (31, DeliveryState.PARKED, False),
        (31, DeliveryState.DELIVERED, False),
    ],
)
def test_a_cdr_that_is_owed_for_a_month_is_parked_by_age(
    days: float, state: DeliveryState, is_parked: bool
) -> None:
    assert owed(state=state).is_parked_by_age(after(days * DAY_S)) is is_parked


def test_a_state_is_never_parked_by_age() -> None:
    assert not a_delivery().is_parked_by_age(after(99 * DAY_S))


@pytest.mark.parametrize(
    ("known", "field"),
    [
        (LaneId("emsp"), "partner_id"),
        (a_request(), "revision"),
        (Handover(), "behind"),
        (owed(), "state"),
        (Receipt("", ""), "sha256"),
        (Attempt(NOON, Verdict.SICK, ""), "reason"),
        (Settled(owed(), Attempt(NOON, Verdict.SICK, ""), None, NOON), "due"),
    ],
)
def test_what_is_known_is_not_changed_in_place(known: object, field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(known, field, None)


def test_a_mark_says_which_change_of_what_was_unseen_by_whom() -> None:
    wanted = a_request(3, a_change("PATCH", ("E1",), b"{}"))

    assert wanted == DeliveryRequest(LaneId("emsp"), XYZ, LOC1, 3, wanted.unseen)
