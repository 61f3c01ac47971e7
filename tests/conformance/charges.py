"""What the cases about sessions and CDRs say again and again: who charges, who pays, what came."""

from typing import Any

from domain.partners.approval import Invited
from domain.partners.party import parse_role
from entrypoints.sandbox import Answer, Platform, Received
from entrypoints.sandbox.charging import cdr, cdr_token, session
from entrypoints.sandbox.wire import Document
from tests.conformance.running import MS1, RunningHub
from tests.conformance.steps import Predicate, fresh, party_of

AWAY = (200, 4003)
SOONER, LATER = "2026-01-15T07:59:59Z", "2026-03-01T00:00:00Z"
_BEGINNING = "2000-01-01T00:00:00Z"


def a_session(owner: Platform, driver: tuple[str, str] = MS1, **fields: Any) -> Document:
    """An active session of the platform's first party with a card of `driver`."""
    country_code, party_id = party_of(owner)
    fields = {"cdr_token": cdr_token(*driver)} | fields
    return session(country_code, party_id, fields.pop("id", None) or fresh("S"), **fields)


def a_cdr(owner: Platform, driver: tuple[str, str] = MS1, **fields: Any) -> Document:
    """A bill of the platform's first party for a card of `driver`."""
    country_code, party_id = party_of(owner)
    fields = {"cdr_token": cdr_token(*driver)} | fields
    return cdr(country_code, party_id, fields.pop("id", None) or fresh("CDR"), **fields)


def announced(hub: RunningHub, role: str = "EMSP") -> tuple[str, str]:
    """A party that is PLANNED: the operators have told all partners that it is to come."""
    party = hub.free_party()
    invited = Invited(*parse_role(":".join((role, *party))))
    hub.inside.hub.administration.invite(name="-".join(party), roles=[invited], announce=True)
    return party


def payer(item: Document) -> tuple[str, str]:
    """The party whose card it was."""
    return item["cdr_token"]["country_code"], item["cdr_token"]["party_id"]


def place(item: Document) -> tuple[str, str, str]:
    return item["country_code"], item["party_id"], item["id"]


def put(owner: Platform, item: Document, **how: Any) -> Answer:
    """PUT the session TO the party whose card it is, unless `to` says otherwise (None: no TO)."""
    to = how.pop("to", payer(item))
    return owner.hub.push("PUT", "sessions", place(item), item, to=to, **how)


def patch(owner: Platform, item: Document, change: Document, **how: Any) -> Answer:
    """PATCH the session TO the party whose card it is, unless `to` says otherwise."""
    to = how.pop("to", payer(item))
    whole = {"last_updated": LATER} | change
    return owner.hub.push("PATCH", "sessions", place(item), whole, to=to, **how)


def prefer(driver: Platform, item: Document, wish: Document, **how: Any) -> Answer:
    """PUT charging preferences, TO the session's owner unless `to` says otherwise."""
    to = how.pop("to", (item["country_code"], item["party_id"]))
    path = (item["id"], "charging_preferences")
    return driver.hub.push("PUT", "sessions", path, wish, to=to, role="SENDER", **how)


def post(owner: Platform, item: Document | bytes, to: tuple[str, str] | None = MS1) -> Answer:
    """POST the CDR; `to` None: open routing."""
    return owner.hub.push("POST", "cdrs", (), item, to=to)


def of_location(reader: Platform, answer: Answer) -> Answer:
    """What is behind the Location of an answered POST, asked with the reader's own token."""
    url = answer.headers["location"]
    return reader.hub.call("GET", url, token=reader.hub.peer.token)


def own_session(owner: Platform, item: Document) -> Answer:
    """What the hub has of it, asked by its owner."""
    return owner.hub.get("sessions", place(item), to=owner.hub.hub_party, role="RECEIVER")


def sessions(reader: Platform, **how: Any) -> list[Document]:
    """The reader's whole list of sessions."""
    return _all(reader, "sessions", **how)


def cdrs(reader: Platform, **how: Any) -> list[Document]:
    """The reader's whole list of CDRs."""
    return _all(reader, "cdrs", **how)


def _all(reader: Platform, module: str, **how: Any) -> list[Document]:
    query = {"date_from": _BEGINNING}
    pages = reader.hub.pages(module, query, to=reader.hub.hub_party, **how)
    return [item for page in pages for item in page.data]


def lists(found: list[Document], item: Document) -> bool:
    """Whether the item, or one of the same key, is among those found."""
    return place(item) in [place(each) for each in found]


def about_session(item: Document, method: str = "") -> Predicate:
    """Whether a request pushes this session."""
    return lambda received: (
        (received.module, received.role) == ("sessions", "RECEIVER")
        and received.method in ((method,) if method else ("PUT", "PATCH"))
        and received.segments == place(item)
    )


def about_cdr(item: Document) -> Predicate:
    """Whether a request is the POST of this CDR."""
    return lambda received: (
        (received.module, received.method) == ("cdrs", "POST")
        and place(received.json()) == place(item)
    )


def told(reader: Platform, item: Document) -> list[Received]:
    """Every push of the session that the reader got."""
    return list(filter(about_session(item), reader.received))


def billed(reader: Platform, item: Document) -> list[Received]:
    """Every POST of the CDR that the reader got."""
    return list(filter(about_cdr(item), reader.received))


def effects(reader: Platform, item: Document) -> int:
    """How often the reader acted upon a POST of this CDR, from the first time it had it on."""
    return len({each.body for each in billed(reader, item) if each.applied})


def let_sessions_pass(owner: Platform, *readers: Platform) -> None:
    """Wait until a later session has reached each: what did not come by then does not come."""
    for reader in readers:
        later = a_session(owner, party_of(reader))
        assert put(owner, later, to=owner.hub.hub_party).ok
        reader.wait_for(about_session(later), 60.0)


def let_cdrs_pass(owner: Platform, *readers: Platform) -> None:
    """Wait until a later CDR has reached each: what did not come by then does not come."""
    for reader in readers:
        later = a_cdr(owner, party_of(reader))
        assert post(owner, later, to=owner.hub.hub_party).ok
        reader.wait_for(about_cdr(later), 60.0)
