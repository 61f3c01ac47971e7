"""Redis forgets whose turn it is at a reader, and two tell it at once: the newer state comes last.

Which of the two messages arrives first is not known; that the present state follows both is.
"""

import pytest

from domain.errors import NoAnswer, ReceiverTimedOut
from domain.ports import WireAnswer, WireRequest
from tests.charging import S1, a_session
from tests.unit.application.billing import TAKING, says
from tests.unit.application.cdrs.test_asked_meanwhile import Meanwhile
from tests.unit.application.charging_now import (
    a_patch,
    last_told,
    periods,
    report,
    report_to_hub,
    settle,
    told,
)
from tests.unit.application.house import House

NEWER = a_session(updated=60)


def forget(market: House) -> None:
    """Every lock is gone, as in a Redis that was emptied."""
    market.locks.held.clear()


def newer_is_passed_on(market: House) -> Meanwhile:
    def overtake() -> None:
        forget(market)
        report(market, NEWER)

    return Meanwhile(overtake, then=TAKING)


def test_a_send_that_a_relay_may_have_overtaken_is_followed_by_the_present_state(
    market: House,
) -> None:
    report_to_hub(market)
    says(market, newer_is_passed_on(market))

    settle(market)

    assert len(told(market)) == 3
    assert last_told(market) == NEWER


def test_a_relay_that_another_may_have_overtaken_is_followed_by_the_present_state(
    market: House,
) -> None:
    says(market, newer_is_passed_on(market))

    report(market)
    assert len(told(market)) == 2
    settle(market)

    assert len(told(market)) == 3
    assert last_told(market) == NEWER


def test_a_patch_that_went_out_beside_the_whole_session_is_followed_by_the_whole_session(
    market: House,
) -> None:
    """It may have come after it, and have been appended twice."""
    report(market)
    report(market, a_patch(), method="PATCH")
    says(market, Meanwhile(lambda: forget(market), then=TAKING))

    report(market, a_patch(120), method="PATCH")
    settle(market)

    assert [method for method, _ in told(market)] == ["PUT", "PATCH", "PATCH", "PUT"]
    assert last_told(market)["charging_periods"] == periods(market)


def test_a_send_in_a_forgotten_turn_is_not_repeated_while_the_session_stays_as_it_is(
    market: House,
) -> None:
    report_to_hub(market)
    says(market, Meanwhile(lambda: forget(market), then=TAKING))

    settle(market)

    assert len(told(market)) == 1
    assert list(market.deliveries.owed()) == []


def test_a_relay_without_an_answer_in_a_forgotten_turn_is_told_as_it_is_then(
    market: House,
) -> None:
    def silent(_: WireRequest) -> WireAnswer:
        forget(market)
        raise NoAnswer("it took too long", timed_out=True)

    says(market, silent)
    with pytest.raises(ReceiverTimedOut):
        report(market)
    says(market, TAKING)

    settle(market)

    assert last_told(market) == a_session()
    assert market.stored(S1).unpublished is None
