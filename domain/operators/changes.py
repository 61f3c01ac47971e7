"""What an act changed, as the audit trail tells it: the fields that differ, and never a secret."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlsplit

from domain.documents import Document, JsonValue, same_json
from domain.noted_text import storable

MOST = 16_384
"""Characters of one state at most: of what is longer there is its hash."""
_SECRET = frozenset({"token", "secret", "password", "authorization"})
_PASSING = frozenset({"last_seen", "reachable", "status", "pulled", "lane"})
"""What changes by itself is no part of what an act did."""


@dataclass(frozen=True)
class Subject:
    """What an act is about: its name for people, and how it looks at the moment."""

    name: str = ""
    shape: Document = field(default_factory=dict)


def changes(before: Document, after: Document) -> tuple[str, str]:
    """The fields that differ, as JSON before and after; empty where there is nothing to tell."""
    names = sorted({*before, *after} - _PASSING)
    differ = [each for each in names if not same_json(before.get(each), after.get(each))]
    return (
        told({each: before[each] for each in differ if each in before}),
        told({each: after[each] for each in differ if each in after}),
    )


def told(document: Document) -> str:
    """A JSON object in one line, without secrets; empty for an empty one."""
    if not document:
        return ""
    text = json.dumps(_told(document), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    if len(text) <= MOST:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps({"characters": len(text), "sha256": digest})


def _told(value: JsonValue) -> object:
    """Numbers that are not integers become texts with every digit."""
    if isinstance(value, Mapping):
        return {
            storable(name): _told(each)
            for name, each in value.items()
            if name.lower() not in _SECRET
        }
    if isinstance(value, str):
        return _without_secrets(storable(value))
    if isinstance(value, Sequence):
        return [_told(each) for each in value]
    return f"{value:f}" if isinstance(value, Decimal) else value


def _without_secrets(text: str) -> str:
    """Of a URL neither the user's part nor the query: both may hold a secret."""
    if not text.lower().startswith(("http://", "https://")):
        return text
    try:
        place = urlsplit(text)
    except ValueError:
        return "a URL that cannot be read"
    query = "..." if place.query else ""
    host = place.netloc.rpartition("@")[2]
    return place._replace(netloc=host, query=query, fragment="").geturl()
