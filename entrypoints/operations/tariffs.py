"""`ocpi-hub tariff`: what charging costs, as owners have written it."""

from datetime import datetime

import click

from domain.documents import Document
from entrypoints.hub_api.objects.shapes import quote_shape
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations.objects import (
    NAMED,
    found,
    key_of,
    list_command,
    print_document,
)
from entrypoints.operations.output import as_json, open_hub, print_one
from entrypoints.operations.words import MomentParam

_COLUMNS = ("owner", "id", "currency", "type", "last_updated")


@click.group()
def commands() -> None:
    """See tariffs. One is named by its owner and id, DE-ABC/T1."""


@commands.command()
@NAMED
@as_json
def show(named: str, as_json: bool) -> None:
    """Show a tariff, as its owner wrote it."""
    print_document(found(open_hub(), key_of("tariffs", named)).body)


@commands.command()
@click.argument("location", metavar="DE-ABC/LOCATION")
@click.argument("evse")
@click.argument("connector")
@click.option("--at", type=MomentParam(), help="The moment; now unless given.")
@as_json
def quote(location: str, evse: str, connector: str, at: datetime | None, as_json: bool) -> None:
    """Say what charging costs at a connector."""
    hub = open_hub()
    stored = found(hub, key_of("locations", location))
    path = (hub.object_reader.evse_uid(stored, evse), connector)
    quote = hub.tariff_quotes.quote(stored, path, reader=hub.party.party, at=at)
    print_one(quote_shape(quote), as_json=as_json)


def _row(document: Document) -> Shape:
    return {**document, "owner": f"{document['country_code']}-{document['party_id']}"}


commands.add_command(list_command("tariffs", _COLUMNS, _row))
