"""What becomes of a delivery that an operator has tried again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.delivery.answers import Receipt
from domain.delivery.deliveries import Delivery, DeliveryClass, DeliveryState, Handover, LaneId
from domain.delivery.settling import retried
from tests.builders import NOON, a_delivery, a_request, after
from tests.charging import CDR1


def a_handover(handover: Handover | None = None) -> Delivery:
    wanted = a_request(lane=LaneId("emsp", DeliveryClass.CDR), key=CDR1)
    return replace(Delivery.of(wanted, now=NOON), handover=handover or Handover())


@pytest.mark.parametrize("state", list(DeliveryState))
def test_what_may_be_handed_over_is_due_when_an_operator_says_so(state: DeliveryState) -> None:
    fresh = retried(replace(a_handover(Handover(refusals=3)), state=state), now=after(9))

    if state in (DeliveryState.DECLINED, DeliveryState.WAITING):
        assert fresh is None
        return
    assert fresh is not None
    assert (fresh.state, fresh.due, fresh.handover) == (DeliveryState.DUE, after(9), Handover())


@pytest.mark.parametrize(
    ("handover", "unsure"),
    [
        (Handover(receipt=Receipt("", "ab")), True),
        (Handover(unsure=True), True),
        (Handover(), False),
    ],
)
def test_what_the_receiver_may_have_is_unsure_when_it_is_tried_again(
    handover: Handover, unsure: bool
) -> None:
    fresh = retried(a_handover(handover), now=NOON)

    assert fresh is not None
    assert fresh.handover == replace(handover, unsure=unsure)


def test_a_state_is_tried_again_as_it_is() -> None:
    refused = replace(a_delivery(), state=DeliveryState.REFUSED)
    moment: datetime = NOON + timedelta(seconds=9)

    assert retried(refused, now=moment) == replace(refused, state=DeliveryState.DUE, due=moment)
