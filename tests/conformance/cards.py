"""What the cases about tokens say again and again: cards, pushes of them, drivers at chargers."""

from typing import Any

from entrypoints.sandbox import Answer, Platform
from entrypoints.sandbox.charging import token
from entrypoints.sandbox.wire import Document
from tests.conformance.steps import Predicate, fresh, party_of, until

NEWER = "2026-03-01T00:00:00Z"


def a_card(owner: Platform, **fields: Any) -> Document:
    """A valid token of the platform's first party, RFID unless `type` says otherwise."""
    country_code, party_id = fields.pop("party", None) or party_of(owner)
    return token(country_code, party_id, fields.pop("uid", None) or fresh("T"), **fields)


def at(card: Document) -> tuple[str, str, str]:
    """The path of a token at a RECEIVER interface."""
    return card["country_code"], card["party_id"], card["uid"]


def typed(card: Document) -> str:
    """The query that says its type, where that is not the default."""
    return "" if card["type"] == "RFID" else f"type={card['type']}"


def put_card(owner: Platform, card: Document, **how: Any) -> Answer:
    """PUT the token, to the hub unless `to` says otherwise (None: open routing)."""
    to = how.pop("to", owner.hub.hub_party)
    query = how.pop("query", typed(card))
    return owner.hub.push("PUT", "tokens", at(card), card, to=to, query=query, **how)


def patch_card(owner: Platform, card: Document, change: Document, **how: Any) -> Answer:
    to = how.pop("to", owner.hub.hub_party)
    whole = {"last_updated": NEWER} | change
    return owner.hub.push("PATCH", "tokens", at(card), whole, to=to, query=typed(card), **how)


def own_card(owner: Platform, card: Document, query: str = "") -> Answer:
    """What the hub has of it, asked by its owner."""
    to = owner.hub.hub_party
    return owner.hub.get("tokens", at(card), query, to=to, role="RECEIVER")


def cards(reader: Platform, **how: Any) -> list[Document]:
    """The reader's whole list of tokens."""
    query = {"date_from": "2000-01-01T00:00:00Z"}
    pages = reader.hub.pages("tokens", query, to=reader.hub.hub_party, **how)
    return [card for page in pages for card in page.data]


def about_card(card: Document, method: str = "PUT") -> Predicate:
    """Whether a request pushes this token, of this type."""
    return lambda received: (
        (received.module, received.method) == ("tokens", method)
        and received.segments == at(card)
        and received.parameter("type", "RFID") == card["type"]
    )


def let_cards_pass(owner: Platform, *readers: Platform) -> None:
    """Wait until a later token has reached all readers: what did not come by then does not come."""
    later = a_card(owner)
    put_card(owner, later)
    for reader in readers:
        reader.wait_for(about_card(later), 60.0)


def known_to_hub(owner: Platform, card: Document) -> Document:
    """Push the token, and have it in the owner's own list too."""
    assert put_card(owner, card).ok
    owner.own("tokens", card)
    until(lambda: own_card(owner, card, typed(card)).ok)
    return card


def authorize(
    charger: Platform,
    card: Document,
    *,
    to: tuple[str, str] | None = None,
    references: Document | None = None,
    query: str | None = None,
) -> Answer:
    """Ask whether this card may charge; open routing unless `to` names its owner."""
    asked = typed(card) if query is None else query
    path = (card["uid"], "authorize")
    return charger.hub.push("POST", "tokens", path, references, to=to, query=asked, role="SENDER")


def questions(owner: Platform, card: Document) -> list[Any]:
    """The authorize requests for this card that came to its owner."""
    return [
        each
        for each in owner.received
        if each.method == "POST" and each.segments == (card["uid"], "authorize")
    ]
