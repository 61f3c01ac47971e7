"""Replacing a `response_url` where it stands, so that not one other byte of a request changes.

The operator that is asked has no credentials for the platform that asks, so it must answer to the
hub (H-CM-1); everything else of the request is not the hub's to touch (R-7).
"""

import re
from json import JSONDecoder
from typing import NamedTuple
from urllib.parse import quote, unquote

_NAME = "response_url"
_PARAMETER = re.compile(rf"(?:^|&){_NAME}=")
_DURATION = re.compile(r"(?:^|&)duration=")
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = JSONDecoder(parse_int=str, parse_float=str)


class _Span(NamedTuple):
    """Where a value stands: its first character, and the one behind it."""

    start: int
    end: int


def with_body_url(body: bytes, url: str) -> bytes:
    """The JSON object with this `response_url`: in the place of its own, else as its first member.

    `body` was parsed before, so it is known to be a JSON object without a key twice.
    """
    text = body.decode()
    written = f'"{url}"'
    found = _value_of(text)
    if found is not None:
        return f"{text[: found.start]}{written}{text[found.end :]}".encode()
    inside = text.index("{") + 1
    more = "" if text[_skip(text, inside)] == "}" else ","
    return f'{text[:inside]}"{_NAME}":{written}{more}{text[inside:]}'.encode()


def _value_of(text: str) -> _Span | None:
    """Where the value of the top-level member stands."""
    at = _skip(text, text.index("{") + 1)
    while text[at] == '"':
        name, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        if name == _NAME:
            return _Span(start, end)
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return None


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


def query_url(query: str) -> str | None:
    """The `response_url` of a raw query, decoded; None without one (H-CP-1).

    The specification's own example does not encode it: then it is all that follows, as it is, but
    for a `duration` that has not come before.
    """
    place = _place(query)
    if place is None:
        return None
    value = query[place.start : place.end]
    return value if _is_plain(value) else unquote(value)


def with_query_url(query: str, url: str) -> str:
    """The raw query with this URL, encoded, in the place of its own."""
    place = _place(query)
    if place is None:
        return query
    return f"{query[: place.start]}{quote(url, safe='')}{query[place.end :]}"


def _place(query: str) -> _Span | None:
    found = _PARAMETER.search(query)
    if found is None:
        return None
    start = found.end()
    upto_next = query[start:].partition("&")[0]
    if not _is_plain(query[start:]):
        return _Span(start, start + len(upto_next))
    if _DURATION.search(query[: found.start()]) is None:
        later = _DURATION.search(query, start)
        if later is not None:
            return _Span(start, later.start())
    return _Span(start, len(query))


def _is_plain(value: str) -> bool:
    """Whether a URL was written as it is, not percent-encoded."""
    first = value.partition("&")[0].lower()
    return first.startswith(("http://", "https://")) and ("?" in first or "%3f" not in first)
