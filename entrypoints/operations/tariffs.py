"""`ocpi-hub tariff`: what charging costs, as owners have written it."""

from datetime import datetime

import click

from domain.documents import Document
from domain.partners.party import PartyId
from entrypoints.hub_api.shapes import Shape, quote_shape
from entrypoints.operations.objects import (
    NAMED,
    filters,
    found,
    key_of,
    listed,
    page_of,
    print_document,
)
from entrypoints.operations.output import as_json, open_hub, print_json, print_one, print_table
from entrypoints.operations.words import Moment

_COLUMNS = ("owner", "id", "currency", "type", "last_updated")


@click.group()
def commands() -> None:
    """See tariffs. One is named by its owner and id, DE-ABC/T1."""


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
    """List tariffs, in order of creation."""
    documents = listed(open_hub(), "tariffs", page_of(date_from, date_to, limit), party)
    if as_json:
        print_json(documents)
        return
    print_table([_row(document) for document in documents], _COLUMNS)


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
@click.option("--at", type=Moment(), help="The moment; now unless given.")
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
