"""`ocpi-hub session`: what is being charged, and what the watchdogs found (D-21)."""

from collections.abc import Sequence
from datetime import datetime

import click

from domain.objects.sessions import Session
from domain.objects.stored import Stored
from domain.partners.party import PartyId
from entrypoints.hub_api.shapes import Shape, party_text, watched_shape
from entrypoints.operations.objects import (
    LIMIT,
    NAMED,
    filters,
    found,
    key_of,
    listed,
    page_of,
    print_document,
)
from entrypoints.operations.output import as_json, open_hub, print_json, print_table

_COLUMNS = ("owner", "id", "status", "reader", "last_updated")
_WATCHED = ("owner", "id", "status", "reader", "heard", "last_updated")


@click.group()
def commands() -> None:
    """See sessions. The hub says what is amiss and does nothing: it closes and bills none."""


@commands.command("list")
@filters
@as_json
def list_(
    party: PartyId | None,
    date_from: datetime | None,
    date_to: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """List sessions, in order of creation."""
    documents = listed(open_hub(), "sessions", page_of(date_from, date_to, limit), party)
    if as_json:
        print_json(documents)
        return
    print_table([_row(Session(document)) for document in documents], _COLUMNS)


@commands.command()
@NAMED
@as_json
def show(named: str, as_json: bool) -> None:
    """Show one session, named by its owner and id, as the hub has it."""
    print_document(found(open_hub(), key_of("sessions", named)).body)


@commands.command()
@LIMIT
@as_json
def quiet(limit: int, as_json: bool) -> None:
    """List sessions that are not over and were not heard of for 24 hours."""
    _print_watched(open_hub().session_watchdog.quiet(limit=limit), as_json)


@commands.command()
@LIMIT
@as_json
def unbilled(limit: int, as_json: bool) -> None:
    """List sessions that are COMPLETED for 24 hours and that no CDR names."""
    _print_watched(open_hub().session_watchdog.unbilled(limit=limit), as_json)


def _print_watched(watched: Sequence[Stored], as_json: bool) -> None:
    shapes = [watched_shape(stored) for stored in watched]
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
