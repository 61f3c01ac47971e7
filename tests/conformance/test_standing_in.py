"""Conformance cases 110 to 112: the hub's answer in the place of a token's owner (H-TK-3)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from entrypoints.sandbox import Platform
from tests.conformance.cards import (
    a_card,
    about_card,
    authorize,
    known_to_hub,
    put_card,
    questions,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, RunningHub
from tests.conformance.steps import OK, outcome, parties, party_of

pytestmark = pytest.mark.e2e
UNKNOWN_TOKEN = (404, 2004)
AWAY = (200, 4003)
MAY_STAND_IN = ("ALWAYS", "ALLOWED", "ALLOWED_OFFLINE")


@pytest.mark.parametrize("how", ["ocpi:2002", "ocpi:3000", "ocpi:2004:404", "http:500", "garbage"])
def test_an_owners_error_is_relayed_and_never_stood_in_for(
    p1: Platform, p3: Platform, how: str
) -> None:
    card = known_to_hub(p3, a_card(p3, whitelist="ALWAYS"))
    p3.behave(how, "tokens", object_id=card["uid"])
    expected = {
        "ocpi:2002": (200, 2002),
        "ocpi:3000": (200, 3000),
        "ocpi:2004:404": UNKNOWN_TOKEN,
    }

    assert outcome(authorize(p1, card)) == expected.get(how, (200, 4000))
    assert len(questions(p3, card)) == 1


def test_case_110_a_token_that_is_never_whitelisted_is_never_stood_in_for(
    join: Join, p1: Platform
) -> None:
    driving = join("EMSP")
    card = known_to_hub(driving, a_card(driving, whitelist="NEVER"))
    driving.stop()

    for to in (None, party_of(driving)):
        answer = authorize(p1, card, to=to)
        assert outcome(answer) == AWAY
        assert parties(answer) == (ABC, HUB)
        assert not answer.data
    driving.start()


def test_the_hub_stands_in_for_an_owner_that_is_down(join: Join, p1: Platform) -> None:
    driving = join("EMSP")
    held = [
        known_to_hub(driving, a_card(driving, whitelist=whitelist, valid=valid, x_own="kept"))
        for whitelist in MAY_STAND_IN
        for valid in (True, False)
    ]
    driving.stop()

    for card in held:
        for to in (None, party_of(driving)):
            answer = authorize(p1, card, to=to)
            allowed = "ALLOWED" if card["valid"] else "BLOCKED"
            assert outcome(answer) == OK
            assert answer.data == {"allowed": allowed, "token": card}
            assert parties(answer) == (ABC, HUB)
    driving.start()


def test_an_owner_can_forbid_the_hub_to_stand_in(hub: RunningHub, join: Join, p1: Platform) -> None:
    driving = join("EMSP")
    card = known_to_hub(driving, a_card(driving, whitelist="ALWAYS"))
    administering = hub.inside.hub.administration
    partner = administering.find("-".join(party_of(driving)))
    administering.let_stand_in(partner.id, allowed=False)
    driving.stop()

    assert outcome(authorize(p1, card)) == AWAY

    driving.start()


def test_the_hub_does_not_stand_in_with_what_the_asking_party_may_not_see(
    join: Join, p1: Platform, p2: Platform
) -> None:
    driving = join("EMSP")
    card = a_card(driving, whitelist="ALWAYS")
    put_card(driving, card, to=("FR", "XYZ"))
    p2.wait_for(about_card(card))
    driving.stop()

    assert outcome(authorize(p1, card, to=party_of(driving))) == AWAY
    assert outcome(authorize(p1, card)) == UNKNOWN_TOKEN
    assert outcome(authorize(p2, card)) == OK
    driving.start()


def test_case_111_the_hub_stands_in_where_the_owner_cannot_be_asked(
    join: Join, p1: Platform
) -> None:
    driving = join("EMSP", modules=[("locations", "RECEIVER")])
    cards = {white: a_card(driving, whitelist=white) for white in ("ALWAYS", "NEVER")}
    for card in cards.values():
        assert put_card(driving, card).ok

    answer = authorize(p1, cards["ALWAYS"])

    assert (outcome(answer), parties(answer)) == (OK, (ABC, HUB))
    assert answer.data == {"allowed": "ALLOWED", "token": cards["ALWAYS"]}
    assert outcome(authorize(p1, cards["NEVER"])) == (200, 4000)


def test_case_112_an_owner_that_hangs_leaves_the_answer_within_eight_seconds(
    join: Join, p1: Platform
) -> None:
    driving = join("EMSP")
    cards = [known_to_hub(driving, a_card(driving, whitelist=w)) for w in ("ALLOWED", "NEVER")]
    driving.behave("hang", "tokens")
    begun = time.monotonic()

    with ThreadPoolExecutor(2) as pool:
        allowed, never = pool.map(lambda card: authorize(p1, card), cards)

    assert time.monotonic() - begun < 8.0
    assert (outcome(allowed), allowed.data["allowed"], parties(allowed)) == (
        OK,
        "ALLOWED",
        (ABC, HUB),
    )
    assert outcome(never) == (200, 4002)
    assert [len(questions(driving, card)) for card in cards] == [1, 1]
    driving.behave("well")
