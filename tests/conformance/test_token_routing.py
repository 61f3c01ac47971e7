"""Conformance cases 56 to 77 with tokens: who gets them, and who does not."""

import pytest

from entrypoints.sandbox import OMITTED, Platform
from tests.conformance.cards import (
    NEWER,
    a_card,
    about_card,
    cards,
    let_cards_pass,
    own_card,
    patch_card,
    put_card,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, CP6, HUB, MS1, XYZ
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    outcome,
    parties,
    party_of,
    until,
)

pytestmark = pytest.mark.e2e


def test_case_056_a_direct_token_reaches_its_receiver_alone(
    p1: Platform, p2: Platform, p3: Platform
) -> None:
    card = a_card(p3)

    answer = put_card(p3, card, to=ABC)

    received = p1.wait_for(about_card(card))
    assert outcome(answer) == CREATED
    assert parties(answer) == (MS1, ABC)
    assert answer.headers["x-request-id"] == answer.request_id
    assert (received.to, received.from_, received.role) == (ABC, MS1, "RECEIVER")
    assert received.headers["x-request-id"] != answer.request_id
    assert received.headers["x-correlation-id"] == answer.correlation_id
    assert received.body == next(each for each in p3.sent if each.method == "PUT").body
    let_cards_pass(p3, p1, p2)
    assert not [each for each in p2.received if about_card(card)(each)]
    assert own_card(p3, card).status == 404


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("ocpi:2001", (200, 2001)),
        ("ocpi:3000:500", (200, 3000)),
        ("http:401", (200, 4000)),
        ("ocpi:2004:404", (404, 2004)),
    ],
)
def test_case_057_058_059_what_a_receiver_says_to_a_token(
    p1: Platform, p3: Platform, how: str, expected: tuple[int, int]
) -> None:
    card = a_card(p3)
    p1.behave(how, "tokens", object_id=card["uid"])

    assert outcome(put_card(p3, card, to=ABC)) == expected
    assert card not in cards(p1)


def test_case_061_062_a_token_for_who_is_not_there(join: Join, p3: Platform) -> None:
    charging = join("CPO")
    charging.stop()

    assert outcome(put_card(p3, a_card(p3), to=party_of(charging))) == (200, 4003)
    assert outcome(put_card(p3, a_card(p3), to=("XX", "NON"))) == (200, 4001)
    charging.start()


def test_case_068_a_token_to_the_hub_reaches_every_cpo_and_no_other_party(
    p1: Platform, p2: Platform, p3: Platform, p4: Platform, p5: Platform, p6: Platform, p7: Platform
) -> None:
    card = a_card(p3)

    answer = put_card(p3, card)

    got = [reader.wait_for(about_card(card)) for reader in (p1, p2, p6)]
    assert (outcome(answer), parties(answer)) == (CREATED, (MS1, HUB))
    assert [each.to for each in got] == [ABC, XYZ, CP6]
    assert {each.from_ for each in got} == {HUB}
    assert {each.body for each in got} == {p3.sent[0].body}
    assert len({each.headers["x-request-id"] for each in got} | {answer.request_id}) == 4
    assert {each.headers["x-correlation-id"] for each in got} == {answer.correlation_id}
    let_cards_pass(p3, p1, p2, p6)
    for other in (p3, p4, p5, p7):
        assert not [each for each in other.received if each.module == "tokens"]


def test_case_068_a_patch_of_a_token_goes_out_as_it_came(p1: Platform, p3: Platform) -> None:
    card = a_card(p3, type="APP_USER")
    put_card(p3, card)
    p1.wait_for(about_card(card))

    answer = patch_card(p3, card, {"valid": False})

    received = p1.wait_for(about_card(card, "PATCH"))
    assert outcome(answer) == OK
    assert received.query == "type=APP_USER"
    assert received.json() == {"valid": False, "last_updated": NEWER}
    assert own_card(p3, card, "type=APP_USER").data == card | {
        "valid": False,
        "last_updated": NEWER,
    }


def test_case_067_a_missing_from_is_inferred_from_the_interface(p6: Platform) -> None:
    card = a_card(p6, party=("ES", "EM6"))

    pushed = put_card(p6, card, from_=OMITTED)
    asked = p6.hub.get("tokens", to=HUB, from_=OMITTED)

    assert (outcome(pushed), parties(pushed)) == (CREATED, (("ES", "EM6"), HUB))
    assert (outcome(asked), parties(asked)) == (OK, (CP6, HUB))


def test_case_065_066_half_a_pair_and_a_foreign_from_are_refused(p3: Platform) -> None:
    card = a_card(p3)

    assert outcome(put_card(p3, card, to=("", "ABC"))) == INVALID
    assert outcome(put_card(p3, card, from_=("NL", ""))) == INVALID
    assert outcome(put_card(p3, card, from_=("BE", "MS2"), to=ABC)) == (403, 2001)
    assert own_card(p3, card).status == 404


def test_case_069_a_cpo_without_receiver_tokens_is_not_called(
    join: Join, p1: Platform, p3: Platform
) -> None:
    charging = join("CPO", modules=[("locations", "SENDER")])
    card = a_card(p3)

    put_card(p3, card)

    p1.wait_for(about_card(card))
    let_cards_pass(p3, p1)
    assert not [each for each in charging.received if each.module == "tokens"]
    assert card in cards(charging)


def test_case_071_a_token_of_an_other_reaches_cpos_only(
    p1: Platform, p2: Platform, p3: Platform, p4: Platform, p6: Platform, p7: Platform
) -> None:
    card = a_card(p7)

    answer = put_card(p7, card)

    got = [reader.wait_for(about_card(card)) for reader in (p1, p2, p6)]
    assert outcome(answer) == CREATED
    assert [each.to for each in got] == [ABC, XYZ, CP6]
    let_cards_pass(p7, p1, p2, p6)
    assert len([each for each in p6.received if about_card(card)(each)]) == 1
    for emsp in (p3, p4):
        assert not [each for each in emsp.received if each.module == "tokens"]


def test_case_072_two_cpos_of_one_platform_get_a_token_each(join: Join, p3: Platform) -> None:
    charging = join("CPO", "CPO")
    card = a_card(p3)

    put_card(p3, card)

    until(lambda: len([each for each in charging.received if about_card(card)(each)]) == 2)
    got = [each for each in charging.received if about_card(card)(each)]
    assert {each.to for each in got} == {party.id for party in charging.profile.parties}


def test_case_075_a_list_of_tokens_is_for_cpos_and_holds_what_each_may_see(
    p1: Platform, p2: Platform, p3: Platform, p4: Platform
) -> None:
    for_all, for_abc = a_card(p3), a_card(p3)
    put_card(p3, for_all)
    put_card(p3, for_abc, to=ABC)

    answer = p1.hub.get("tokens", (), {"limit": 1}, to=HUB)

    assert parties(answer) == (ABC, HUB)
    assert [card in cards(p1) for card in (for_all, for_abc)] == [True, True]
    assert [card in cards(p2) for card in (for_all, for_abc)] == [True, False]
    assert for_all not in cards(p4)


def test_case_075_the_parties_of_one_platform_have_lists_of_their_own(
    join: Join, p3: Platform
) -> None:
    charging = join("CPO", "CPO")
    one, other = (party.id for party in charging.profile.parties)
    card = a_card(p3)
    put_card(p3, card, to=other)

    assert card not in cards(charging, from_=one)
    assert card in cards(charging, from_=other)


def test_case_077_a_cpo_that_lacks_a_token_gets_the_whole(p1: Platform, p3: Platform) -> None:
    card = a_card(p3)
    put_card(p3, card)
    p1.wait_for(about_card(card))
    p1.clear()
    p1.behave("ocpi:2004:404", "tokens", method="PATCH", object_id=card["uid"], times=1)

    patch_card(p3, card, {"valid": False})

    whole = p1.wait_for(about_card(card))
    assert whole.from_ == HUB
    assert whole.json() == card | {"valid": False, "last_updated": NEWER}


def test_one_party_on_two_platforms_gets_tokens_where_it_charges(join: Join, p3: Platform) -> None:
    charging = join("CPO")
    driving = join(":".join(("EMSP", *party_of(charging))))
    card = a_card(p3)

    assert outcome(put_card(p3, card, to=party_of(charging))) == CREATED

    charging.wait_for(about_card(card))
    assert not [each for each in driving.received if about_card(card)(each)]


def test_a_platforms_cpo_gets_the_token_of_its_own_emsp_when_it_is_named(p6: Platform) -> None:
    card = a_card(p6, party=("ES", "EM6"))

    answer = put_card(p6, card, from_=("ES", "EM6"), to=CP6)

    received = p6.wait_for(about_card(card))
    assert outcome(answer) == CREATED
    assert parties(answer) == (("ES", "EM6"), CP6)
    assert (received.to, received.from_) == (CP6, ("ES", "EM6"))
