"""Why a party gets an object, or why not: what operators of hubs are asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.memory import MemoryJournal, answer
from domain.errors import InvalidParameter, StoreUnavailable, Unreachable
from domain.journal.legs import Direction, Leg
from domain.objects.quarantine import Quarantined
from domain.objects.stored import EVERYONE, ObjectKey
from domain.partners.agreements import AgreementPolicy
from domain.partners.interest import NOTHING
from domain.partners.partner import PartnerState
from domain.partners.party import Interface, PartyId, Role
from domain.ports import WireAnswer
from domain.validation import Mode, Validation
from tests.builders import ABC, HUB, LOC1, NOON, XYZ, a_location, a_role, an_endpoint, at
from tests.charging import S1, a_session
from tests.legs import a_leg
from tests.unit.application.explaining.asked import (
    NO,
    NOT_YET,
    QRS,
    YES,
    Market,
    decided,
    names,
    said,
)
from tests.unit.application.house import TalkingWire
from tests.unit.application.readers import INSIDE, NL, choose

REMARKING = Validation(push=Mode.REMARK)
SICK = answer(status=500, code=None)


def test_what_was_told_is_explained_by_each_check_that_passed(market: Market) -> None:
    market.push()
    market.deliver()

    explained = market.why()

    assert explained.question == "Does FR-XYZ get locations DE-ABC/LOC1?"
    assert decided(explained) == (YES, "told")
    way = ["receiver", "role", "endpoint", "agreement", "owner", "object", "origin", "choice"]
    assert names(explained.checks) == [*way, "reader", "told"]
    assert all(each.is_passed for each in explained.checks)


def test_what_is_not_published_yet_is_so_within_seconds(market: Market) -> None:
    market.house.object_intake.take(market.house.pushed(a_location()))

    assert decided(market.why()) == (NOT_YET, "published")


def test_what_is_owed_and_was_not_tried_is_owed(market: Market) -> None:
    market.push()

    explained = market.why()

    assert decided(explained) == (NOT_YET, "owed")
    assert explained.decided.said.endswith("not tried yet")


# --- the six that operators of hubs are asked


def test_a_receiver_that_reads_lists_is_away_by_choice(market: Market) -> None:
    choose(market.house, locations=NOTHING)
    market.push()

    explained = market.why()

    assert decided(explained) == (NO, "choice")
    assert "away by choice: it has no locations pushed: it reads lists" in said(explained)
    assert "--push locations" in explained.decided.advice


@pytest.mark.parametrize("chosen", [NL, replace(INSIDE, countries=frozenset({"NL"}))])
def test_a_receiver_may_have_chosen_less(market: Market, chosen: object) -> None:
    market.house.reader_interests.choose("emsp", {"locations": chosen})  # type: ignore[dict-item]
    market.push()

    assert "it has chosen less: not this" in said(market.why())


def test_a_receiver_may_have_no_endpoint(market: Market) -> None:
    market.change("emsp", endpoints=())
    market.push()

    assert decided(market.why()) == (NO, "endpoint")


def test_a_receiver_may_have_given_a_wrong_url(market: Market) -> None:
    sound = an_endpoint("locations", Interface.RECEIVER)
    flawed = replace(sound, fault="has a space in it")
    market.change("emsp", endpoints=(an_endpoint("tariffs"), flawed))
    market.push()

    explained = market.why()

    assert decided(explained) == (NO, "url")
    assert f"{sound.url}: has a space in it" in said(explained)


def test_a_url_may_lead_to_nothing(market: Market) -> None:
    market.says = answer(status=404, code=None)
    market.push()
    market.deliver()

    explained = market.why()

    assert decided(explained) == (NO, "url")
    assert "HTTP 404" in said(explained)
    assert "delivery retry" in explained.decided.advice


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (PartnerState.SUSPENDED, "is locked: its platform is suspended"),
        (PartnerState.UNREGISTERED, "its connection has ended"),
        (PartnerState.INVITED, "has not made its handshake"),
        (PartnerState.TO_APPROVE, "waits for the operator's approval"),
    ],
)
def test_a_party_may_be_locked_or_not_connected(
    market: Market, state: PartnerState, told: str
) -> None:
    market.push()
    market.suspend("emsp", state)

    explained = market.why()

    assert decided(explained) == (NO, "receiver")
    assert told in said(explained)
    assert "ocpi-hub partner" in explained.decided.advice


def test_a_platform_may_have_dropped_the_party(market: Market) -> None:
    market.push()
    market.house.partners.save(market.partner("emsp").with_roles((a_role(Role.EMSP, HUB),)))

    explained = market.why()

    assert decided(explained) == (NO, "receiver")
    assert "has no role at its platform now" in said(explained)


def test_the_hubs_own_party_is_on_no_platform(market: Market) -> None:
    market.push()

    assert decided(market.why(to=HUB)) == (NO, "receiver")
    assert decided(market.why(replace(LOC1, owner=HUB))) == (NO, "owner")


@pytest.mark.parametrize(
    ("says", "name", "told"),
    [
        (SICK, "error", "HTTP 500"),
        (answer(code=3000, message="no database"), "error", "HTTP 200, OCPI 3000"),
        (answer(status=401, code=None), "token", "HTTP 401"),
        (answer(status=503, code=None), "busy", "HTTP 503"),
    ],
)
def test_the_receiver_has_an_error(market: Market, says: WireAnswer, name: str, told: str) -> None:
    market.says = says
    market.push()
    market.deliver()

    explained = market.why()

    assert decided(explained) == (NOT_YET, name)
    assert f"owed since {at(0)}; tried once, last at {at(60)}: {told}" in said(explained)
    assert "tried again at" in said(explained)


def test_a_receiver_that_does_not_answer_is_said_to(market: Market) -> None:
    def unreachable(_: object) -> WireAnswer:
        raise Unreachable("connection refused")

    market.house.wire = TalkingWire(unreachable)
    market.push()
    market.deliver()

    assert "no answer; " in said(market.why())
    assert "connection refused" in said(market.why())


def test_a_lane_that_is_held_back_says_so_and_when_it_is_probed(market: Market) -> None:
    market.says = SICK
    market.push()
    market.deliver(times=6)

    explained = market.why()

    assert decided(explained) == (NOT_YET, "error")
    assert "failures in a row, tried again at" in said(explained)


def test_what_was_not_tried_in_a_lane_that_is_held_back_waits_for_it(market: Market) -> None:
    market.says = SICK
    market.push()
    market.deliver(times=6)
    other = replace(LOC1, id="LOC2")
    market.house.push(a_location("LOC2"), key=other)

    explained = market.why(other)

    assert decided(explained) == (NOT_YET, "error")
    assert "tried" not in explained.decided.said.partition(";")[0]


def test_a_receiver_may_have_refused_it(market: Market) -> None:
    market.says = answer(code=2001, message="no such country")
    market.push()
    market.deliver()

    explained = market.why()

    assert decided(explained) == (NO, "refused")
    assert "refused: no such country" in said(explained)


# --- objects that are not in a state to be forwarded


def test_what_never_came_is_not_there(market: Market) -> None:
    assert decided(market.why()) == (NO, "object")


def test_what_is_quarantined_says_why_and_how_to_let_it_in(market: Market) -> None:
    found = Quarantined("cpo", "locations", "LOC1", ("name: not a string",), NOON, b"{}")
    market.house.quarantine.put(found)

    explained = market.why()

    assert decided(explained) == (NO, "quarantined")
    assert "because name: not a string" in said(explained)
    assert found.ref in explained.decided.advice


def test_what_another_platform_was_asked_for_is_told_to_operators_alone(market: Market) -> None:
    market.change("third", dropped=(a_role(),))
    market.house.quarantine.put(Quarantined("third", "locations", "LOC1", ("odd",), NOON, b"{}"))

    assert decided(market.why()) == (NO, "quarantined")
    assert decided(market.why(by="cpo")) == (NO, "object")


def test_what_came_later_may_be_quarantined_and_what_came_may_have_remarks(
    market: Market,
) -> None:
    remarking = replace(market.partner("cpo").options, validation=REMARKING)
    market.change("cpo", options=remarking)
    market.push(name="two\nlines")
    market.house.quarantine.put(Quarantined("cpo", "locations", "LOC1", ("id: odd",), NOON, b""))
    market.deliver()

    explained = market.why()

    assert decided(explained) == (YES, "told")
    assert "taken with 1 remark" in said(explained)
    assert "what came later is quarantined since" in said(explained)
    assert "quarantined" not in said(market.why(by="emsp"))
    assert "quarantined" in said(market.why(by="cpo"))


def test_what_was_deleted_is_not_forwarded(market: Market) -> None:
    market.push()
    market.deliver()
    stored = market.house.stored()
    market.house.objects.save(stored.buried())

    assert decided(market.why()) == (NO, "deleted")


def test_what_was_pushed_to_another_party_alone_is_that_partys(market: Market) -> None:
    market.house.push(a_location())
    copy = replace(market.house.stored(), audience=str(QRS), revision=0)
    del market.house.objects.held[(LOC1, EVERYONE)]
    market.house.objects.save(copy)

    assert decided(market.why(to=QRS)) == (YES, "copy")
    explained = market.why()
    assert decided(explained) == (NO, "private")
    assert "to BE-QRS alone" in said(explained)
    assert "to one party alone" in said(market.why(by="cpo"))
    assert decided(market.why(by="emsp")) == (NO, "object")


def test_a_session_is_for_the_party_whose_token_it_is(market: Market) -> None:
    market.house.push(a_session(), key=S1)
    market.deliver()

    assert decided(market.why(S1)) == (YES, "told")
    explained = market.why(S1, to=QRS)
    assert decided(explained) == (NO, "reader")
    assert "its token is of FR-XYZ" in said(explained)
    assert decided(market.why(S1, to=QRS, by="third")) == (NO, "object")


def test_a_session_of_an_unknown_party_is_for_none(market: Market) -> None:
    market.house.push(a_session(), key=S1)
    market.house.objects.save(replace(market.house.stored(S1), reader=None))

    assert "its token is of no party" in said(market.why(S1))


# --- who may, and who wants


def test_a_party_without_a_reading_role_gets_nothing(market: Market) -> None:
    market.push()

    explained = market.why(to=ABC)

    assert decided(explained) == (NO, "role")
    assert "EMSP" in said(explained)


def test_a_party_without_an_agreement_gets_nothing() -> None:
    market = Market(ports={"policy": AgreementPolicy.REQUIRED})
    market.push()

    explained = market.why()

    assert decided(explained) == (NO, "agreement")
    assert explained.decided.advice.endswith("(`ocpi-hub agreement add DE-ABC FR-XYZ`).")
    market.agree(ABC, XYZ)
    assert decided(market.why())[1] != "agreement"


def test_an_owner_that_is_locked_is_shown_to_no_reader(market: Market) -> None:
    market.push()
    market.suspend("cpo")

    assert decided(market.why()) == (NO, "owner")


def test_a_platform_is_not_told_what_it_said(market: Market) -> None:
    own = PartyId("DE", "EMS")
    market.change("cpo", roles=(a_role(), a_role(Role.EMSP, own)))
    market.push()

    assert decided(market.why(to=own)) == (NO, "origin")


def test_where_a_party_has_two_platforms_the_one_that_gets_it_counts(market: Market) -> None:
    market.change("third", roles=(a_role(Role.NSP, XYZ),))
    market.change("emsp", endpoints=())
    market.push()
    market.deliver()

    assert decided(market.why()) == (YES, "told")


def test_a_private_object_goes_to_one_platform_of_two(market: Market) -> None:
    """R-4: the one that has the party in a role that reads sessions."""
    market.change("emsp", roles=(a_role(Role.SCSP, XYZ),))
    market.change("third", roles=(a_role(Role.EMSP, XYZ),), endpoints=())
    market.house.push(a_session(), key=S1)

    explained = market.why(S1)

    assert decided(explained) == (NO, "reader")
    assert "not among those who are told of it at this platform" in said(explained)


# --- what a reader may lack


def test_a_reader_that_comes_back_is_brought_into_step(market: Market) -> None:
    market.push()
    market.deliver()
    market.change("emsp", behind_since=NOON)

    assert decided(market.why()) == (NOT_YET, "step")


def test_a_reader_that_wants_more_is_brought_into_step(market: Market) -> None:
    choose(market.house, locations=NOTHING)
    market.push()
    choose(market.house)

    assert decided(market.why()) == (NOT_YET, "step")


def test_a_reader_that_joined_later_gets_the_next_change(market: Market) -> None:
    market.push()
    market.deliver()
    joined = market.house.clock.now() + timedelta(seconds=1)
    market.house.partners.joined("emsp", at=joined)

    assert decided(market.why()) == (NOT_YET, "joined")


def test_other_modules_are_not_asked_about(market: Market) -> None:
    with pytest.raises(InvalidParameter, match="locations, tariffs, tokens, sessions"):
        market.why(ObjectKey("cdrs", ABC, "C1"))


def test_a_push_that_the_hub_refused_is_told_to_its_owner_and_the_operators(
    market: Market,
) -> None:
    refused = a_leg(decision="refused", http=200, ocpi=2001, reason="evses[0].uid: missing")
    market.house.journal.note(refused)
    market.house.journal.note(a_leg(direction=Direction.OUT, partner_id="cpo"))

    assert decided(market.why()) == decided(market.why(by="cpo")) == (NO, "refused")
    assert "2001 evses[0].uid: missing" in said(market.why())
    assert "ocpi-hub trace Q-1 --messages" in said(market.why())
    assert decided(market.why(by="emsp")) == (NO, "object")
    assert "2001" not in said(market.why(by="emsp"))


@pytest.mark.parametrize(
    "leg", [a_leg(decision="refused", partner_id="emsp"), a_leg(decision="broadcast")]
)
def test_only_what_the_hub_refused_of_its_owners_is_told_so(market: Market, leg: Leg) -> None:
    market.house.journal.note(leg)

    assert decided(market.why()) == (NO, "object")


def test_what_was_read_of_it_is_no_push(market: Market) -> None:
    pushed = a_leg(decision="refused", ocpi=2001, reason="evses: missing")
    market.house.journal.note(pushed)
    later = pushed.at + timedelta(seconds=1)
    market.house.journal.note(a_leg(method="GET", at=later, decision="refused", ocpi=2003))

    assert "2001 evses: missing" in said(market.why())


def test_without_a_journal_that_answers_the_rest_is_told(market: Market) -> None:
    explainer = market.house.object_explainer
    away = replace(explainer, journal_reader=_Away())

    explained = away.explain(LOC1, to=XYZ, by=None)

    assert decided(explained) == (NO, "object")


class _Away(MemoryJournal):
    def legs(self, *_: object, **__: object) -> Sequence[Leg]:
        raise StoreUnavailable("away")
