"""`ocpi-hub session`: what is being charged, and what the watchdogs found (D-21)."""

from collections.abc import Sequence

import click

from domain.documents import Document
from domain.objects.sessions import Session
from domain.objects.stored import Stored
from entrypoints.hub_api.objects.shapes import watched_shape
from entrypoints.hub_api.shapes import Shape, party_text
from entrypoints.operations.objects import (
    LIMIT,
    NAMED,
    found,
    key_of,
    list_command,
    print_document,
)
from entrypoints.operations.output import as_json, open_hub, print_json, print_table

_COLUMNS = ("owner", "id", "status", "reader", "last_updated")
_WATCHED = ("owner", "id", "status", "reader", "heard", "last_updated")


@click.group()
def commands() -> None:
    """See sessions. The hub says what is amiss and does nothing: it closes and bills none."""


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


def _row(document: Document) -> Shape:
    session = Session(document)
    return {
        "owner": party_text(session.owner),
        "id": session.id,
        "status": session.status,
        "reader": party_text(session.reader),
        "last_updated": session.last_updated,
    }


commands.add_command(list_command("sessions", _COLUMNS, _row))
