"""What the commands that show partners' objects have in common: lists, single objects, their names.

An operator sees everything; `--party` shows what one party would see.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import click

from adapters.ocpi import exact_json
from application.hub import Hub
from domain.documents import Document, as_document
from domain.objects.paging import PageRequest
from domain.objects.stored import ObjectKey, Stored
from domain.partners.party import PartyId
from entrypoints.hub_api.listing import check_period
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations.output import as_json, open_hub, print_json, print_table
from entrypoints.operations.words import MomentParam, PartyParam

LIMIT = click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
NAMED = click.argument("named", metavar="DE-ABC/ID")
_FILTERS = (
    click.option("--party", type=PartyParam(), help="What this party may see."),
    click.option("--date-from", type=MomentParam(), help="Last updated then or later."),
    click.option("--date-to", type=MomentParam(), help="Last updated earlier than that."),
    LIMIT,
)


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that each list of objects has, in the words of the hub API."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def list_command(
    module: str, columns: Sequence[str], row: Callable[[Document], Shape]
) -> click.Command:
    """`list` of a module: its objects as JSON, or a row each."""

    @click.command("list", help=f"List {module}, in order of creation.")
    @filters
    @as_json
    def list_(
        party: PartyId | None,
        date_from: datetime | None,
        date_to: datetime | None,
        limit: int,
        as_json: bool,
    ) -> None:
        documents = _listed(open_hub(), module, page_of(date_from, date_to, limit), party)
        if as_json:
            print_json(documents)
            return
        print_table([row(document) for document in documents], columns)

    return list_


def page_of(date_from: datetime | None, date_to: datetime | None, limit: int) -> PageRequest:
    """The first objects of that time. :raises InvalidParameter: if there is no time in it."""
    check_period(date_from, date_to, "--date-from", "--date-to")
    return PageRequest(0, limit, date_from, date_to, most_bytes=sys.maxsize)


def key_of(module: str, text: str) -> ObjectKey:
    """The object of `DE-ABC/ID`; the id may have slashes in it."""
    party, slash, name = text.partition("/")
    if not slash or not name:
        raise click.BadParameter(f"{text!r}: write it as DE-ABC/ID")
    return ObjectKey(module, PartyParam().convert(party, None, None), name)


def found(hub: Hub, key: ObjectKey) -> Stored:
    """The object itself. :raises UnknownObject: if there is none."""
    return hub.object_reader.of_owner(key, viewer=hub.object_reader.viewer(hub.party.party))


def print_document(body: bytes) -> None:
    """The bytes that came, as they came."""
    click.echo(body.decode())


def _listed(hub: Hub, module: str, request: PageRequest, party: PartyId | None) -> list[Document]:
    """The objects of a module that the party may list, None: all."""
    reader = hub.party.party if party is None else hub.partner_names.party(party)
    page = hub.object_reader.page(module, request, viewer=hub.object_reader.lister(module, reader))
    return [as_document(exact_json.parse(body)) for body in page.items]
