"""Taking custody, at the edges: what is said to whom, how far the sweep looks, how long it asks."""

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from types import SimpleNamespace

import pytest

from application.cdrs import custody as custody_module
from application.cdrs import first_attempt as first_attempt_module
from application.cdrs import obligations as obligations_module
from application.cdrs.first_attempt import FIRST_ATTEMPT_S
from application.delivery.outgoing import SEND_DEADLINE_S
from domain import errors
from domain.delivery.answers import Verdict
from domain.partners.agreements import Agreement, Fee
from domain.partners.partner import PartnerState
from domain.partners.party import PartyId, Role
from domain.ports import WireAnswer, WireRequest
from tests.builders import ABC, NOON, XYZ, a_partner, a_role
from tests.charging import a_cdr, a_cdr_token, a_credit, a_filed
from tests.unit.application.billing import (
    TAKING,
    a_market,
    a_payer,
    handed,
    leave,
    post,
    pump,
    suspend,
)
from tests.unit.application.house import House, TalkingWire

QRS = PartyId("BE", "QRS")


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
    assert market.counted("lanes_lost", lane="emsp/cdr") == int(not is_made)


def test_what_is_not_taken_says_why(market: House) -> None:
    with pytest.raises(errors.InvalidParameter, match="^the token is FR-XYZ's, not DE-ABC's$"):
        post(market, to=ABC)
    with pytest.raises(errors.UnknownReceiver, match="^BE-QRS is not known to this hub$"):
        post(market, a_cdr(cdr_token=a_cdr_token(QRS)))
    with pytest.raises(errors.NotYours, match="^DE-ABC is not a party of yours that owns cdrs$"):
        post(market, by="emsp")
    post(market)
    with pytest.raises(
        errors.NotReplaceable,
        match="^a CDR CDR1 was accepted before, with other content: CDRs are not replaced$",
    ):
        post(market, a_cdr(currency="CHF"))
    with pytest.raises(errors.UnknownObject, match="^no CDR of yours is here$"):
        market.cdr_custody.of_ref("none", by=market.partners.get("cpo"))
    [kept] = market.archive.conflicts()
    assert (kept.sha256, kept.partner_id) == (sha256(kept.body).hexdigest(), "cpo")
    suspend(market)
    with pytest.raises(errors.ReceiverAway, match="^FR-XYZ is suspended: not kept$"):
        post(market, a_cdr("CDR2"))


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


def test_a_credit_that_does_not_fit_its_original_is_refused(market: House) -> None:
    post(market)

    with pytest.raises(errors.InvalidDocument):
        post(market, a_credit(currency="CHF"))

    assert len(list(market.archive.received())) == 1


def test_a_credit_takes_back_the_share_that_its_original_came_to(market: House) -> None:
    agreed = Agreement(ABC, XYZ, NOON, fees=(Fee("EUR", Decimal("0.10")),))
    market.agreements.add(agreed)
    original = post(market).filed
    market.agreements.price(replace(agreed, fees=(Fee("EUR", Decimal("0.50")),)))

    credit = post(market, a_credit()).filed

    assert credit.fee == original.fee == agreed.fee("EUR")
    assert post(market, a_cdr("CDR2")).filed.fee == Fee("EUR", Decimal("0.50"))


def test_the_revision_of_a_cdr_counts_its_turns(market: House) -> None:
    taken = post(market)

    assert handed(market, taken).revision == 1
    third = a_filed(turn=2)
    assert market.cdr_obligations.delivery(third, market.partners.get("emsp")).revision == 3


def test_a_cdr_that_another_process_files_again_and_again_is_given_up(
    market: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def taken(_: object, filed: object) -> bool:
        asked.append("file")
        return False

    monkeypatch.setattr(type(market.archive), "file", taken)

    with pytest.raises(errors.StoreUnavailable, match="^the CDR is posted faster than it can"):
        post(market)
    assert len(asked) == custody_module._MOST_ROUNDS == 20


# --- the sweep --------------------------------------------------------------------------------


def filed_at(market: House, name: str, seconds_ago: float) -> None:
    """A CDR in the archive without a delivery."""
    market.clock.advance(-seconds_ago)
    market.archive.file(a_filed(a_cdr(name), received_at=market.clock.now()))
    market.clock.advance(seconds_ago)


def test_the_sweep_looks_back_ten_minutes_and_once_a_day_at_everything(market: House) -> None:
    assert market.cdr_obligations.sweep() == 0
    market.clock.advance(3600)
    assert market.cdr_obligations.sweep() == 0

    filed_at(market, "C1", 599)
    market.clock.advance(1)
    assert market.cdr_obligations.sweep() == 1
    filed_at(market, "C2", 602)
    assert market.cdr_obligations.sweep() == 0
    market.clock.advance(86_400 - 3602)
    assert market.cdr_obligations.sweep() == 0
    market.clock.advance(1)
    assert market.cdr_obligations.sweep() == 1


def test_the_sweep_owes_batch_by_batch(market: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert obligations_module._AT_ONCE == 500
    monkeypatch.setattr(obligations_module, "_AT_ONCE", 2)
    for n in range(5):
        filed_at(market, f"C{n}", 60)

    assert market.cdr_obligations.sweep() == 5
    assert market.cdr_obligations.sweep() == 0


def test_what_moves_with_two_parties_of_one_platform_is_counted(market: House) -> None:
    roles = (a_role(Role.EMSP, XYZ), a_role(Role.EMSP, QRS))
    known = market.partners.get("emsp")
    market.partners.save(replace(known, roles=roles))
    post(market)
    post(market, a_cdr("C2"))
    post(market, a_cdr("C3", cdr_token=a_cdr_token(QRS)))
    leave(market)
    market.with_partners(a_payer("new"), a_payer("newer", QRS))

    assert market.cdr_obligations.sweep() == 3


def test_what_moves_is_counted_over_all_lanes() -> None:
    market = a_market()
    both = a_payer("other", QRS)
    market.with_partners(both)
    post(market)
    post(market, a_cdr("C2", cdr_token=a_cdr_token(QRS)))
    leave(market)
    market.with_partners(a_payer("new"))
    other = market.partners.get("other")
    market.partners.save(replace(other, state=PartnerState.UNREGISTERED))
    market.with_partners(a_payer("newer", QRS))

    assert market.cdr_obligations.sweep() == 2
    market.pump.close()
