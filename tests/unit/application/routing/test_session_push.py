"""Reporting a session: stored, then told to the one party whose token it is (S-1, R-GETALL-7)."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from application.objects.pushed import Accepted
from application.partners.bulkhead import Patience
from application.routing.passed import Relayed
from domain.errors import (
    HubError,
    InvalidDocument,
    NoAnswer,
    ReceiverAway,
    ReceiverFailed,
    ReceiverTimedOut,
    Unreachable,
)
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, XYZ, at
from tests.charging import S1, a_session
from tests.unit.application.billing import REFUSING, SICK, TAKING, says, suspend
from tests.unit.application.cdrs.test_asked_meanwhile import Meanwhile
from tests.unit.application.charging_now import (
    last_told,
    passed,
    pushed,
    report,
    report_to_hub,
    settle,
    told,
)
from tests.unit.application.house import House


def no_answer(_: WireRequest) -> WireAnswer:
    raise NoAnswer("it took too long", timed_out=True)


def unreachable(_: WireRequest) -> WireAnswer:
    raise Unreachable("gone")


def test_a_session_is_stored_and_passed_on_and_the_answer_comes_back(market: House) -> None:
    relayed = report(market)

    assert isinstance(relayed, Relayed)
    assert (relayed.status, relayed.code) == (201, 1000)
    assert told(market) == [("PUT", ABC)]
    assert market.document(S1) == a_session()
    assert market.stored(S1).reader == XYZ


def test_what_was_passed_on_is_not_told_again(market: House) -> None:
    report(market)

    settle(market)

    assert told(market) == [("PUT", ABC)]
    assert market.stored(S1).unpublished is None


def test_a_refusal_is_relayed_and_the_session_told_once(market: House) -> None:
    says(market, REFUSING)

    relayed = report(market)
    settle(market)

    assert isinstance(relayed, Relayed)
    assert relayed.code == 2001
    assert told(market) == [("PUT", ABC)]


@pytest.mark.parametrize(
    ("fails", "raised"),
    [(no_answer, ReceiverTimedOut), (unreachable, ReceiverAway), (lambda _: SICK, ReceiverFailed)],
)
def test_where_the_emsp_cannot_be_told_it_gets_the_present_state_once_it_is_back(
    market: House, fails: Callable[[WireRequest], WireAnswer], raised: type[HubError]
) -> None:
    says(market, fails)
    with pytest.raises(raised):
        report(market)
    says(market, TAKING)

    settle(market)
    settle(market)

    assert told(market) == [("PUT", ABC), ("PUT", ABC)]
    assert last_told(market) == a_session()


def test_an_older_session_changes_nothing_and_is_told_to_no_party(market: House) -> None:
    report(market, a_session(updated=60))

    assert report(market, a_session()) == Accepted(stale=True)
    assert len(told(market)) == 1


def test_a_session_that_breaks_the_field_tables_is_not_stored(market: House) -> None:
    for push in (report, report_to_hub):
        with pytest.raises(InvalidDocument):
            push(market, a_session(status=None))

    assert market.objects.held == {}


@pytest.mark.parametrize("push", [report, report_to_hub])
def test_a_platform_that_is_suspended_is_told_nothing_and_nothing_is_kept_for_it(
    market: House, push: Callable[..., object]
) -> None:
    suspend(market)

    with pytest.raises(ReceiverAway):
        push(market)

    assert market.objects.held == {}


def test_what_waits_to_be_told_already_stays_so_when_the_next_change_is_passed_on(
    market: House,
) -> None:
    report_to_hub(market)

    report(market, a_session(updated=60))

    assert market.stored(S1).unpublished is not None
    settle(market)
    assert last_told(market)["last_updated"] == at(60)


def test_a_newer_session_that_is_published_while_one_is_passed_on_is_told_after_it(
    market: House,
) -> None:
    def newer() -> None:
        report_to_hub(market, a_session(updated=60))
        market.publisher.publish(S1)

    says(market, Meanwhile(newer, then=TAKING))

    relayed = report(market)
    settle(market)

    assert isinstance(relayed, Relayed)
    assert told(market) == [("PUT", ABC), ("PUT", ABC)]
    assert last_told(market) == a_session(updated=60)


def test_a_receiver_whose_turns_are_all_taken_is_away_and_is_told_later(market: House) -> None:
    object.__setattr__(market.bulkhead, "patience", Patience(0.0))
    push = pushed(market)

    with ExitStack() as turns:
        for _ in range(market.bulkhead.most):
            turns.enter_context(market.bulkhead.enter(f"turn of {XYZ}"))
        with pytest.raises(ReceiverAway):
            market.session_push.push(push, passed(push))

    assert told(market) == []
    settle(market)
    assert told(market) == [("PUT", ABC)]
    assert market.document(S1) == a_session()
