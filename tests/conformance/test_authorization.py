"""Conformance cases 107, 108, 109 and 112: a driver stands at a charger (H-TK-2)."""

import time
from decimal import Decimal

import pytest

from entrypoints.sandbox import Exchange, Platform, Reply, success
from entrypoints.sandbox.exchange import Behaviour
from entrypoints.sandbox.wire import Document
from tests.conformance.cards import (
    a_card,
    authorize,
    known_to_hub,
    questions,
)
from tests.conformance.guests import Join
from tests.conformance.running import ABC, HUB, MS1, MS2
from tests.conformance.steps import INVALID, OK, fresh, outcome, parties, until

pytestmark = pytest.mark.e2e
UNKNOWN_TOKEN = (404, 2004)
HERE = {"location_id": "LOC1", "evse_uids": ["EVSE1", "EVSE 2"]}


def _says(allowed: str, card: Document, **more: object) -> Behaviour:
    """A behaviour: this AuthorizationInfo."""

    def answer(_: Exchange) -> Reply:
        return success({"allowed": allowed, "token": card} | more)

    return answer


@pytest.mark.parametrize("to", [None, HUB, MS1])
def test_case_107_112_the_owner_is_asked_live_and_once(
    p1: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    card = known_to_hub(p3, a_card(p3))
    p3.clear()

    answer = authorize(p1, card, to=to)

    [asked] = questions(p3, card)
    assert outcome(answer) == OK
    assert answer.data == {"allowed": "ALLOWED", "token": card}
    assert answer.raw == asked.answer_body
    assert (asked.to, asked.from_, asked.role) == (MS1, ABC, "SENDER")
    assert parties(answer) == (ABC, MS1)
    assert asked.body == b""
    assert "content-type" not in asked.headers
    assert asked.query == ""
    assert asked.headers["x-request-id"] != answer.request_id
    assert asked.headers["x-correlation-id"] == answer.correlation_id
    assert answer.headers["x-request-id"] == answer.request_id


@pytest.mark.parametrize("to", [None, MS1])
def test_case_107_location_references_go_through_unchanged(
    p1: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    card = known_to_hub(p3, a_card(p3, type="APP_USER"))
    p3.behave(
        _says("ALLOWED", card, location=HERE, authorization_reference="REF1"),
        "tokens",
        object_id=card["uid"],
    )

    answer = authorize(p1, card, to=to, references=HERE | {"x_more": 1})

    [asked] = questions(p3, card)
    assert asked.json() == HERE | {"x_more": 1}
    assert asked.body == next(each for each in p1.sent if each.method == "POST").body
    assert asked.query == "type=APP_USER"
    assert (answer.data["location"], answer.data["authorization_reference"]) == (HERE, "REF1")


@pytest.mark.parametrize("wrong", [{"evse_uids": ["E1"]}, {"location_id": "X" * 37}, [], "LOC1"])
def test_location_references_that_are_none_are_2001_and_not_passed_on(
    p1: Platform, p3: Platform, wrong: Document
) -> None:
    card = known_to_hub(p3, a_card(p3))

    assert outcome(authorize(p1, card, to=MS1, references=wrong)) == INVALID
    assert not questions(p3, card)


def test_location_references_that_are_no_json_are_400(p1: Platform, p3: Platform) -> None:
    url = p1.hub.url("tokens", "SENDER", (fresh("T"), "authorize"))

    answer = p1.hub.call("POST", url, token=p1.hub.peer.token, body=b"{bad")

    assert outcome(answer) == (400, 2000)
    assert not [each for each in p3.received if each.module == "tokens"]


@pytest.mark.parametrize("to", [None, HUB, MS1])
def test_case_108_an_unknown_token_is_404_and_2004_without_data(
    p1: Platform, p3: Platform, to: tuple[str, str] | None
) -> None:
    unknown = a_card(p3)

    answer = authorize(p1, unknown, to=to)

    assert outcome(answer) == UNKNOWN_TOKEN
    assert "data" not in answer.envelope
    assert parties(answer) == (ABC, MS1 if to == MS1 else HUB)


def test_case_108_a_token_of_another_type_is_unknown(p1: Platform, p3: Platform) -> None:
    card = known_to_hub(p3, a_card(p3))

    assert outcome(authorize(p1, card, query="type=APP_USER")) == UNKNOWN_TOKEN
    assert outcome(authorize(p1, card, query="type=rfid")) == OK


@pytest.mark.parametrize("allowed", ["BLOCKED", "EXPIRED", "NO_CREDIT", "NOT_ALLOWED"])
def test_case_109_what_the_owner_does_not_allow_is_no_error(
    p1: Platform, p3: Platform, allowed: str
) -> None:
    card = known_to_hub(p3, a_card(p3, whitelist="ALWAYS"))
    p3.behave(_says(allowed, card), "tokens", object_id=card["uid"])

    answer = authorize(p1, card)

    assert (outcome(answer), answer.data["allowed"]) == (OK, allowed)
    assert parties(answer) == (ABC, MS1)


def test_an_answer_is_passed_back_byte_for_byte(p1: Platform, p3: Platform) -> None:
    card = known_to_hub(p3, a_card(p3))
    odd = {"x_limit": Decimal("0.10"), "info": {"language": "de", "text": "Grüße"}}
    p3.behave(_says("ALLOWED", card, **odd), "tokens", object_id=card["uid"])

    answer = authorize(p1, card)

    assert answer.raw == questions(p3, card)[0].answer_body


def _a_uid_of_two(p3: Platform, p4: Platform) -> tuple[Document, Document]:
    """P4's is the newer one."""
    card = known_to_hub(p3, a_card(p3))
    later = {"last_updated": "2026-06-01T00:00:00Z"}
    return card, known_to_hub(p4, a_card(p4, uid=card["uid"], **later))


@pytest.mark.parametrize(("says", "expected"), [("p3", MS1), ("p4", MS2)])
def test_of_several_owners_the_one_that_allows_wins(
    p1: Platform, p3: Platform, p4: Platform, says: str, expected: tuple[str, str]
) -> None:
    first, second = _a_uid_of_two(p3, p4)
    for platform, card in ((p3, first), (p4, second)):
        allowed = "ALLOWED" if platform is {"p3": p3, "p4": p4}[says] else "BLOCKED"
        platform.behave(_says(allowed, card), "tokens", object_id=card["uid"])

    answer = authorize(p1, first)

    assert answer.data["allowed"] == "ALLOWED"
    assert answer.data["token"]["party_id"] == expected[1]
    assert parties(answer) == (ABC, expected)
    for platform, owner in ((p3, MS1), (p4, MS2)):
        until(lambda asked=platform: questions(asked, first))  # type: ignore[misc]
        assert [each.to for each in questions(platform, first)] == [owner]


def test_of_several_owners_one_that_hangs_does_not_hold_up_the_one_that_allows(
    join: Join, p1: Platform, p3: Platform
) -> None:
    hanging = join("EMSP")
    card = known_to_hub(p3, a_card(p3))
    known_to_hub(hanging, a_card(hanging, uid=card["uid"]))
    hanging.behave("hang", "tokens")
    begun = time.monotonic()

    answer = authorize(p1, card)

    assert (answer.data["allowed"], parties(answer)) == ("ALLOWED", (ABC, MS1))
    assert time.monotonic() - begun < 3.0
    hanging.behave("well")


def test_of_several_owners_that_allow_nothing_the_newest_token_counts(
    p1: Platform, p3: Platform, p4: Platform
) -> None:
    first, second = _a_uid_of_two(p3, p4)
    p3.behave(_says("EXPIRED", first), "tokens", object_id=first["uid"])
    p4.behave(_says("NO_CREDIT", second), "tokens", object_id=first["uid"])

    answer = authorize(p1, first)

    assert (answer.data["allowed"], parties(answer)) == ("NO_CREDIT", (ABC, MS2))


def test_of_several_owners_the_one_that_is_named_is_asked_alone(
    p1: Platform, p3: Platform, p4: Platform
) -> None:
    first, _ = _a_uid_of_two(p3, p4)

    answer = authorize(p1, first, to=MS1)

    assert answer.data["token"]["party_id"] == "MS1"
    assert not questions(p4, first)


@pytest.mark.parametrize("uid", ["NL-MS1-C12345678-X", "NLMS1C87654321"])
def test_an_emaid_that_was_never_pushed_is_asked_of_the_provider_that_it_names(
    p1: Platform, p3: Platform, uid: str
) -> None:
    card = p3.own("tokens", a_card(p3, uid=uid, type="EMAID"))

    answer = authorize(p1, card)

    [asked] = questions(p3, card)
    assert (outcome(answer), answer.data["token"]) == (OK, card)
    assert (asked.to, asked.from_, asked.query) == (MS1, ABC, "type=EMAID")


def test_an_emaid_of_a_provider_that_is_not_here_is_unknown(p1: Platform, p3: Platform) -> None:
    card = a_card(p3, uid="SE-XXX-C12345678", type="EMAID")

    assert outcome(authorize(p1, card)) == UNKNOWN_TOKEN
    assert outcome(authorize(p1, a_card(p3, uid="NL", type="EMAID"))) == UNKNOWN_TOKEN
