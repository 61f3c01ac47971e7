"""`ocpi-hub location`: where to charge, as owners have written it."""

import click

from adapters.ocpi import exact_json
from domain.documents import Document, as_document
from domain.objects.paging import PageRequest
from domain.partners.party import PartyId
from entrypoints.hub_api.objects.search import location_query, shown
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations.objects import (
    LIMIT,
    NAMED,
    found,
    key_of,
    list_command,
    print_document,
)
from entrypoints.operations.output import as_json, open_hub, print_json, print_table
from entrypoints.operations.words import PartyParam

_COLUMNS = ("owner", "id", "name", "city", "evses", "last_updated")
_HITS = ("distance_m", *_COLUMNS)
_SEARCHED = {
    "lat": "Latitude of a point.",
    "lon": "Longitude of a point.",
    "radius_m": "How far from the point, in metres.",
    "bbox": "west,south,east,north in degrees.",
    "connector_type": "OCPI's name of a plug; several with commas.",
    "min_power_w": "Watts at least.",
    "status": "OCPI's status of an EVSE; several with commas.",
    "operator": "The operator's name.",
}


@click.group()
def commands() -> None:
    """See locations. One is named by its owner and id, DE-ABC/LOC1."""


@commands.command()
@NAMED
@click.argument("evse", required=False)
@click.argument("connector", required=False)
@as_json
def show(named: str, evse: str | None, connector: str | None, as_json: bool) -> None:
    """Show a location, an EVSE (by uid or evse_id) or a connector, as its owner wrote it."""
    hub = open_hub()
    stored = found(hub, key_of("locations", named))
    uid = None if evse is None else hub.object_reader.evse_uid(stored, evse)
    path = tuple(step for step in (uid, connector) if step is not None)
    print_document(hub.object_reader.part(stored, path))


def _search(limit: int, as_json: bool, party: PartyId | None, **given: str | None) -> None:
    """Find published locations by place, plug, power and availability, nearest first."""
    hub = open_hub()
    query = location_query(
        [(name, text) for name, text in given.items() if text is not None],
        PageRequest(0, limit),
        viewer=hub.object_reader.viewer(hub.party.party),
        owner=None if party is None else hub.partner_names.party(party),
    )
    found = hub.charger_search.search(query).page
    hits = [as_document(exact_json.parse(shown(hit))) for hit in found]
    if as_json:
        print_json(hits)
        return
    rows = [{**_row(as_document(hit["location"])), "distance_m": hit["distance_m"]} for hit in hits]
    print_table(rows, _HITS)


search = as_json(LIMIT(_search))
search = click.option("--party", type=PartyParam(), help="Of this owner.")(search)
for _name, _help in reversed(_SEARCHED.items()):
    search = click.option(f"--{_name.replace('_', '-')}", _name, help=_help)(search)
commands.command("search")(search)


def _row(document: Document) -> Shape:
    evses = document.get("evses") or ()
    return {
        **document,
        "owner": f"{document['country_code']}-{document['party_id']}",
        "evses": len(evses) if isinstance(evses, list | tuple) else 0,
    }


commands.add_command(list_command("locations", _COLUMNS, _row))
