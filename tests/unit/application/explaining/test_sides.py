"""A partner hears of itself, of whom it may see, and of no other partner's failures."""

from collections.abc import Callable

import pytest

from adapters.memory import answer
from application.explaining.story import Explanation
from domain.errors import HubError, UnknownPartner, UnknownReceiver, WrongToken
from domain.objects.client_info import statuses
from domain.objects.stored import ObjectKey
from domain.partners.agreements import AgreementPolicy
from domain.partners.approval import Approved, Invited
from domain.partners.interest import NOTHING
from domain.partners.partner import PartnerState
from domain.partners.party import Endpoint, Interface, PartyId, Role
from tests.builders import ABC, HUB, XYZ
from tests.unit.application.explaining.asked import NOT_YET, QRS, Market, decided, said

NOWHERE = PartyId("SE", "ZZZ")
Asked = Callable[[Market, PartyId, str], Explanation]
QUESTIONS: dict[str, Asked] = {
    "object to it": lambda market, other, by: market.why(to=other, by=by),
    "object of it": lambda market, other, by: market.why(
        ObjectKey("locations", other, "L"), to=ABC, by=by
    ),
    "party to it": lambda market, other, by: market.why_seen(ABC, to=other, by=by),
    "it to the party": lambda market, other, by: market.why_seen(other, to=ABC, by=by),
    "its token": lambda market, other, by: market.why_asked(
        ObjectKey("tokens", other, "T", "RFID"), at=ABC, by=by
    ),
    "token at it": lambda market, other, by: market.why_asked(
        ObjectKey("tokens", ABC, "T", "RFID"), at=other, by=by
    ),
    "its cdr": lambda market, other, by: market.why_charged(ObjectKey("cdrs", other, "C"), by=by),
    "cdr to it": lambda market, other, by: market.why_charged(
        ObjectKey("cdrs", ABC, "C"), to=other, by=by
    ),
}


@pytest.fixture
def closed() -> Market:
    """ABC has an agreement with XYZ and none with QRS."""
    market = Market(ports={"policy": AgreementPolicy.REQUIRED})
    market.agree(ABC, XYZ)
    return market


def told(market: Market, question: str, other: PartyId) -> str:
    """All that the partner `cpo` is told, with the other party's name taken out."""
    try:
        heard = repr(QUESTIONS[question](market, other, "cpo"))
    except HubError as refused:
        heard = f"{type(refused).__name__}: {refused}"
    for written in (other.spelled, repr(other)):
        heard = heard.replace(written, "OTHER")
    return heard


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("state", list(PartnerState))
def test_who_may_not_be_seen_is_answered_like_who_is_not_there(
    closed: Market, question: str, state: PartnerState
) -> None:
    closed.suspend("third", state)

    assert told(closed, question, QRS) == told(closed, question, NOWHERE)


@pytest.mark.parametrize("question", QUESTIONS)
def test_who_waits_for_approval_or_is_not_announced_is_not_there_yet(
    market: Market, question: str
) -> None:
    market.suspend("third", PartnerState.TO_APPROVE)
    assert told(market, question, QRS) == told(market, question, NOWHERE)

    invited = Approved((Invited(Role.EMSP, QRS),))
    market.change("third", state=PartnerState.INVITED, roles=(), approved=invited)
    assert told(market, question, QRS) == told(market, question, NOWHERE)
    market.change("third", is_announced=True)
    assert statuses(market.partner("third"))
    if "cdr" not in question:
        assert told(market, question, QRS) != told(market, question, NOWHERE)


@pytest.mark.parametrize("to", [QRS, NOWHERE, HUB])
def test_a_question_between_others_is_refused_whether_they_are_there_or_not(
    market: Market, to: PartyId
) -> None:
    with pytest.raises(WrongToken, match="one of the parties has to be yours"):
        market.why(to=to, by="emsp")
    with pytest.raises(WrongToken, match="one of the parties has to be yours"):
        market.why_seen(NOWHERE, to=to, by="emsp")


def test_the_hub_is_no_party_to_ask_about(market: Market) -> None:
    with pytest.raises(UnknownReceiver):
        market.why(to=HUB, by="cpo")


def test_to_operators_a_party_that_is_not_there_is_mistyped(market: Market) -> None:
    with pytest.raises(UnknownPartner):
        market.why(to=NOWHERE)


@pytest.mark.parametrize("by", ["cpo", "emsp"])
def test_both_sides_may_ask(market: Market, by: str) -> None:
    market.push()

    assert decided(market.why(by=by)) == (NOT_YET, "owed")


SECRETS = ("emsp.example", "500", "HTTP", "page of mine", "breaker", "failures", "2026-01-01")


@pytest.mark.parametrize("status", [500, 404, 401, 503, 302, 400])
def test_what_a_receivers_platform_answers_is_not_told_to_the_owner(
    market: Market, status: int
) -> None:
    market.says = answer(status=status, code=None, body=b"page of mine")
    market.push()
    unknown = {said(market.why(by="cpo"))}
    for _ in range(6):
        market.deliver()
        unknown.add(said(market.why(by="cpo")))

    [heard] = unknown
    assert not [secret for secret in SECRETS if secret in heard]
    assert f"HTTP {status}" in said(market.why())
    assert f"HTTP {status}" in said(market.why(by="emsp"))


def test_which_url_is_wrong_is_not_told_to_the_owner(market: Market) -> None:
    market.push()
    market.change("emsp", endpoints=())
    none = said(market.why(by="cpo"))
    wrong = Endpoint("locations", Interface.RECEIVER, "htp:/emsp.example", "no URL")
    market.change("emsp", endpoints=(wrong,))

    assert said(market.why(by="cpo")) == none
    assert "htp:/emsp.example: no URL" in said(market.why(by="emsp"))


def test_what_another_party_has_chosen_is_not_told_in_full(market: Market) -> None:
    market.push()
    market.house.reader_interests.choose("emsp", {"locations": NOTHING})

    assert "has chosen not to have it pushed" in said(market.why(by="cpo"))
    assert "no locations pushed" in said(market.why(by="emsp"))


def test_why_a_connection_is_over_is_not_told_in_full(market: Market) -> None:
    market.push()
    market.suspend("emsp", PartnerState.UNREGISTERED)

    assert "FR-XYZ is not connected" in said(market.why(by="cpo"))
    market.suspend("emsp")
    assert "FR-XYZ is suspended" in said(market.why(by="cpo"))
