"""`ocpi-hub session`: what is being charged, and what the watchdogs found (D-21)."""

import sys
from collections.abc import Sequence

import click

from adapters.ocpi import json
from domain.documents import as_document
from domain.objects import Stored
from domain.paging import PageRequest
from domain.party import PartyId
from domain.sessions import Session
from entrypoints.hub_api.shapes import Shape, party_text, watched_shape
from entrypoints.operations.output import as_json, open_hub, print_json, print_table
from entrypoints.operations.words import Party

_COLUMNS = ("owner", "id", "status", "reader", "last_updated")
_WATCHED = ("country_code", "party_id", "id", "status", "reader", "heard", "last_updated")
_LIMIT = click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)


@click.group()
def commands() -> None:
    """See sessions. The hub says what is amiss and does nothing: it closes and bills none."""


@commands.command("list")
@click.option("--party", type=Party(), help="That one party owns, or whose token is its.")
@_LIMIT
@as_json
def list_(party: PartyId | None, limit: int, as_json: bool) -> None:
    """List sessions, in order of creation."""
    hub = open_hub()
    viewer = hub.serving.lister("sessions", party or hub.party.party)
    asked = PageRequest(offset=0, limit=limit, most_bytes=sys.maxsize)
    page = hub.serving.page("sessions", asked, viewer=viewer)
    documents = [as_document(json.parse(body)) for body in page.items]
    if as_json:
        print_json(documents)
        return
    print_table([_row(Session(document)) for document in documents], _COLUMNS)


@commands.command()
@_LIMIT
@as_json
def quiet(limit: int, as_json: bool) -> None:
    """List sessions that are not over and were not heard of for 24 hours."""
    _print_watched(open_hub().minding.quiet(limit=limit), as_json)


@commands.command()
@_LIMIT
@as_json
def unbilled(limit: int, as_json: bool) -> None:
    """List sessions that are COMPLETED for 24 hours and that no CDR names."""
    _print_watched(open_hub().minding.unbilled(limit=limit), as_json)


def _print_watched(found: Sequence[Stored], as_json: bool) -> None:
    shapes = [watched_shape(stored) for stored in found]
    if as_json:
        print_json(shapes)
        return
    print_table(shapes, _WATCHED)


def _row(session: Session) -> Shape:
    return {
        "owner": party_text(session.owner),
        "id": session.id,
        "status": session.status,
        "reader": party_text(session.reader),
        "last_updated": session.last_updated,
    }
