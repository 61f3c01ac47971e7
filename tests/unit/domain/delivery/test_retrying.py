"""What becomes of a delivery that an operator has tried again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.delivery.answers import Receipt
from domain.delivery.deliveries import DeliveryState
from domain.delivery.settling import retried
from domain.delivery.what import CdrHandover
from tests.builders import NOON, a_delivery, after
from tests.charging import a_cdr_delivery, a_handover


@pytest.mark.parametrize("state", list(DeliveryState))
def test_what_may_be_handed_over_is_due_when_an_operator_says_so(state: DeliveryState) -> None:
    fresh = retried(a_cdr_delivery(a_handover(refusals=3), state=state), now=after(9))

    if state in (DeliveryState.DECLINED, DeliveryState.WAITING):
        assert fresh is None
        return
    assert fresh is not None
    assert (fresh.state, fresh.due, fresh.what) == (DeliveryState.DUE, after(9), a_handover())


@pytest.mark.parametrize(
    ("handover", "unsure"),
    [
        (a_handover(receipt=Receipt("", "ab")), True),
        (a_handover(unsure=True), True),
        (a_handover(), False),
    ],
)
def test_what_the_receiver_may_have_is_unsure_when_it_is_tried_again(
    handover: CdrHandover, unsure: bool
) -> None:
    fresh = retried(a_cdr_delivery(handover), now=NOON)

    assert fresh is not None
    assert fresh.what == replace(handover, unsure=unsure)


def test_a_state_is_tried_again_as_it_is() -> None:
    refused = replace(a_delivery(), state=DeliveryState.REFUSED)
    moment: datetime = NOON + timedelta(seconds=9)

    assert retried(refused, now=moment) == replace(refused, state=DeliveryState.DUE, due=moment)
