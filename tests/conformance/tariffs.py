"""Tariffs as the conformance cases need them: pushed, deleted, listed, waited for."""

from entrypoints.sandbox import Answer, Platform, Received
from entrypoints.sandbox.charging import tariff
from entrypoints.sandbox.wire import Document
from tests.conformance.steps import Predicate, fresh, party_of, place

NEWER = "2026-02-01T00:00:00Z"


def a_tariff(owner: Platform, **fields: object) -> Document:
    """A valid tariff of the platform's first party, with an id of its own."""
    country_code, party_id = party_of(owner)
    return tariff(country_code, party_id, fresh("T"), **fields)


def put_tariff(owner: Platform, item: Document, **how: object) -> Answer:
    """PUT, to the hub unless `to` says otherwise (None: open routing)."""
    return _push(owner, "PUT", item, item, **how)


def delete_tariff(owner: Platform, item: Document, **how: object) -> Answer:
    return _push(owner, "DELETE", item, None, **how)


def _push(
    owner: Platform, method: str, item: Document, body: Document | None, **how: object
) -> Answer:
    to = how.pop("to", owner.hub.hub_party)
    return owner.hub.push(method, "tariffs", place(item), body, to=to)  # type: ignore[arg-type]


def own_tariff(owner: Platform, item: Document) -> Answer:
    """What the hub has of it, asked by its owner."""
    return owner.hub.get("tariffs", place(item), to=owner.hub.hub_party, role="RECEIVER")


def is_listed(reader: Platform, item: Document) -> bool:
    """Whether it is in the reader's GET ALL."""
    window = {"date_from": "2000-01-01T00:00:00Z"}
    pages = reader.hub.pages("tariffs", window, to=reader.hub.hub_party)
    return any(place(found) == place(item) for page in pages for found in page.data)


def about_tariff(item: Document, method: str) -> Predicate:
    """Whether a request does this to this tariff."""
    return lambda received: (
        (received.module, received.method) == ("tariffs", method)
        and received.segments == place(item)
    )


def heard(reader: Platform, item: Document) -> list[Received]:
    """Everything that the reader was told of it."""
    return [
        each
        for each in reader.received
        if each.module == "tariffs" and each.segments == place(item) and each.method != "GET"
    ]


def let_tariffs_pass(owner: Platform, *readers: Platform) -> None:
    """Wait until a later tariff has reached all readers: what has not come by then does not."""
    later = a_tariff(owner)
    assert put_tariff(owner, later).ok
    for reader in readers:
        reader.wait_for(about_tariff(later, "PUT"), 60.0)


def known(owner: Platform, item: Document, *readers: Platform) -> Document:
    """The tariff, once the hub has it and the readers do."""
    assert put_tariff(owner, item).ok
    for reader in readers:
        reader.wait_for(about_tariff(item, "PUT"), 60.0)
        reader.clear()
    return item
