"""What a token is told apart by, and when the hub may answer for its owner."""

from typing import Any

import pytest

from domain.errors import InvalidParameter, UnknownToken
from domain.objects.tokens import Token, party_of_emaid, type_of
from domain.partners.party import PartyId
from tests.builders import a_token_object


def token(**fields: Any) -> Token:
    return Token(a_token_object(**fields))


def test_a_token_is_named_by_its_uid_and_its_type() -> None:
    it = token(uid="a1", type="APP_USER")

    assert (it.id, it.kind, it.segments) == ("a1", "APP_USER", ("FR", "XYZ", "a1"))
    assert it.unknown is UnknownToken
    assert Token({}).kind == ""


@pytest.mark.parametrize(
    ("kind", "query"), [("RFID", ""), ("rfid", ""), ("EMAID", "type=EMAID"), ("A&B", "type=A%26B")]
)
def test_its_url_names_every_type_but_the_default(kind: str, query: str) -> None:
    assert token(type=kind).query == query


@pytest.mark.parametrize("whitelist", ["ALWAYS", "ALLOWED", "ALLOWED_OFFLINE"])
@pytest.mark.parametrize(("valid", "allowed"), [(True, "ALLOWED"), (False, "BLOCKED")])
def test_the_hub_says_in_the_owners_place_what_the_owner_said(
    whitelist: str, valid: bool, allowed: str
) -> None:
    it = token(whitelist=whitelist, valid=valid)

    assert it.may_be_answered_for
    assert it.stand_in_answer() == {"allowed": allowed, "token": it.document}


def test_the_hub_does_not_answer_for_a_token_that_is_always_to_be_asked_for() -> None:
    assert not token(whitelist="NEVER").may_be_answered_for


@pytest.mark.parametrize(
    ("uid", "party"),
    [
        ("NL-MS1-C123", PartyId("NL", "MS1")),
        ("nl*ms1*c123", PartyId("NL", "MS1")),
        ("NLMS1C123", PartyId("NL", "MS1")),
        ("NLMS1", None),
        ("12MS1C123", None),
        ("NL.MS1C", None),
        ("NÉMS1C123", None),
        ("", None),
    ],
)
def test_an_emaid_names_its_issuer(uid: str, party: PartyId | None) -> None:
    assert party_of_emaid(uid) == party


@pytest.mark.parametrize(
    ("asked", "written", "found"),
    [
        (None, None, "RFID"),
        (None, {"type": "OTHER"}, "OTHER"),
        (None, {"type": 5}, "RFID"),
        ("APP_USER", None, "APP_USER"),
        ("APP_USER", {}, "APP_USER"),
        ("app_user", {"type": "APP_USER"}, "app_user"),
    ],
)
def test_the_type_is_the_querys_else_the_bodys_else_rfid(
    asked: str | None, written: Any, found: str
) -> None:
    assert type_of(asked, written) == found


def test_a_query_and_a_body_of_different_types_are_refused() -> None:
    with pytest.raises(InvalidParameter, match="differ"):
        type_of("RFID", {"type": "OTHER"})
