"""Subscribers that fail, wait or are gone: three days of tries, and harm to no other (D-12)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.delivery.answers import Verdict
from domain.delivery.deliveries import DeliveryState
from domain.delivery.what import EventType
from domain.errors import NoAnswer, OutboundFailed, Unreachable
from domain.ports import OutboundRequest, OutboundResponse
from tests.charging import a_session
from tests.unit.application.billing import SICK, post, says
from tests.unit.application.charging_now import report_to_hub
from tests.unit.application.house import House, Subscriber
from tests.unit.application.subscribed import a_session_to_tell, bodies, owed, subscribe, tell


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.ACCEPTED),
        (299, Verdict.ACCEPTED),
        (300, Verdict.SICK),
        (199, Verdict.SICK),
        (404, Verdict.SICK),
        (401, Verdict.SICK),
        (410, Verdict.REFUSED),
        (422, Verdict.REFUSED),
        (429, Verdict.SLOW_DOWN),
        (503, Verdict.SLOW_DOWN),
    ],
)
def test_any_2xx_is_received_and_anything_else_is_tried_again(
    market: House, status: int, verdict: Verdict
) -> None:
    subscription = a_session_to_tell(market)
    market.outbound.answers = lambda _: status
    market.publisher.sweep(older_than_s=-1.0)

    made = market.webhook_sender.attempt(owed(market, subscription), still_ours=lambda: True)

    assert made is not None
    assert (made.verdict, made.http, made.reason) == (verdict, status, f"HTTP {status}")


def test_a_subscriber_that_asks_to_wait_is_waited_for(market: House) -> None:
    subscription = a_session_to_tell(market)
    market.outbound.answers = lambda _: 429
    market.outbound.headers = {"retry-after": "7200"}

    tell(market)

    assert owed(market, subscription).due - market.clock.now() == timedelta(hours=2)


class Silent(Subscriber):
    """Never answers."""

    fails: OutboundFailed = NoAnswer("x" * 999, timed_out=True)

    def send(self, request: OutboundRequest, **within: float) -> OutboundResponse:
        self.told.append(request)
        raise self.fails


@pytest.mark.parametrize("fails", [NoAnswer("x" * 999, timed_out=True), Unreachable("x" * 999)])
def test_no_answer_is_the_subscribers_sickness(market: House, fails: OutboundFailed) -> None:
    silent = Silent()
    silent.fails = fails
    object.__setattr__(market.webhook_sender, "outbound", silent)
    subscription = a_session_to_tell(market)

    tell(market)

    last = owed(market, subscription).last
    assert last is not None
    assert (last.verdict, last.reason) == (Verdict.SICK, "x" * 200)


def test_after_three_days_the_hub_does_not_try_until_something_happens_again(
    market: House,
) -> None:
    subscription = a_session_to_tell(market)
    market.outbound.answers = lambda _: 500
    for _ in range(30):
        tell(market, after_s=14_400)
    tries = len(market.outbound.told)

    assert owed(market, subscription).state is DeliveryState.PARKED
    tell(market, after_s=864_000)
    assert len(market.outbound.told) == tries
    report_to_hub(market, a_session(updated=60))
    tell(market)
    again = owed(market, subscription)
    assert (again.state, len(market.outbound.told)) == (DeliveryState.DUE, tries + 1)


def test_a_subscriber_that_fails_does_no_harm_to_a_partner(market: House) -> None:
    subscribe(market, EventType.CDR_ACCEPTED, by="emsp")
    market.outbound.answers = lambda _: 500
    post(market)

    for _ in range(9):
        tell(market)

    assert not market.partners.get("emsp").ailing


def test_an_emsp_that_is_sick_does_not_keep_subscribers_from_hearing(market: House) -> None:
    subscribe(market, EventType.CDR_ACCEPTED)
    says(market, SICK)
    post(market)

    tell(market)

    assert len(bodies(market)) == 1


def test_a_url_that_no_request_can_go_to_any_more_is_the_subscribers_sickness(
    market: House,
) -> None:
    """Of an earlier version, which took it."""
    subscription = a_session_to_tell(market)
    market.subscriptions.add(replace(subscription, url="https://a b.example/"))

    tell(market)

    last = owed(market, subscription).last
    assert last is not None
    assert last.verdict is Verdict.SICK
    assert market.journal.noted == []
