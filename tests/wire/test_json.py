"""What comes in as JSON, what does not, and that numbers leave as they came."""

import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.ocpi.exact_json import dump, parse
from adapters.ocpi.exact_numbers import NumberAsWritten, is_ordinary
from domain.errors import MalformedJson


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"{bad", "not JSON"),
        (b"{'a':1}", "not JSON"),
        (b'{"a":1}{}', "not JSON"),
        (b"[01]", "not JSON"),
        (b"[1.]", "not JSON"),
        (b'["\n"]', "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'["\xff"]', "UTF-8"),
        ('{"a":1}'.encode("utf-16"), "UTF-8"),
        (b'{"price":NaN}', "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"[-Infinity]", "Infinity"),
        (b'{"a":1,"a":1}', "twice"),
        (b'[{"b":{"a":1,"\\u0061":2}}]', "twice"),
        (b'{"a"\n:1,"b":[],"a" \t:1}', "twice"),
        (b'{"a":{"b":1,"c":2},"a":{}}', "twice"),
    ],
)
def test_what_is_not_json_is_refused_by_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(MalformedJson, match=reason):
        parse(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":"\\":","b":[":",{"a":1}]}',
        b'{"a" : {"a" : {"a" : "\\" : "}}}',
        b'{"":1,"\\"":2,":":3,"\\":":4}',
    ],
)
def test_a_key_that_stands_twice_is_told_from_a_text_that_looks_like_one(raw: bytes) -> None:
    assert parse(raw) == json.loads(raw)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(
    keys=st.lists(st.sampled_from(["a", "b", '"', ":", '":', " "]), max_size=6),
    blanks=st.lists(st.sampled_from(["", " ", "\n", "\t", "\r"]), min_size=6, max_size=6),
)
def test_an_object_is_taken_where_each_key_stands_once(keys: list[str], blanks: list[str]) -> None:
    pairs = zip(keys, blanks, strict=False)
    members = ",".join(f'{blank}{json.dumps(key)}{blank}:"{blank.strip()}"' for key, blank in pairs)
    raw = f'[{{"outer":{{{members}}}}}]'.encode()

    if len(set(keys)) == len(keys):
        assert parse(raw) == json.loads(raw)
    else:
        with pytest.raises(MalformedJson, match="twice"):
            parse(raw)


@pytest.mark.parametrize(
    ("opening", "closing", "times"),
    [(b"[", b"]", 32), (b'{"a":', b"}", 32), (b'[{"a":', b"}]", 16)],
)
def test_thirty_two_levels_are_accepted_and_one_more_is_refused(
    opening: bytes, closing: bytes, times: int
) -> None:
    deep = opening * times + b"1" + closing * times
    parse(deep)

    with pytest.raises(MalformedJson, match="32"):
        parse(b"[" + deep + b"]")


@pytest.mark.parametrize("raw", [b"[" * 500 + b"]" * 500, b"[" * 1_000_000, b'{"a":' * 200_000])
def test_no_depth_brings_the_parser_down(raw: bytes) -> None:
    with pytest.raises(MalformedJson, match="32"):
        parse(raw)


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-0",
        "-0.0",
        "0.0",
        "0.0000000",
        "1.10",
        "16.0",
        "0.1234",
        "12345678901.1234",
        "0.30000000000000004",
        "1E+5",
        "1e5",
        "1E-7",
        "0.0000001",
        "1E+300000",
        "1E+99999999999999999999",
        "-1E-99999999999999999999",
        "9223372036854775807",
        "-9223372036854775809",
        "9" * 5000,
    ],
)
def test_a_number_leaves_with_the_digits_that_it_came_with(text: str) -> None:
    raw = f'{{"n":[{text}]}}'.encode()

    assert dump(parse(raw)) == raw


def test_a_million_digits_take_no_time() -> None:
    started = time.process_time()

    parse(b"1" + b"0" * 1_000_000)

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1", int), ("9223372036854775807", int), ("1.10", Decimal), ("-0.0", Decimal)]
    + [
        (text, NumberAsWritten)
        for text in ("-0", "1e5", "9223372036854775808", "1" * 21, "0.0000001")
    ],
)
def test_only_an_unusual_number_carries_its_text(text: str, kind: type) -> None:
    assert type(parse(text.encode())) is kind


def test_numbers_are_equal_by_value() -> None:
    assert parse(b'{"a":1.10,"b":1e2}') == parse(b'{"b":100.0,"a":1.1}')


@pytest.mark.parametrize(
    ("text", "ordinary"),
    [
        ("12345678901.1234", True),
        ("0.30000000000000004", True),
        ("1.7763568394002505E-15", True),
        ("0.1234567890123456789012345678901234", True),
        ("1234567890" * 6, True),
        ("-" + "1234567890" * 6, True),
        ("1234567890" * 6 + "1", False),
        ("1." + "1234567890" * 6, False),
        ("9.99E+60", True),
        ("1E+61", False),
        ("1E-60", True),
        ("9.9E-61", False),
        ("0E+60", True),
        ("0E-61", False),
        ("1E+300000", False),
        ("0E+300000", False),
        ("0E-300000", False),
        ("0.000", True),
        ("1E+99999999999999999999", False),
    ],
)
def test_a_known_field_takes_numbers_that_can_be_reckoned_with(text: str, ordinary: bool) -> None:
    number = parse(text.encode())

    assert isinstance(number, int | Decimal)
    assert is_ordinary(number) is ordinary


@pytest.mark.parametrize(
    "raw",
    ['"Köln\\n\\u0000\u2028😀"', '{"\\ud800":["\\udc00x"]}', '["\\ud83d"]', "[true,false,null]"],
)
def test_text_leaves_as_utf8_and_half_a_character_as_an_escape(raw: str) -> None:
    assert dump(parse(raw.encode())) == raw.encode()


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(VALUES)
def test_every_value_that_is_dumped_is_parsed_as_the_same(value: Any) -> None:
    assert parse(dump(value)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"a": (1, "x"), "b": []}, b'{"a":[1,"x"],"b":[]}'),
        ({"a": Decimal("1.10"), "b": ({"c": None},)}, b'{"a":1.10,"b":[{"c":null}]}'),
        (MappingProxyType({"a": (MappingProxyType({}), True)}), b'{"a":[{},true]}'),
    ],
)
def test_documents_of_the_hub_are_written_alike(value: Any, written: bytes) -> None:
    assert dump(value) == written


@pytest.mark.parametrize(
    "value",
    [1.5, {"a": [0.1]}, b"x", {1: 2}, {None: 1}, datetime(2026, 1, 31, tzinfo=UTC), {1, 2}]
    + [{"a": ({True: 1},)}, {"a": [{"b": {1: 2}}]}, {"a": (1.5,)}],
)
def test_what_has_no_exact_json_is_not_dumped(value: Any) -> None:
    with pytest.raises(TypeError):
        dump(value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_a_decimal_that_is_not_finite_is_not_dumped(text: str) -> None:
    with pytest.raises(ValueError, match="no JSON"):
        dump(Decimal(text))
