"""Conformance cases 45, 84 and 106: tokens, their types and their tables."""

import pytest

from entrypoints.sandbox import Platform
from tests.conformance.cards import (
    NEWER,
    a_card,
    about_card,
    at,
    authorize,
    known_to_hub,
    own_card,
    put_card,
    questions,
)
from tests.conformance.running import MS1
from tests.conformance.steps import (
    CREATED,
    INVALID,
    OK,
    fresh,
    outcome,
)

pytestmark = pytest.mark.e2e


def test_case_084_a_uid_with_any_character_is_one_segment(p1: Platform, p3: Platform) -> None:
    card = known_to_hub(p3, a_card(p3, uid=fresh("A/B C?#%2F*")))

    told = p1.wait_for(about_card(card))
    answer = authorize(p1, card)

    encoded = f"A%2FB%20C%3F%23%252F%2A-{card['uid'][-10:]}"
    assert told.path.endswith(f"/NL/MS1/{encoded}")
    assert outcome(answer) == OK
    assert questions(p3, card)[0].path.endswith(f"/{encoded}/authorize")


def test_case_106_the_type_is_part_of_a_tokens_identity(p1: Platform, p3: Platform) -> None:
    card = a_card(p3)
    app = card | {"type": "APP_USER", "contract_id": "NL-MS1-APP"}

    assert outcome(put_card(p3, card)) == CREATED
    assert outcome(put_card(p3, app)) == CREATED

    assert own_card(p3, card).data == card
    assert own_card(p3, card, "type=RFID").data == card
    assert own_card(p3, card, "type=APP_USER").data == app
    for one in (card, app):
        p1.wait_for(about_card(one))
        assert p1.holds("tokens", *at(one), one["type"]) == one


def test_case_106_without_a_query_the_body_says_the_type(p3: Platform) -> None:
    app = a_card(p3, type="APP_USER")

    assert outcome(put_card(p3, app, query="")) == CREATED

    assert own_card(p3, app).status == 404
    assert own_card(p3, app, "type=app_user").data == app


def test_case_106_a_type_that_contradicts_the_query_is_2001(p3: Platform) -> None:
    card = a_card(p3)

    assert outcome(put_card(p3, card, query="type=APP_USER")) == INVALID
    assert own_card(p3, card, "type=APP_USER").status == 404


def test_case_106_a_uid_is_the_same_in_any_letter_case(p3: Platform) -> None:
    card = a_card(p3)
    put_card(p3, card)

    again = put_card(p3, card | {"uid": card["uid"].lower(), "last_updated": NEWER})

    assert outcome(again) == OK
    assert own_card(p3, card).data["uid"] == card["uid"].lower()


@pytest.mark.parametrize(
    "wrong", [{"whitelist": "SOMETIMES"}, {"valid": "true"}, {"contract_id": None}, {"uid": "X"}]
)
def test_a_token_that_breaks_its_table_is_2001_and_not_kept(
    p3: Platform, wrong: dict[str, object]
) -> None:
    card = a_card(p3)
    url = p3.hub.url("tokens", "RECEIVER", at(card))

    answer = p3.hub.call("PUT", url, token=p3.hub.peer.token, body=card | wrong)

    assert outcome(answer) == INVALID
    assert own_card(p3, card).status == 404


def test_a_token_type_that_ocpi_does_not_know_is_passed_on(p1: Platform, p3: Platform) -> None:
    card = a_card(p3, type="PALM_VEIN")

    assert outcome(put_card(p3, card)) == CREATED
    assert p1.wait_for(about_card(card)).json() == card


def test_a_token_of_another_emsp_is_404_and_a_cpo_owns_none(p1: Platform, p4: Platform) -> None:
    foreign, charging = a_card(p4, party=MS1), a_card(p1)

    assert put_card(p4, foreign).status == 404
    assert put_card(p1, charging).status == 404


def test_case_045_a_token_is_never_deleted(p3: Platform) -> None:
    card = a_card(p3)
    put_card(p3, card)
    url = p3.hub.url("tokens", "RECEIVER", at(card))

    assert p3.hub.call("DELETE", url, token=p3.hub.peer.token).status == 405
    assert own_card(p3, card).data == card
