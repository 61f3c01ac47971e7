"""Text of partners, fit to be stored and read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.plain_text import plain, plain_bytes


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
