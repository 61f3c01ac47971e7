"""The one place where URLs to partners are made: each is an endpoint and what stands below it.

A partner writes the endpoint, another partner the rest. So the rest never leaves the endpoint's
path: not by `..`, in any spelling that a proxy or a server may decode, and not by a character that
ends a path. The endpoint itself stays as it was given, with its slash and its query.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NewType
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from domain import errors

OutboundUrl = NewType("OutboundUrl", str)
"""A URL that the hub may call. This module alone makes them."""

_PLAIN = re.compile(r"[A-Za-z0-9_~*-]*")
"""Most ids: nothing in them needs a second look."""

_TIMES_DECODED = 4
"""By the hub, by a proxy, by the server behind it, and once more."""

_OF_A_SEGMENT = "!$&'()*+,;=:@"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_WRITTEN_OUT = re.compile(r"%u([0-9A-Fa-f]{4})")
_SLASHES = re.compile(r"[/\\\u2044\u2215]")
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile("[^/?]*")
_GIVEN = re.compile(r"[!-\[\]-~]+")


def as_given(url: str) -> OutboundUrl:
    """A URL that a partner gave whole, for its own token: an endpoint, a Link, a `response_url`.

    What stands behind a `#` is never sent.

    :raises UnsafeUrl: if servers could read it in different ways.
    """
    if not _GIVEN.fullmatch(url):
        raise errors.UnsafeUrl("a URL is printable ASCII without a backslash; the rest is encoded")
    whole = url.partition("#")[0]
    if leads_astray(whole.partition("?")[0]):
        raise errors.UnsafeUrl("the path of a URL has no . or .. in it")
    return OutboundUrl(whole)


def below(endpoint: str, segments: Sequence[str] = (), query: str = "") -> OutboundUrl:
    """The endpoint, these plain segments below it, each encoded, and a raw query.

    :raises UnsafeUrl: if a segment is empty or leads elsewhere.
    """
    if not all(segments):
        raise errors.UnsafeUrl("an id is empty")
    for segment in segments:
        _refuse_astray(segment)
    return _joined(endpoint, [quote(segment, safe="") for segment in segments], query)


def relayed(endpoint: str, suffix: str = "", query: str = "") -> OutboundUrl:
    """The endpoint, and the raw path and query that another partner's request had (T-HTTP-6).

    :raises UnsafeUrl: if a segment leads elsewhere.
    """
    if suffix and not suffix.startswith("/"):
        raise errors.UnsafeUrl("a path begins with a slash")
    _refuse_astray(suffix)
    return _joined(endpoint, [_kept(raw) for raw in suffix.split("/")[1:]], query)


def linked(answered: OutboundUrl, link: str) -> OutboundUrl:
    """Where the Link of an answer leads, absolute or not: the token goes to no other host.

    :raises UnsafeUrl: if it leads to another host, or has a segment that leads elsewhere.
    """
    if leads_astray(re.split("[?#]", link, maxsplit=1)[0]):
        raise errors.UnsafeUrl("a Link has a segment that leads elsewhere")
    try:
        url = as_given(urljoin(answered, link))
        is_there = origin_of(url) == origin_of(answered)
    except ValueError:
        is_there = False
    if not is_there:
        raise errors.UnsafeUrl("a Link leads to another host")
    return url


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port.

    :raises ValueError: if there is no host, or a name and password before it.
    """
    parts = urlsplit(url)
    if not parts.hostname or "@" in parts.netloc:
        raise ValueError("no host alone")
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)


def target_of(url: OutboundUrl) -> str:
    """What a request line asks its host for: path and query, as they are."""
    target = _HOST.sub("", url.partition("://")[2], count=1)
    return target if target.startswith("/") else f"/{target}"


def leads_astray(text: str) -> bool:
    """Whether a server could read a way to somewhere else out of this part of a path.

    That is a `.` or `..` between slashes or backslashes, or a character that no path has. It is
    looked for in the text as it is, and as it becomes when it is decoded again and again.
    """
    if _PLAIN.fullmatch(text):
        return False
    for _ in range(_TIMES_DECODED):
        if _climbs(text):
            return True
        decoded = _decoded(text)
        if decoded is None or decoded == text:
            return decoded is None
        text = decoded
    return _climbs(text)


def are_plain(texts: Iterable[str]) -> bool:
    """Whether none of them needs a second look: most ids have letters, digits and dashes alone."""
    return _PLAIN.fullmatch("".join(texts)) is not None


def _refuse_astray(text: str) -> None:
    if leads_astray(text):
        raise errors.UnsafeUrl("an id leads out of the path that it stands in")


def _climbs(text: str) -> bool:
    """Servers that normalise Unicode read full-width dots and slashes as dots and slashes."""
    known = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if any(unicodedata.category(letter) == "Cc" for letter in known):
        return True
    return any(_is_up(piece.partition(";")[0]) for piece in _SLASHES.split(known))


def _is_up(piece: str) -> bool:
    """Some servers drop what follows a `;`, some drop spaces and dots at the end."""
    return "." in piece and not piece.strip(". ")


def _decoded(text: str) -> str | None:
    """Percent-decoded once; None where that is no UTF-8, as an overlong `.` is not."""
    escaped = _WRITTEN_OUT.sub(lambda found: chr(int(found[1], 16)), text)
    try:
        return unquote_to_bytes(escaped).decode()
    except UnicodeError:
        return None


def _joined(endpoint: str, segments: Sequence[str], query: str) -> OutboundUrl:
    """Exactly one slash goes between the two; without segments the endpoint keeps its own."""
    whole = as_given(endpoint)
    path, _, own = whole.partition("?")
    if segments:
        path = "/".join((path.removesuffix("/"), *segments))
    if not segments and not query:
        return whole
    joined = "&".join(part for part in (own, _kept(query, "/?", "latin-1")) if part)
    return OutboundUrl(f"{path}?{joined}" if joined else path)


def _kept(raw: str, more: str = "", encoding: str = "utf-8") -> str:
    """As it came; what a URL cannot have there as it is becomes encoded, a lone `%` too."""
    well_formed = _LONE_PERCENT.sub("%25", raw)
    try:
        return quote(well_formed, safe=f"{_OF_A_SEGMENT}%{more}", encoding=encoding)
    except UnicodeEncodeError as unwritable:
        raise errors.UnsafeUrl("a query has bytes, not characters") from unwritable
