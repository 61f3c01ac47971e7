"""A partner's words are noted so that any store can keep them, and any answer repeat them."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands.kinds import command_kind
from domain.commands.requests import CommandRequest, Side
from domain.commands.results import CommandResponse, word_of
from domain.documents import Document
from domain.noted_text import plain, plain_bytes, storable
from domain.partners.party import PartyId

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

    response = CommandResponse.read(said, code=2000, at=datetime(2026, 1, 1, tzinfo=UTC), body=b"")

    assert response is not None
    assert response.result == word_of(said) == storable(text * 20, 255)


@given(ANY_TEXT)
def test_the_ids_in_a_command_that_ocpi_does_not_name_are_storable(text: str) -> None:
    party = PartyId("NL", "MS1")
    document = {"location_id": text, "session_id": text, "reservation_id": text}
    kind = command_kind("WASH_CAR")
    asked = CommandRequest(kind, Side("emsp", party), None, "", "c1", document=document)

    assert {asked.location_id, asked.session_id, asked.reservation_id} == {storable(text)}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no such tariff", "no such tariff"),
        ("a < b and b > a", "a < b and b > a"),
        ("two\r\n lines\x00\x1b[31m", "two lines [31m"),
        ("\ud800", ""),
        ("<html><title>Blocked</title>\n<p>by 7", "Blocked by 7"),
        ("  <p>\n<p", ""),
        ("x" * 300, "x" * 200),
    ],
)
def test_what_there_is_to_read_in_it(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_bytes_that_are_no_text_are_shown_as_far_as_they_are() -> None:
    assert plain_bytes(b"no \xff\xfe text") == "no \ufffd\ufffd text"


@given(st.text(st.characters(categories=["Cs", "Cc", "L", "Zs", "P"])), st.integers(1, 300))
def test_it_can_be_stored_and_is_one_line_that_is_not_too_long(text: str, most: int) -> None:
    shown = plain(text, most=most)

    assert len(shown) <= most
    assert len(shown.encode().decode().splitlines()) <= 1


@pytest.mark.parametrize("text", ["<" * 10_000_000, "<a" * 5_000_000, " " * 10_000_000])
def test_ten_megabytes_cost_next_to_nothing(text: str) -> None:
    begun = time.process_time()

    plain(text)
    plain_bytes(text.encode())

    assert time.process_time() - begun < 0.5
