"""Why something is not delivered yet, in words."""

from dataclasses import replace

import pytest

from application.delivery.reasons import behind, why_owed
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import DeliveryState
from domain.delivery.lanes import Breaker, LaneHealth
from tests.builders import NOON, a_delivery, at
from tests.charging import a_cdr_delivery, a_handover

FAILED = Attempt(NOON, Verdict.SICK, "HTTP 500", http=500)
WELL = LaneHealth()


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (DeliveryState.DUE, f"tried again at {at(0)}: HTTP 500"),
        (DeliveryState.REFUSED, "refused: HTTP 500"),
        (DeliveryState.DECLINED, "refused: HTTP 500"),
        (DeliveryState.PARKED, "parked until an operator retries it: HTTP 500"),
        (DeliveryState.WAITING, "waits for the CDR that it credits"),
        (DeliveryState.DELIVERED, None),
    ],
)
def test_each_state_has_its_words(state: DeliveryState, told: str | None) -> None:
    delivery = replace(a_delivery(), state=state, last=FAILED, attempts=1)

    assert why_owed(delivery, WELL) == told
    assert behind(delivery) is None


def test_what_was_not_tried_says_so() -> None:
    assert why_owed(a_delivery(), WELL) == "not tried yet"


@pytest.mark.parametrize(("probe_at", "told"), [(NOON, at(0)), (None, "once")])
def test_an_open_breaker_comes_first(probe_at: object, told: str) -> None:
    health = LaneHealth(Breaker.OPEN, 5, probe_at=probe_at, reason="HTTP 500")  # type: ignore[arg-type]

    assert why_owed(a_delivery(), health) == (
        f"its lane is held back after 5 failures in a row, tried again at {told}: HTTP 500"
    )


def test_a_cdr_waits_behind_another_by_its_ref() -> None:
    delivery = a_cdr_delivery(a_handover(behind="cdr|abc"), state=DeliveryState.WAITING)

    assert (behind(delivery), why_owed(delivery, WELL)) == ("abc", "waits behind abc")


def test_a_credit_that_does_not_fit_says_why() -> None:
    delivery = a_cdr_delivery(a_handover(remark="currency: CHF"), state=DeliveryState.PARKED)

    assert why_owed(delivery, WELL) == "currency: CHF"
