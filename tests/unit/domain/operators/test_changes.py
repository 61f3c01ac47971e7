"""What is told of a change: the fields that differ, and never a secret."""

import json
from decimal import Decimal

import pytest

from domain.documents import JsonValue
from domain.operators.changes import MOST, changes, told


def test_only_what_differs_is_told() -> None:
    before, after = changes({"id": "1", "state": "a"}, {"id": "1", "state": "b", "new": [1]})

    assert (before, after) == ('{"state":"a"}', '{"new":[1],"state":"b"}')


def test_where_nothing_differs_nothing_is_told() -> None:
    assert changes({"state": "a"}, {"state": "a"}) == ("", "")


def test_what_changes_by_itself_is_no_part_of_it() -> None:
    assert changes({"last_seen": "1"}, {"last_seen": "2"}) == ("", "")


@pytest.mark.parametrize("name", ["token", "Secret", "PASSWORD", "Authorization"])
def test_secrets_are_left_out_wherever_they_are(name: str) -> None:
    text = told({"outer": [{name: "planted"}], "kept": "plain"})

    assert json.loads(text) == {"outer": [{}], "kept": "plain"}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.example/hook?key=planted", "https://x.example/hook?..."),
        ("HTTPS://user:planted@x.example:8443/p#planted", "https://x.example:8443/p"),
        ("http://[planted/", "a URL that cannot be read"),
        ("no url?a=b", "no url?a=b"),
    ],
)
def test_of_a_url_neither_user_nor_query_is_told(url: str, shown: str) -> None:
    assert json.loads(told({"url": url})) == {"url": shown}


def test_numbers_keep_their_digits_and_texts_are_made_storable() -> None:
    document: dict[str, JsonValue] = {
        "fee": Decimal("0.10"),
        "yes": True,
        "none": None,
        "odd": "a\ud800\n",
    }

    assert json.loads(told(document)) == {
        "fee": "0.10",
        "yes": True,
        "none": None,
        "odd": "a\ufffd ",
    }


def test_of_what_is_too_long_there_is_a_hash() -> None:
    text = told({"long": "x" * MOST})

    assert set(json.loads(text)) == {"characters", "sha256"}
    assert text != told({"long": "y" * MOST})
    assert len(text) < 150
