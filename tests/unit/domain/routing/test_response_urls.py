"""A response_url is replaced where it stands, and nothing else changes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.routing.response_urls import query_url, with_body_url, with_query_url

HUBS = "https://hub.example/cb/1"
P3 = "https://p3/cp?request_id=5678"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=5), VALUES, st.sampled_from([None, 1]))
def test_only_the_value_of_the_top_level_member_changes(
    members: dict[str, object], value: object, indent: int | None
) -> None:
    document = {**members, "response_url": value}
    body = json.dumps(document, indent=indent).encode()

    changed = with_body_url(body, HUBS)

    assert json.loads(changed) == document | {"response_url": HUBS}
    assert list(json.loads(changed)) == list(document)


@given(st.dictionaries(st.text(), VALUES, max_size=5).filter(lambda d: "response_url" not in d))
def test_where_there_is_none_it_comes_first_and_the_rest_stays(members: dict[str, object]) -> None:
    body = json.dumps(members, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if b"\xed" in body:
        return

    changed = with_body_url(body, HUBS)

    assert json.loads(changed) == {"response_url": HUBS, **members}
    assert changed.endswith(body[1:])


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": {"response_url": "https://p3/in"}, "response_url" :\t"https://p3/1" , "b": 1.0}',
        b' {"response\\u005furl":"https://p3/1","n":1e400,"m":-0.10}\n',
        '{"response_url": "https://p3/1", "ä": "\\ud83d\\ude00 ö"}'.encode(),
    ],
)
def test_every_other_byte_stays(body: bytes) -> None:
    changed = with_body_url(body, HUBS)

    assert changed == body.replace(b"https://p3/1", HUBS.encode())


def test_a_number_too_long_for_an_int_stays() -> None:
    body = b'{"n":' + b"9" * 5000 + b',"response_url":null}'

    assert with_body_url(body, HUBS).endswith(b'99,"response_url":"https://hub.example/cb/1"}')


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("duration=900&response_url=https://p3/cp?request_id=5678", P3),
        ("duration=900&response_url=https://p3/cp?a=1&b=2", "https://p3/cp?a=1&b=2"),
        ("response_url=https://p3/cp?a=1&duration=9", "https://p3/cp?a=1"),
        ("duration=900&response_url=https%3A%2F%2Fp3%2Fcp%3Frequest_id%3D5678", P3),
        ("response_url=https%3A%2F%2Fp3%2Fcp%3Frequest_id%3D5678&duration=900", P3),
        ("response_url=https://p3/cp%3Frequest_id%3D5678&duration=900", P3),
        ("response_url=https://p3/a%20b?x=%20", "https://p3/a%20b?x=%20"),
        ("duration=900&response_url=HTTP://p3/cp", "HTTP://p3/cp"),
        ("response_url=", ""),
        ("duration=900", None),
        ("my_response_url=https://p3/1", None),
        ("", None),
    ],
)
def test_a_url_in_a_query_is_found_encoded_or_not(query: str, url: str | None) -> None:
    assert query_url(query) == url


@pytest.mark.parametrize(
    ("query", "changed"),
    [
        ("duration=900&response_url=https://p3/cp?a=1&b=2", "duration=900&response_url={}"),
        ("response_url=https://p3/cp?a=1&duration=9", "response_url={}&duration=9"),
        ("response_url=https%3A%2F%2Fp3&x=%20", "response_url={}&x=%20"),
        ("x=%20", "x=%20"),
    ],
)
def test_a_url_in_a_query_is_replaced_encoded(query: str, changed: str) -> None:
    encoded = "https%3A%2F%2Fhub.example%2Fcb%2F1"

    assert with_query_url(query, HUBS) == changed.format(encoded)
