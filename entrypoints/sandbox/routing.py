"""Message routing headers and page links as OCPI 2.3.0 writes them, for both directions."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from entrypoints.sandbox.wire import Answer

PartyId = tuple[str, str]
"""Country code and party id. An empty half is left out of the headers."""

OMITTED: Final[PartyId] = ("", "")
"""As `from_`: send no OCPI-from headers at all."""

Query = Mapping[str, object] | str

_NEXT: Final = re.compile(r'<([^<>]*)>\s*;\s*rel="?next"?')


def routing_headers(to: PartyId, from_: PartyId) -> dict[str, str]:
    """The four headers; an empty half is left out."""
    halves = {
        "OCPI-to-country-code": to[0],
        "OCPI-to-party-id": to[1],
        "OCPI-from-country-code": from_[0],
        "OCPI-from-party-id": from_[1],
    }
    return {name: half for name, half in halves.items() if half}


def next_page(page: Answer) -> str:
    """The URL of the next page; empty on the last one."""
    found = _NEXT.search(page.headers.get("link", ""))
    return found[1] if found else ""


def located(url: str, segments: tuple[str, ...], query: Query) -> str:
    """`url` with plain `segments` below it, percent-encoded, exactly one slash between."""
    path = "/".join((url.rstrip("/"), *(quote(segment, safe="") for segment in segments)))
    asked = query if isinstance(query, str) else urlencode(query)
    return f"{path}?{asked}" if asked else path
