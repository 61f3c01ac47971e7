"""What is owed, what an answer means, when the next attempt is, and what goes out in it."""

from dataclasses import replace

import pytest

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import (
    DeliveryClass,
    DeliveryState,
    LaneId,
    change_to_send,
    delivery_of,
)
from domain.delivery.settling import after as ended
from domain.delivery.settling import settle
from domain.objects.stored import UnseenChange
from tests.builders import NOON, a_change, a_delivery, a_request, after

PATCH = a_change("PATCH", ("E1",), b"{}")
PUT_EVSE = a_change("PUT", ("E1",), b"{}")


def an_attempt(verdict: Verdict, *, http: int | None = None, wait: float | None = None) -> Attempt:
    return Attempt(at=NOON, verdict=verdict, reason="", http=http, retry_after_s=wait)


@pytest.mark.parametrize("text", ["P-1/cdr", "P/2/state"])
def test_a_lane_is_named_by_its_partner_and_class(text: str) -> None:
    assert str(LaneId.parse(text)) == text


def test_a_request_names_one_delivery_for_each_lane_receiver_and_object() -> None:
    assert a_request(1).delivery_id == a_request(2).delivery_id
    assert a_request().delivery_id == "emsp/state|FR/XYZ|locations/DE/ABC/LOC1"


def test_the_first_request_is_owed_at_once_and_goes_out_as_it_came() -> None:
    delivery = delivery_of(a_request(3, PATCH), now=NOON)

    assert (delivery.state, delivery.due, delivery.since) == (DeliveryState.DUE, NOON, NOON)
    assert change_to_send(delivery.claimed(), revision=3) == PATCH


def test_a_request_of_a_revision_that_is_owed_already_changes_nothing() -> None:
    delivery = delivery_of(a_request(3), now=NOON)

    assert delivery.with_request(a_request(3), now=after(1)) is delivery
    assert delivery.with_request(a_request(2), now=after(1)) is delivery


def test_a_second_change_before_the_attempt_makes_the_present_state_of_both() -> None:
    delivery = delivery_of(a_request(1, PATCH), now=NOON).with_request(
        a_request(2, PATCH), now=after(1)
    )

    claimed = delivery.claimed()

    assert (claimed.revision, claimed.due) == (2, after(1))
    assert claimed.sending == UnseenChange(("E1",), "C-1")
    assert change_to_send(claimed, revision=2) is None


def test_a_change_during_the_attempt_is_owed_as_it_came_once_that_went_well() -> None:
    sending = a_delivery(1, PATCH)

    requested = sending.with_request(a_request(2, PUT_EVSE), now=after(1))

    assert requested.sending == sending.sending
    done = replace(requested, sending=None)
    assert change_to_send(done.claimed(), revision=2) == PUT_EVSE


def test_what_an_attempt_was_about_never_goes_out_as_it_came_again() -> None:
    again = a_delivery(1, PATCH).claimed()

    assert again.sending == UnseenChange(("E1",), "C-1")
    assert change_to_send(again, revision=1) is None


def test_an_unsure_attempt_and_a_later_change_make_the_present_state_of_both() -> None:
    requested = a_delivery(1, PATCH).with_request(a_request(2, a_change()), now=after(1))

    assert requested.claimed().sending == UnseenChange((), "C-1")


def test_a_claim_with_nothing_owed_has_nothing_to_send() -> None:
    nothing = replace(a_delivery(), sending=None).claimed()

    assert nothing.sending is None
    assert change_to_send(nothing, revision=1) is None


def test_a_change_that_is_no_longer_the_latest_does_not_go_out_as_it_came() -> None:
    assert change_to_send(a_delivery(1, PATCH), revision=2) is None


@pytest.mark.parametrize("state", [DeliveryState.REFUSED, DeliveryState.PARKED])
def test_what_was_refused_is_owed_anew_once_the_object_changes(state: DeliveryState) -> None:
    refused = replace(a_delivery(), state=state, attempts=3, due=NOON)

    requested = refused.with_request(a_request(2), now=after(9))

    assert (requested.state, requested.due, requested.attempts) == (DeliveryState.DUE, after(9), 0)


def test_a_change_does_not_bring_a_failing_delivery_forward() -> None:
    failing = replace(a_delivery(), attempts=1, due=after(30))

    assert failing.with_request(a_request(2), now=after(9)).due == after(30)


def test_what_was_accepted_is_done() -> None:
    assert settle(a_delivery(), an_attempt(Verdict.ACCEPTED), spread=0).state is None


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.LACKS_PARENT, Verdict.MOVED])
def test_what_was_refused_waits_for_the_object_to_change(verdict: Verdict) -> None:
    settled = settle(a_delivery(), an_attempt(verdict), spread=0)

    assert (settled.state, settled.due) == (DeliveryState.REFUSED, NOON)


@pytest.mark.parametrize(
    ("attempts", "state_s", "cdr_s"), [(0, 2, 5), (1, 5, 30), (5, 50, 1800), (99, 50, 43_200)]
)
def test_what_failed_is_due_again_by_the_schedule_of_its_class(
    attempts: int, state_s: float, cdr_s: float
) -> None:
    for lane_class, wait in ((DeliveryClass.STATE, state_s), (DeliveryClass.CDR, cdr_s)):
        delivery = replace(a_delivery(lane=LaneId("emsp", lane_class)), attempts=attempts)

        settled = settle(delivery, an_attempt(Verdict.SICK), spread=0.5)

        assert (settled.state, settled.due) == (DeliveryState.DUE, after(wait))


@pytest.mark.parametrize(("spread", "wait"), [(0.0, 1.6), (1.0, 2.4)])
def test_the_schedule_is_spread_by_a_fifth_either_way(spread: float, wait: float) -> None:
    assert settle(a_delivery(), an_attempt(Verdict.FAULT), spread=spread).due == after(wait)


@pytest.mark.parametrize(
    ("http", "retry_after", "wait"),
    [
        (503, None, 2),
        (503, 7.0, 7),
        (503, 1.0, 2),
        (425, None, 2),
        (429, None, 60),
        (408, 30.0, 60),
        (429, 90.0, 90),
        (429, 1e9, 24 * 3600),
    ],
)
def test_who_says_slow_down_is_given_the_time_it_asks_for(
    http: int, retry_after: float | None, wait: float
) -> None:
    attempt = an_attempt(Verdict.SLOW_DOWN, http=http, wait=retry_after)

    assert settle(a_delivery(), attempt, spread=0.5).due == after(wait)


def test_what_was_accepted_is_owed_no_more_unless_it_changed_meanwhile() -> None:
    delivery = a_delivery()
    accepted = settle(delivery, an_attempt(Verdict.ACCEPTED), spread=0)

    assert ended(delivery, accepted) is None
    left = ended(
        replace(delivery.with_request(a_request(2, PATCH), now=NOON), attempts=3), accepted
    )

    assert left is not None
    assert (left.state, left.due, left.attempts) == (DeliveryState.DUE, NOON, 0)
    assert change_to_send(left.claimed(), revision=2) == PATCH


def test_what_failed_is_owed_as_before_and_counted() -> None:
    delivery = a_delivery(1, PATCH)

    left = ended(delivery, settle(delivery, an_attempt(Verdict.SICK), spread=0.5))

    assert left is not None
    assert (left.state, left.due, left.attempts) == (DeliveryState.DUE, after(2), 1)
    assert left.sending == delivery.sending
    assert left.last == an_attempt(Verdict.SICK)


def test_what_was_refused_rests_unless_it_changed_meanwhile() -> None:
    delivery = a_delivery(1, PATCH)
    refused = settle(delivery, an_attempt(Verdict.REFUSED), spread=0)

    left = ended(delivery, refused)
    assert left is not None
    assert (left.state, left.attempts) == (DeliveryState.REFUSED, 1)

    left = ended(delivery.with_request(a_request(2, PATCH), now=NOON), refused)
    assert left is not None
    assert (left.state, left.attempts) == (DeliveryState.DUE, 0)
    assert left.claimed().sending == UnseenChange(("E1",), "C-1")


def test_a_sick_endpoint_may_say_how_long_too() -> None:
    attempt = an_attempt(Verdict.SICK, http=500, wait=40.0)

    assert settle(a_delivery(), attempt, spread=0.5).due == after(40)
