"""Handing CDRs over in the background: until the eMSP has it, and never again after.

Refused three times it is parked and told of, never dropped.
"""

from datetime import timedelta

from adapters.memory import answer
from domain.delivery.answers import Receipt, Verdict
from domain.delivery.deliveries import DeliveryState
from domain.delivery.lanes import LaneHealth
from tests.charging import a_cdr, a_filed
from tests.unit.application.billing import (
    LANE,
    REFUSING,
    SICK,
    TAKING,
    handed,
    post,
    posts,
    pump,
    says,
    state,
    suspend,
    told,
)
from tests.unit.application.house import House


def test_the_receipt_is_where_the_emsp_has_it_and_a_hash_of_what_it_answered(
    market: House,
) -> None:
    url = "https://emsp.example/" + "x" * 300
    says(market, answer(status=201, body=b"{}", headers={"location": url}))

    taken = post(market)
    pump(market)

    handover = handed(market, taken).what
    assert handover.receipt == Receipt(
        url[:255], "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )


def test_every_attempt_is_kept(market: House) -> None:
    says(market, SICK)
    taken = post(market)
    pump(market)
    says(market, TAKING)
    pump(market, after_s=10)

    attempts = market.ledger.attempts(taken.filed.delivery_id)

    assert [each.verdict for each in attempts] == [Verdict.SICK, Verdict.ACCEPTED]
    assert attempts[1].at - attempts[0].at == timedelta(seconds=10)
    assert handed(market, taken).attempts == 2


def test_an_emsp_that_is_away_for_days_gets_it_when_it_is_back_and_once(market: House) -> None:
    says(market, SICK)
    taken = post(market)
    for _ in range(20):
        pump(market, after_s=43_200)
    tried = len(posts(market))
    says(market, TAKING)

    for _ in range(9):
        pump(market, after_s=43_200)

    assert (state(market, taken), len(posts(market))) == (DeliveryState.DELIVERED, tried + 1)


def test_the_schedule_is_five_seconds_to_twelve_hours(market: House) -> None:
    says(market, SICK)
    taken = post(market)
    waits = []
    for _ in range(13):
        pump(market)
        waits.append((handed(market, taken).due - market.clock.now()).total_seconds())
        _close(market)
        market.clock.advance(waits[-1])

    minutes_and_hours = [120, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 43_200, 43_200]
    assert waits == [5, 30, *minutes_and_hours]


def _close(market: House) -> None:
    """The lane's breaker has no say here: the item's own schedule does."""
    lease = market.deliveries.lease(LANE, holder="test", seconds=60)
    assert lease is not None
    market.deliveries.give_back(lease, LaneHealth())


def test_three_refusals_within_the_hour_park_it_and_tell_of_it(market: House) -> None:
    says(market, REFUSING)
    taken = post(market)
    begun = market.clock.now()
    states = []
    for wait in (0, 1199, 1, 2099, 1):
        pump(market, after_s=wait)
        states.append((state(market, taken), len(posts(market))))

    due, parked = DeliveryState.DUE, DeliveryState.PARKED
    assert states == [(due, 1), (due, 1), (due, 2), (due, 2), (parked, 3)]
    assert market.clock.now() - begun < timedelta(hours=1)
    assert told(market) == ("cdr.accepted", "cdr.parked")
    pump(market, after_s=864_000)
    assert len(posts(market)) == 3


def test_a_refused_cdr_does_not_hold_up_its_neighbours(market: House) -> None:
    says(market, lambda request: REFUSING if b'"CDR1"' in (request.body or b"") else TAKING)
    refused, taken = post(market), post(market, a_cdr("CDR2"))

    pump(market)

    assert state(market, refused) is DeliveryState.DUE
    assert state(market, taken) is DeliveryState.DELIVERED
    assert market.deliveries.health()[LANE].is_well


def test_a_parked_cdr_goes_when_an_operator_retries_it_and_has_three_tries_again(
    market: House,
) -> None:
    says(market, REFUSING)
    taken = post(market)
    for wait in (0, 1200, 2100):
        pump(market, after_s=wait)

    assert market.delivery_overview.retry(taken.filed.delivery_id)
    pump(market)
    assert state(market, taken) is DeliveryState.DUE
    says(market, TAKING)
    pump(market, after_s=1200)

    assert state(market, taken) is DeliveryState.DELIVERED


def test_an_attempt_without_a_request_says_why(market: House) -> None:
    delivery = handed(market, post(market))
    suspend(market)
    lost = market.cdr_obligations.delivery(a_filed(a_cdr("LOST")), market.partners.get("emsp"))

    held = market.cdr_sender.attempt(delivery, still_ours=lambda: True)
    fault = market.cdr_sender.attempt(lost, still_ours=lambda: True)

    assert (held.verdict, held.reason) == (Verdict.HELD, "the receiver is not connected")
    assert (fault.verdict, fault.reason) == (Verdict.FAULT, "the CDR is not in the archive")
    assert held.is_unsure is fault.is_unsure is False
    assert market.wire.asked == []
