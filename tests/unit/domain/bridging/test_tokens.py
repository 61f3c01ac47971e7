"""Tokens between 2.2.1 and 2.3.0: one that 2.2.1 has no type for is OTHER, and known again."""

from typing import Any

import pytest

from domain.bridging import down, up
from domain.bridging.losses import Inexpressible, LossClass
from domain.bridging.tokens import key_of, real_type, remembered, said_type
from tests.unit.domain.bridging.bridged import a_cdr, a_location, a_session, a_token, lost

KEY = ("NL", "MSP", "0A1B")
KNOWN = {KEY: "EMAID"}


def holders(type_: str) -> dict[str, tuple[str, dict[str, Any], str]]:
    """Everything that has the type of a token in it: the kind, the document, and where."""
    token = a_token(type_)
    request = {"response_url": "https://msp.example/1", "token": token}
    return {
        "token": ("token", token, "type"),
        "session": ("session", a_session(cdr_token=token), "cdr_token.type"),
        "cdr": ("cdr", a_cdr(cdr_token=token), "cdr_token.type"),
        "authorization": ("authorization_info", {"token": token}, "token.type"),
        "start": ("start_session", request, "token.type"),
        "reserve": ("reserve_now", request, "token.type"),
        "booking": ("booking", {"booking_tokens": [token]}, "booking_tokens[0].type"),
        "request": ("booking_request", {"tokens": [token]}, "tokens[0].type"),
        "requests": (
            "booking",
            {"booking_requests": [{"booking_request": {"tokens": [token]}, "x": 1}]},
            "booking_requests[0].booking_request.tokens[0].type",
        ),
    }


@pytest.mark.parametrize("holder", holders("RFID"))
@pytest.mark.parametrize("type_", ["EMAID", "NLNTM-PLATE"])
def test_h_br_9_a_type_that_2_2_1_lacks_is_other_everywhere(holder: str, type_: str) -> None:
    """H-BR-9."""
    kind, document, path = holders(type_)[holder]

    converted = down.whole(kind, document)

    assert converted.document == holders("OTHER")[holder][1]
    assert lost(converted) == {path: (LossClass.WIDENED, type_)}


@pytest.mark.parametrize("holder", holders("RFID"))
@pytest.mark.parametrize("type_", ["RFID", "APP_USER", "AD_HOC_USER", "OTHER"])
def test_h_br_9_a_type_that_both_have_stays(holder: str, type_: str) -> None:
    """H-BR-9."""
    kind, document, _ = holders(type_)[holder]

    assert down.whole(kind, document).document is document
    assert up.whole(kind, document).document is document


@pytest.mark.parametrize("holder", holders("RFID"))
def test_h_br_9_what_was_said_as_other_is_known_again_everywhere(holder: str) -> None:
    """H-BR-9."""
    kind, document, _ = holders("OTHER")[holder]

    converted = up.whole(kind, document, tokens=KNOWN)

    assert converted.document == holders("EMAID")[holder][1]
    assert not converted.losses


def test_h_br_9_another_token_that_is_other_stays_other() -> None:
    """H-BR-9."""
    others = [a_token("OTHER", uid="X"), a_token("OTHER", party_id=None), a_token("RFID")]

    for token in others:
        assert up.whole("token", token, tokens=KNOWN).document is token


def test_h_br_9_the_types_that_may_see_a_location_are_said_as_other() -> None:
    """H-BR-9."""
    allowed = [{"uid": "0A1B", "type": "EMAID"}, {"group_id": "G"}]

    converted = down.whole("location", a_location(publish=False, publish_allowed_to=allowed))

    assert converted.document == a_location(
        publish=False, publish_allowed_to=[{"uid": "0A1B", "type": "OTHER"}, {"group_id": "G"}]
    )
    assert list(lost(converted)) == ["publish_allowed_to[0].type"]


def test_h_br_9_the_type_of_a_query_is_said_as_other_and_known_again() -> None:
    """H-BR-9."""
    said, losses = down.token_type("EMAID")

    assert said == "OTHER"
    assert [(loss.path, loss.what, loss.was) for loss in losses] == [
        ("type", LossClass.WIDENED, "EMAID")
    ]
    assert down.token_type("APP_USER") == ("APP_USER", ())
    assert real_type(KNOWN, KEY, "OTHER") == "EMAID"
    assert real_type(KNOWN, KEY, "RFID") == "RFID"
    assert real_type(KNOWN, None, "OTHER") == "OTHER"
    assert real_type({}, KEY, "OTHER") == "OTHER"


def test_h_br_9_a_token_is_known_by_owner_and_uid_in_any_letter_case() -> None:
    """H-BR-9."""
    assert key_of({"country_code": "nl", "party_id": "msp", "uid": "0a1b"}) == KEY
    assert key_of({"country_code": "NL", "party_id": "MSP", "uid": ""}) is None
    assert key_of({"country_code": "NL", "party_id": "MSP", "uid": 7}) is None


def test_h_br_9_what_is_told_as_other_is_remembered_once() -> None:
    """H-BR-9."""
    known = remembered({}, KEY, "EMAID")

    assert known == KNOWN
    assert remembered(known, KEY, "EMAID") is known
    assert remembered(known, KEY, "RFID") is known
    assert said_type("EMAID") == "OTHER"


@pytest.mark.parametrize(("first", "second"), [("OTHER", "EMAID"), ("EMAID", "OTHER"), ("A", "B")])
def test_h_br_9_two_tokens_that_would_both_be_other_are_refused(first: str, second: str) -> None:
    """H-BR-9."""
    with pytest.raises(Inexpressible, match=f"{first} and {second}"):
        remembered(remembered({}, KEY, first), KEY, second)


def test_what_is_no_token_goes_as_it_is() -> None:
    for odd in ({"token": "T"}, {"token": {"type": 7}}):
        assert up.whole("authorization_info", odd, tokens=KNOWN).document is odd
        assert down.whole("authorization_info", odd).document is odd
        assert down.whole("authorization_info", odd).classes == {LossClass.UNCHANGED}
