"""A PATCH of a session has its effect once and goes out once (S-7)."""

import pytest

from adapters.memory import answer
from application.objects.pushed import Accepted
from application.routing.passed import Relayed
from domain.errors import (
    InvalidDocument,
    NoAnswer,
    ReceiverTimedOut,
)
from domain.objects.remarks import NO_REMARKS
from domain.ports import WireAnswer, WireRequest
from tests.charging import S1, a_period, a_session
from tests.unit.application.billing import TAKING, says
from tests.unit.application.charging_now import (
    a_patch,
    last_told,
    periods,
    pushed,
    report,
    report_to_hub,
    settle,
    told,
)
from tests.unit.application.house import House


def no_answer(_: WireRequest) -> WireAnswer:
    raise NoAnswer("it took too long", timed_out=True)


def test_a_patch_whose_answer_never_came_is_never_sent_again_but_the_session_is(
    market: House,
) -> None:
    report(market)
    says(market, no_answer)
    with pytest.raises(ReceiverTimedOut):
        report(market, a_patch(), method="PATCH")
    says(market, TAKING)

    settle(market)

    assert [method for method, _ in told(market)] == ["PUT", "PATCH", "PUT"]
    assert last_told(market)["charging_periods"] == [a_period(60)]


def test_a_request_that_died_while_it_passed_on_a_patch_leaves_the_session_to_be_told(
    market: House,
) -> None:
    report(market)
    push = pushed(market, a_patch(), method="PATCH")
    until = market.clock.now()

    market.object_intake.take_to_pass_on(push, NO_REMARKS, until=until)
    settle(market)

    assert [method for method, _ in told(market)] == ["PUT", "PUT"]
    assert len(last_told(market)["charging_periods"]) == 1


def test_a_patch_is_appended_once_however_often_it_arrives(market: House) -> None:
    report(market)

    first = report(market, a_patch(), method="PATCH")
    again = report(market, a_patch(), method="PATCH")

    assert isinstance(first, Relayed)
    assert again == Accepted(repeated=True)
    assert len(periods(market)) == 1
    assert [method for method, _ in told(market)] == ["PUT", "PATCH"]
    assert market.counted("stale_pushes", module="sessions") == 1


def test_an_older_patch_that_was_applied_before_is_known_again_after_a_newer_one(
    market: House,
) -> None:
    report_to_hub(market)
    for updated in (60, 120, 60):
        report_to_hub(market, a_patch(updated), method="PATCH")

    assert len(periods(market)) == 2


def test_two_patches_of_the_same_moment_are_both_appended(market: House) -> None:
    report_to_hub(market)
    report_to_hub(market, a_patch(), method="PATCH")
    report_to_hub(market, a_patch(charging_periods=[a_period(61)]), method="PATCH")

    assert len(periods(market)) == 2


def test_a_whole_session_replaces_its_charging_periods(market: House) -> None:
    report_to_hub(market, a_session(charging_periods=[a_period(0)]))

    report_to_hub(market, a_session(updated=60))

    assert periods(market) == []


def test_the_hubs_memory_of_patches_is_of_the_last_ones(market: House) -> None:
    report_to_hub(market)
    for updated in range(1, 503):
        report_to_hub(market, a_patch(updated), method="PATCH")

    assert len(market.stored(S1).applied) == 500


def test_a_patch_that_is_to_the_hub_goes_out_as_the_present_session(market: House) -> None:
    report_to_hub(market)
    settle(market)

    report_to_hub(market, a_patch(), method="PATCH")
    settle(market)

    assert [method for method, _ in told(market)] == ["PUT", "PUT"]
    assert last_told(market)["charging_periods"] == [a_period(60)]


def test_a_patch_that_a_send_of_the_one_before_has_told_is_not_appended_twice(
    market: House,
) -> None:
    """It was stored while its reader's delivery was due, and its readers are marked afterwards."""
    report_to_hub(market)
    settle(market)
    report_to_hub(market, a_patch(60), method="PATCH")
    market.publisher.publish(S1)
    report_to_hub(market, a_patch(120), method="PATCH")
    market.pump.run(seconds=20.0)

    settle(market)

    assert [method for method, _ in told(market)] == ["PUT", "PUT"]
    assert last_told(market)["charging_periods"] == [a_period(60), a_period(120)]


def test_a_patch_of_a_session_that_the_hub_has_not_is_only_passed_on(market: House) -> None:
    says(market, answer(code=2003, message="unknown"))

    relayed = report(market, a_patch(), method="PATCH")

    assert isinstance(relayed, Relayed)
    assert relayed.code == 2003
    assert market.objects.held == {}


def test_a_patch_that_begins_with_known_periods_goes_out_as_the_whole_session(
    market: House,
) -> None:
    report(market)
    report(market, a_patch(), method="PATCH")

    again = a_patch(charging_periods=[a_period(60), a_period(120)], updated=120)
    report(market, again, method="PATCH")

    assert [method for method, _ in told(market)] == ["PUT", "PATCH", "PUT"]
    assert last_told(market)["charging_periods"] == [a_period(60), a_period(120)]
    assert periods(market) == [a_period(60), a_period(120)]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_completed_session_is_not_opened_again(market: House, method: str) -> None:
    report(market, a_session(status="COMPLETED"))
    opened = a_session(status="ACTIVE", updated=60)

    with pytest.raises(InvalidDocument, match="status: the session is COMPLETED"):
        report(market, opened, method=method)

    assert [each for each, _ in told(market)] == ["PUT"]
    assert market.document(S1)["status"] == "COMPLETED"


def test_a_completed_session_may_be_found_invalid(market: House) -> None:
    report(market, a_session(status="COMPLETED"))

    report(market, a_session(status="INVALID", updated=60))

    assert last_told(market)["status"] == "INVALID"


def test_what_is_older_than_the_end_of_a_session_is_stale_and_no_refusal(market: House) -> None:
    report(market, a_session(status="COMPLETED", updated=60))

    late = report(market, a_session(status="ACTIVE"))

    assert late == Accepted(stale=True)
