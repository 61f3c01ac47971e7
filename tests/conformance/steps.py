"""What the conformance cases say again and again, in one word each."""

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from entrypoints.sandbox import Answer, Party, Platform, Received
from entrypoints.sandbox.fixtures import connector, evse, location
from entrypoints.sandbox.routing import next_page
from entrypoints.sandbox.wire import Document

Predicate = Callable[[Received], bool]
OK = (200, 1000)
CREATED = (201, 1000)
INVALID = (200, 2001)


def outcome(answer: Answer) -> tuple[int, int]:
    """HTTP status and OCPI status code."""
    return answer.status, answer.code


def parties(answer: Answer) -> tuple[tuple[str, str], tuple[str, str]]:
    """TO and FROM of an answer; empty strings where a header is missing."""
    names = ("ocpi-to-country-code", "ocpi-to-party-id")
    to = answer.headers.get(names[0], ""), answer.headers.get(names[1], "")
    names = ("ocpi-from-country-code", "ocpi-from-party-id")
    return to, (answer.headers.get(names[0], ""), answer.headers.get(names[1], ""))


def party_of(platform: Platform) -> tuple[str, str]:
    """The platform's first party."""
    first: Party = platform.profile.parties[0]
    return first.id


def fresh(word: str = "LOC") -> str:
    """An id that no other test has."""
    return f"{word}-{uuid4().hex[:10].upper()}"


def a_location(owner: Platform, **fields: Any) -> Document:
    """A valid location of the platform's first party, with an id of its own."""
    country_code, party_id = party_of(owner)
    return location(country_code, party_id, fields.pop("id", None) or fresh(), **fields)


def with_evses(count: int) -> list[Document]:
    return [evse(f"EVSE{number + 1}") for number in range(count)]


def one_plug(**fields: Any) -> list[Document]:
    return [evse(connectors=[connector(**fields)])]


def parking_place(**fields: Any) -> Document:
    needed = {"id": "P1", "vehicle_types": ["TRUCK"]}
    return needed | {"restricted_to_type": False, "reservation_required": False} | fields


def ids(answer: Answer) -> list[str]:
    return [item["id"] for item in answer.data]


def link_query(answer: Answer) -> dict[str, str]:
    """The parameters of the Link that OCPI knows: not the hub's mark of where the page ended."""
    query = dict(parse_qsl(urlsplit(next_page(answer)).query))
    query.pop("hub_after", None)
    return query


def status(value: str, at: str = "2026-02-01T00:00:00Z") -> Document:
    return {"status": value, "last_updated": at}


def place(item: Document, *below: str) -> tuple[str, ...]:
    """The path of a location, or of a part of it, at a RECEIVER interface."""
    return (item["country_code"], item["party_id"], item["id"], *below)


def put(owner: Platform, item: Document, **how: Any) -> Answer:
    """PUT a whole location, to the hub unless `to` says otherwise (None: open routing)."""
    to = how.pop("to", owner.hub.hub_party)
    return owner.hub.push("PUT", "locations", place(item), item, to=to, **how)


def patch(owner: Platform, item: Document, *below: str, change: Document, **how: Any) -> Answer:
    """PATCH a location or a part of it, at the hub unless `to` says otherwise."""
    to = how.pop("to", owner.hub.hub_party)
    return owner.hub.push("PATCH", "locations", place(item, *below), change, to=to, **how)


def own_copy(owner: Platform, item: Document, *below: str) -> Answer:
    """What the hub has of it, asked by its owner."""
    to = owner.hub.hub_party
    return owner.hub.get("locations", place(item, *below), to=to, role="RECEIVER")


def listed(reader: Platform, item: Document, *, from_: tuple[str, str] | None = None) -> Document:
    """The location in the reader's GET ALL. :raises LookupError: if it is not there."""
    window = {"date_from": "2000-01-01T00:00:00Z"}
    for page in reader.hub.pages("locations", window, to=reader.hub.hub_party, from_=from_):
        for found in page.data:
            if place(found) == place(item):
                return dict(found)
    raise LookupError(item["id"])


def is_listed(reader: Platform, item: Document) -> bool:
    try:
        return bool(listed(reader, item))
    except LookupError:
        return False


def about(item: Document, *below: str, method: str = "") -> Predicate:
    """Whether a request pushes this very location, or this very part of it."""
    wanted = tuple(part.upper() for part in place(item, *below))

    def fits(received: Received) -> bool:
        named = tuple(segment.upper() for segment in received.segments)
        return _is_push(received) and named == wanted and method in ("", received.method)

    return fits


def pushed(reader: Platform, item: Document) -> list[Received]:
    """Every push of the location, or of parts of it, that the reader got."""
    wanted = tuple(part.upper() for part in place(item))
    return [
        received
        for received in reader.received
        if _is_push(received) and tuple(map(str.upper, received.segments[:3])) == wanted
    ]


def _is_push(received: Received) -> bool:
    return received.module == "locations" and received.method in ("PUT", "PATCH")


def until(condition: Callable[[], object], within_s: float = 8.0) -> None:
    """Return as soon as `condition` holds."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def let_pass(owner: Platform, readers: Iterable[Platform]) -> None:
    """Wait until a later push has reached all readers: what did not come by then does not come."""
    later = a_location(owner)
    assert outcome(put(owner, later)) == CREATED
    for reader in readers:
        reader.wait_for(about(later), 60.0)
