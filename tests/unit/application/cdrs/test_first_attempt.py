"""The first attempt inside the POST: what the eMSP refuses is the CPO's still (D-9 a, H-CDR-3)."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest

from adapters.memory import answer
from application.cdrs import first_attempt as first_attempt_module
from application.cdrs.first_attempt import FIRST_ATTEMPT_S
from application.delivery.outgoing import SEND_DEADLINE_S
from domain.delivery.answers import Receipt
from domain.delivery.deliveries import DeliveryState
from domain.delivery.lanes import Breaker
from domain.errors import NoAnswer, OutboundFailed, Unreachable
from domain.ports import WireAnswer, WireRequest
from tests.builders import XYZ, a_partner
from tests.charging import a_cdr, handover_of
from tests.unit.application.billing import (
    LANE,
    REFUSING,
    SICK,
    TAKING,
    a_market,
    a_payer,
    handed,
    lists,
    post,
    posts,
    pump,
    says,
    state,
    unwell,
)
from tests.unit.application.house import House, TalkingWire
from tests.unit.application.points import At


def test_an_emsp_that_is_named_and_well_is_asked_at_once(market: House) -> None:
    taken = post(market, to=XYZ)

    delivery = handed(market, taken)
    assert posts(market) == ["CDR1"]
    assert (taken.created, taken.declined) == (True, None)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 1)
    assert handover_of(delivery).receipt == Receipt("https://emsp.example/cdrs/77", EMPTY)


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of the empty body that a test's answers have."""


def test_the_lane_is_free_for_the_pump_afterwards(market: House) -> None:
    post(market, to=XYZ)

    lease = market.deliveries.lease(LANE, holder="pump", seconds=60)

    assert lease is not None
    assert lease.health.is_well


@pytest.mark.parametrize("code", [2000, 2001, 2999])
def test_a_refusal_is_relayed_and_is_not_in_custody(market: House, code: int) -> None:
    says(market, answer(code=code, message="no"))

    taken = post(market, to=XYZ)
    pump(market, after_s=86_400)

    assert taken.declined == answer(code=code, message="no")
    assert state(market, taken) is DeliveryState.DECLINED
    assert posts(market) == ["CDR1"]
    assert lists(market) == []
    assert market.archive.get(taken.filed.ref) == taken.filed
    [attempt] = market.ledger.attempts(taken.filed.delivery_id)
    assert attempt.ocpi == code


@pytest.mark.parametrize("document", [a_cdr(), a_cdr(currency="CHF")])
def test_the_key_of_a_declined_cdr_is_free_again(market: House, document: dict[str, str]) -> None:
    says(market, REFUSING)
    first = post(market, to=XYZ)
    says(market, TAKING)

    second = post(market, document, to=XYZ)

    assert (second.created, second.filed.turn) == (True, 1)
    assert second.filed.ref != first.filed.ref
    assert state(market, second) is DeliveryState.DELIVERED
    assert posts(market) == ["CDR1", "CDR1"]
    assert lists(market) == ["CDR1"]


def test_a_cdr_that_is_declined_twice_is_in_the_archive_twice(market: House) -> None:
    says(market, REFUSING)

    refs = {post(market, to=XYZ).filed.ref for _ in range(2)}

    assert market.ledger.counted(sorted(refs)) == frozenset()
    assert set(market.archive.held) == refs
    assert len(refs) == 2


def test_a_declined_cdr_is_not_handed_over_by_a_replay(market: House) -> None:
    says(market, REFUSING)
    taken = post(market, to=XYZ)

    assert not market.cdr_accounting.replay(taken.filed.ref)
    pump(market)

    assert posts(market) == ["CDR1"]


@pytest.mark.parametrize(
    "said",
    [
        SICK,
        answer(status=200, code=None),
        answer(status=401, code=2001),
        answer(status=403, code=2001),
        answer(status=429, code=2001),
        answer(status=503, code=3000),
        answer(code=3000),
        answer(code=3999),
        answer(status=500, code=2001),
        NoAnswer("no answer", timed_out=True),
        Unreachable("gone"),
    ],
)
def test_every_answer_that_is_not_definite_leaves_the_cdr_in_custody(
    market: House, said: WireAnswer | OutboundFailed
) -> None:
    says(market, _saying(said))

    taken = post(market, to=XYZ)

    assert (taken.created, taken.declined) == (True, None)
    assert state(market, taken) is DeliveryState.DUE
    assert lists(market) == ["CDR1"]


def _saying(said: WireAnswer | OutboundFailed) -> Callable[[WireRequest], WireAnswer]:
    def answers(_: WireRequest) -> WireAnswer:
        if isinstance(said, OutboundFailed):
            raise said
        return said

    return answers


def test_a_failure_in_the_request_counts_against_the_lane(market: House) -> None:
    says(market, SICK)

    post(market, to=XYZ)

    assert market.deliveries.health()[LANE].failures_in_a_row == 1


def test_a_dead_token_opens_the_lane(market: House) -> None:
    says(market, answer(status=401, code=None))

    post(market, to=XYZ)

    assert market.deliveries.health()[LANE].breaker is Breaker.OPEN


def test_an_emsp_that_does_not_let_the_hub_in_is_tried_again_as_soon_as_it_calls(
    market: House,
) -> None:
    says(market, answer(status=401, code=None))

    post(market, to=XYZ)

    assert market.partners.get("emsp").ailing
    assert not market.partners.get("emsp").suspected


def test_who_does_not_answer_is_asked_whether_it_is_there(market: House) -> None:
    says(market, _saying(Unreachable("gone")))

    post(market, to=XYZ)

    assert market.partners.get("emsp").suspected


def _leased(market: House) -> None:
    assert market.deliveries.lease(LANE, holder="pump", seconds=60)


def _away(market: House) -> None:
    market.partners.probed("emsp", failures=2, reachable=False, now=market.clock.now())


def _occupied(market: House) -> None:
    post(market, a_cdr("CDR0"))


def _crowded(market: House) -> None:
    object.__setattr__(market.bulkhead, "most", 0)


@pytest.mark.parametrize("hindered", [_leased, _away, _occupied, unwell, _crowded])
def test_an_emsp_that_cannot_be_asked_now_gets_it_in_the_background(
    market: House, hindered: Callable[[House], None]
) -> None:
    hindered(market)

    taken = post(market, to=XYZ)

    assert (taken.created, taken.declined) == (True, None)
    assert state(market, taken) is DeliveryState.DUE
    assert market.wire.asked == []


def test_a_lane_that_is_not_well_is_given_back(market: House) -> None:
    unwell(market)

    post(market, to=XYZ)

    assert market.deliveries.lease(LANE, holder="pump", seconds=60)


def test_a_cdr_that_another_process_owes_just_now_is_not_asked_for() -> None:
    def parked() -> None:
        [filed] = market.archive.held.values()
        due = market.cdr_obligations.delivery(filed, market.partners.get("emsp"))
        market.ledger.owe(filed, replace(due, state=DeliveryState.PARKED))

    market = a_market(fail_points=At("written", parked))

    taken = post(market, to=XYZ)

    assert (taken.created, taken.declined, market.wire.asked) == (True, None, [])
    assert state(market, taken) is DeliveryState.PARKED
    assert market.deliveries.lease(LANE, holder="pump", seconds=60)


def test_a_cdr_that_was_declined_just_now_is_posted_anew() -> None:
    def declined() -> None:
        [filed] = market.archive.held.values()
        due = market.cdr_obligations.delivery(filed, market.partners.get("emsp"))
        market.ledger.owe(filed, replace(due, state=DeliveryState.DECLINED))

    market = a_market(fail_points=At("written", declined))

    taken = post(market)

    assert (taken.created, taken.filed.turn) == (True, 1)
    assert state(market, taken) is DeliveryState.DUE


class TimedWire(TalkingWire):
    """Notes how long each call may take."""

    def ask(self, request: WireRequest, *, deadline_s: float, connect_s: float = 3.0) -> WireAnswer:
        self.deadlines = [*getattr(self, "deadlines", []), deadline_s]
        return TAKING


def test_a_cpo_that_waits_is_kept_waiting_for_less_than_a_pump_would() -> None:
    market = House(wire=TimedWire()).with_partners(a_partner(), a_payer())

    post(market, to=XYZ)
    post(market, a_cdr("CDR2"))
    pump(market)
    market.pump.close()

    assert market.wire.deadlines == [FIRST_ATTEMPT_S, SEND_DEADLINE_S] == [5.0, 10.0]


def test_no_send_outlives_the_lease_that_it_was_made_under() -> None:
    assert (
        first_attempt_module._LEASE_S / 2 + FIRST_ATTEMPT_S < first_attempt_module._LEASE_S == 15.0
    )


@pytest.mark.parametrize(("seconds", "is_made"), [(7.4, True), (7.5, False), (9.0, False)])
def test_a_first_attempt_is_made_in_the_first_half_of_its_lease(
    market: House, monkeypatch: pytest.MonkeyPatch, seconds: float, is_made: bool
) -> None:
    moments = iter([100.0, 100.0 + seconds])
    stopwatch = SimpleNamespace(monotonic=lambda: next(moments))
    monkeypatch.setattr(first_attempt_module, "time", stopwatch)

    post(market, to=XYZ)

    assert len(market.wire.asked) == int(is_made)
    assert market.counted("lanes_lost", **{"class": "cdr"}) == int(not is_made)
