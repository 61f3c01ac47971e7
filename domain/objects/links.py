"""A partner's `Link` header: where its list goes on (RFC 8288, as OCPI uses it).

Read from left to right without a way back: however it is written, it costs no more than its length.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from domain.errors import PartnerUnusable

LONGEST = 8192
"""Characters of a header that are read; OCPI's own URLs have 255."""

_COUNTS = ("x-total-count", "x-limit")
_LONGEST_COUNT = 18


class _Link(NamedTuple):
    """One target, and what is written behind it up to the next."""

    target: str
    parameters: str


def next_link(header: str) -> str | None:
    """The target of `<...>; rel="next"`, or None.

    :raises PartnerUnusable: if the header is too long to be read: what follows is not known then.
    """
    if len(header) > LONGEST:
        raise PartnerUnusable(f"its Link header is longer than {LONGEST} characters")
    return next((link.target for link in _links(header) if _is_next(link.parameters)), None)


def counts_of(headers: Mapping[str, str]) -> dict[str, str]:
    """X-Total-Count and X-Limit of a page, by their lower-case names, where they are numbers."""
    return {name: text for name in _COUNTS if _is_count(text := headers.get(name, ""))}


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= _LONGEST_COUNT


def _links(header: str) -> Iterator[_Link]:
    """Every target of the header, in its order."""
    start = header.find("<")
    while start >= 0:
        end = header.find(">", start)
        if end < 0:
            return
        next_start = header.find("<", end)
        upto_next = next_start if next_start > 0 else None
        yield _Link(header[start + 1 : end], header[end + 1 : upto_next])
        start = next_start


def _is_next(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "rel":
            return "next" in value.strip('", \t').lower().split()
    return False
