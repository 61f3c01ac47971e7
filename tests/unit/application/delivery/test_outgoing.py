"""One request: what is made of answers that say little, and of a partner that offers nothing."""

import pytest

from adapters.memory import answer
from application.cdrs.sender import CdrSender
from application.delivery.outgoing import OutgoingRequest
from domain.delivery.answers import Attempt, Receipt, Verdict
from domain.errors import NoAnswer, Unreachable
from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import Rung
from domain.partners.party import Endpoint, Interface
from domain.ports import WireAnswer
from tests.builders import ABC, XYZ
from tests.unit.application.billing import a_market, a_payer, handed, post, says
from tests.unit.application.house import House
from tests.unit.application.points import At, Died

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def attempt(market: House) -> Attempt:
    """One attempt to hand CDR1 over."""
    delivery = handed(market, post(market))
    return market.wiring.get(CdrSender).attempt(delivery, still_ours=lambda: True)


def test_a_receiver_that_names_no_place_has_it_all_the_same(market: House) -> None:
    says(market, answer(status=201))

    made = attempt(market)

    assert made.receipt == Receipt("", EMPTY)
    assert (made.verdict, made.reason, made.is_unsure) == (Verdict.ACCEPTED, "HTTP 201", False)


def test_a_place_is_kept_no_longer_than_an_ocpi_url(market: House) -> None:
    says(market, answer(headers={"location": "x" * 300}))

    assert attempt(market).receipt == Receipt("x" * 255, EMPTY)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (answer(code=2003, message="what?"), Verdict.REFUSED),
        (answer(code=2004, message="what?"), Verdict.REFUSED),
        (answer(status=404, code=None), Verdict.MOVED),
    ],
)
def test_a_cdr_is_no_part_of_anything(market: House, said: WireAnswer, verdict: Verdict) -> None:
    says(market, said)

    made = attempt(market)

    assert (made.verdict, made.receipt, made.is_unsure) == (verdict, None, False)


def test_what_is_said_is_kept_short(market: House) -> None:
    says(market, answer(code=2001, message="n" * 300))

    assert attempt(market).reason == "n" * 200


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (WireAnswer(500, None, "", None, b"<h1>Oops</h1> try later", {}, 0.0), "Oops try later"),
        (WireAnswer(200, None, "", None, b"it works!", {}, 0.0), "it works!"),
    ],
)
def test_a_page_is_told_with_its_status(market: House, said: WireAnswer, reason: str) -> None:
    says(market, said)

    assert attempt(market).reason == f"HTTP {said.status}: {reason}"


def test_a_long_page_is_told_in_short(market: House) -> None:
    says(market, WireAnswer(502, None, "", None, b"n" * 300, {}, 0.0))

    assert attempt(market).reason == "HTTP 502: " + "n" * 190


def test_an_emsp_that_takes_no_cdrs_is_not_asked() -> None:
    market = a_market()
    delivery = handed(market, post(market))
    known = market.partners.get("emsp")
    market.partners.save(a_payer(endpoints=(), revision=known.revision))

    made = market.cdr_sender.attempt(delivery, still_ours=lambda: False)

    reason = "the partner offers no such endpoint any more"
    assert (made.verdict, made.reason) == (Verdict.NOT_OFFERED, reason)
    assert (made.http, made.ocpi, made.is_unsure) == (None, None, False)
    market.pump.close()


@pytest.mark.parametrize(
    ("failure", "unsure"),
    [(Unreachable("no such host"), False), (NoAnswer("silence", timed_out=True), True)],
)
def test_only_what_may_have_arrived_is_unsure(
    market: House, failure: Unreachable | NoAnswer, unsure: bool
) -> None:
    def fails(_: object) -> WireAnswer:
        raise failure

    says(market, fails)

    made = attempt(market)

    assert (made.verdict, made.reason, made.is_unsure) == (Verdict.SICK, str(failure), unsure)


@pytest.mark.parametrize("given", ["https://emsp.example/X/", "https://emsp.example/X?tenant=1"])
def test_a_letter_goes_to_the_endpoint_exactly_as_it_was_given(market: House, given: str) -> None:
    delivery = handed(market, post(market))
    known = market.partners.get("emsp")
    moved = Endpoint("cdrs", Interface.RECEIVER, given)
    market.partners.save(a_payer(endpoints=(moved,), revision=known.revision))

    market.cdr_sender.attempt(delivery, still_ours=lambda: True)

    assert market.wire.asked[-1].url == given


def test_a_letter_for_which_no_url_can_be_made_is_not_sent(market: House) -> None:
    request = OutgoingRequest(
        "DELETE", "cdrs", None, "C-1", ABC, XYZ, segments=("DE", "ABC", "../../x")
    )

    sent = market.request_sender.send(request, market.partners.get("emsp"), still_ours=lambda: True)

    assert sent.attempt.verdict is Verdict.NOT_OFFERED
    assert "no URL can be made" in sent.attempt.reason
    assert not market.wire.asked


def test_a_process_may_be_made_to_die_right_before_the_bytes_leave() -> None:
    market = a_market(fail_points=At("leased"))

    with pytest.raises(Died):
        attempt(market)

    assert market.wire.asked == []
    market.pump.close()


def test_where_no_answer_came_there_is_none(market: House) -> None:
    assert market.request_sender.judged(Verdict.SICK, "no").answer is None


def test_a_receiver_that_does_not_let_the_hub_in_rings(market: House) -> None:
    says(market, answer(status=403, code=None))

    assert attempt(market).verdict is Verdict.TOKEN_DEAD
    assert set(market.bell.rung) == {Rung(AlarmKind.HUB_REFUSED, "FR-XYZ", "cdrs: HTTP 403")}


def test_one_that_fails_does_not_ring(market: House) -> None:
    says(market, answer(status=500, code=None))

    attempt(market)

    assert market.bell.rung == []
