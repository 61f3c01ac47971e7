"""What a CDR's delivery knows of itself: whether it was begun, may be declined, is getting old."""

from dataclasses import FrozenInstanceError, replace

import pytest

from domain.delivery.answers import Attempt, Receipt, Verdict
from domain.delivery.deliveries import (
    DONE_STATES,
    OPEN_STATES,
    DeliveryClass,
    DeliveryRequest,
    DeliveryState,
    LaneId,
    delivery_of,
    is_parked_by_age,
    is_undecided,
)
from domain.delivery.settling import Settled
from domain.delivery.what import AboutCdr, AboutCommand, AboutObject, Event, EventType, ObjectChange
from tests.builders import ABC, LOC1, NOON, XYZ, a_change, a_request, after
from tests.charging import CDR1, a_cdr_delivery, a_handover

DAY_S = 24 * 3600.0


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
    told = a_request(event=EventType.SESSION_UPDATED)

    assert told.delivery_id == f"{a_request().delivery_id}|session.updated"
    assert delivery_of(told, now=NOON).what == Event(EventType.SESSION_UPDATED, AboutObject(LOC1))
    assert delivery_of(a_request(), now=NOON).what == ObjectChange(LOC1)


def test_two_cdrs_of_one_id_are_two_things_to_tell_of() -> None:
    first, second = (
        Event(EventType.CDR_DELIVERED, AboutCdr(ref, CDR1)) for ref in ("ab" * 16, "cd" * 16)
    )

    assert first.key == second.key == CDR1
    assert first.subject == f"cdrs/DE/ABC/CDR1/{'AB' * 16}|cdr.delivered"
    assert first.subject != second.subject


def test_the_id_of_a_command_is_in_no_name() -> None:
    event = Event(EventType.COMMAND_RESULT, AboutCommand("s3cret-Id", "commands", ABC))

    assert "s3cret" not in event.subject.lower()
    assert event.key.module == "commands"
    assert event.key.owner == ABC


def test_a_fresh_delivery_knows_of_no_attempt() -> None:
    fresh = delivery_of(a_request(), now=NOON)

    assert (fresh.attempts, fresh.version, fresh.last, fresh.sending) == (0, 0, None, None)
    bare = a_cdr_delivery()
    assert (bare.unseen, bare.sending, bare.what) == (None, None, a_handover())
    assert a_handover() == a_handover(
        behind="", promised=False, refusals=0, unsure=False, receipt=None, untold=()
    )
    attempt = Attempt(NOON, Verdict.SICK, "")
    assert (attempt.http, attempt.ocpi, attempt.is_unsure) == (None, None, False)
    assert (attempt.retry_after_s, attempt.receipt) == (None, None)
    assert a_handover().promised is False
    assert attempt.is_unsure is False


def test_a_cdr_that_is_claimed_again_may_be_there() -> None:
    first = a_cdr_delivery().claimed().begun()
    second = first.claimed()

    assert first.what == a_handover()
    assert second.what == a_handover(unsure=True)
    assert (second.sending, second.begun().sending) == (None, first.sending)
    assert first.sending is not None
    assert (first.sending.scope, first.sending.correlation_id) == ((), "")


def test_a_cdr_that_was_claimed_and_not_sent_is_as_it_was() -> None:
    assert a_cdr_delivery().claimed().claimed() == a_cdr_delivery()


def test_what_may_be_there_goes_on_being_so() -> None:
    unsure = a_handover(unsure=True)

    assert a_cdr_delivery(unsure).claimed().what == unsure


def test_a_first_attempt_is_undecided_until_it_is_promised_or_ends() -> None:
    claimed = a_cdr_delivery().claimed().begun()

    assert is_undecided(claimed)
    assert not is_undecided(a_cdr_delivery().claimed())
    assert not is_undecided(a_cdr_delivery())
    assert not is_undecided(replace(claimed, what=a_handover(promised=True)))
    assert not is_undecided(replace(claimed, attempts=1))
    assert not is_undecided(replace(claimed, state=DeliveryState.PARKED))


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
    assert is_parked_by_age(a_cdr_delivery(state=state), after(days * DAY_S)) is is_parked


@pytest.mark.parametrize(
    ("known", "field"),
    [
        (LaneId("emsp"), "target"),
        (a_request(), "revision"),
        (a_handover(), "behind"),
        (a_cdr_delivery(), "state"),
        (Receipt("", ""), "sha256"),
        (Attempt(NOON, Verdict.SICK, ""), "reason"),
        (
            Settled(a_cdr_delivery(), Attempt(NOON, Verdict.SICK, ""), None, NOON, a_handover()),
            "due",
        ),
    ],
)
def test_what_is_known_is_not_changed_in_place(known: object, field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(known, field, None)


def test_a_request_says_which_change_of_what_is_unseen_by_whom() -> None:
    wanted = a_request(3, a_change("PATCH", ("E1",), b"{}"))

    assert wanted == DeliveryRequest(LaneId("emsp"), XYZ, ObjectChange(LOC1), 3, wanted.unseen)


def test_the_subject_of_a_handover_is_its_cdr() -> None:
    handover = a_handover()

    assert handover.subject == str(handover.key)
