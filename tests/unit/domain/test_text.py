"""A partner's words are noted so that any store can keep them, and any answer repeat them."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.commands.kinds import command_kind
from domain.commands.requests import CommandRequest, Side
from domain.commands.results import Response, word_of
from domain.documents import Document
from domain.partners.party import PartyId
from domain.text import storable

ANY_TEXT = st.text(st.characters(codec=None), max_size=50)


def test_half_characters_and_controls_are_replaced_and_the_rest_stays() -> None:
    assert storable("caf\xe9 \U0001f50c \ud83d\x00\r\n\x85!") == "caf\xe9 \U0001f50c \ufffd    !"


def test_it_is_cut_where_it_is_told() -> None:
    assert storable("n" * 300, 255) == "n" * 255


@given(ANY_TEXT)
def test_every_text_that_is_made_storable_is_utf_8_without_controls(text: str) -> None:
    made = storable(text)

    assert len(made) == len(text)
    assert made.encode("utf-8").decode() == made
    assert not any(character < " " or "\x7f" <= character < "\xa0" for character in made)


@given(ANY_TEXT)
def test_what_an_operator_answers_to_a_command_is_noted_as_storable_text(text: str) -> None:
    said: Document = {"result": text * 20, "timeout": 30}

    response = Response.read(said, code=2000, at=datetime(2026, 1, 1, tzinfo=UTC), body=b"")

    assert response is not None
    assert response.result == word_of(said) == storable(text * 20, 255)


@given(ANY_TEXT)
def test_the_ids_in_a_command_that_ocpi_does_not_name_are_storable(text: str) -> None:
    party = PartyId("NL", "MS1")
    document = {"location_id": text, "session_id": text, "reservation_id": text}
    kind = command_kind("WASH_CAR")
    asked = CommandRequest(kind, Side("emsp", party), None, "", "c1", document=document)

    assert {asked.location_id, asked.session_id, asked.reservation_id} == {storable(text)}
