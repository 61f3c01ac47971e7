"""`ocpi-hub limits`: what partners have made use of in this minute."""

import click

from domain.documents import JsonValue, as_document
from entrypoints.hub_api.partners.limits import limits_of
from entrypoints.operations.output import as_json, open_hub, print_json, print_table

_COLUMNS = ("of", "class", "limit", "used", "frees_in_s")


@click.command()
@click.argument("partner", metavar="[PARTNER]", required=False)
@as_json
def limits(partner: str | None, as_json: bool) -> None:
    """See what a partner, else each of them, uses of its limits, the nearest to one first.

    USED is of this minute and all web processes, a second old at most; a dash: Redis is away. LIMIT
    is as the settings of this command have it; a dash: none.
    """
    hub = open_hub()
    rows = limits_of(hub, None if partner is None else hub.administration.find(partner).id)
    if as_json:
        print_json(rows)
        return
    print_table([{**row, "of": _of(row["partner"])} for row in rows], _COLUMNS)


def _of(partner: JsonValue) -> JsonValue:
    """The partner's first party, else its id."""
    named = as_document(partner)
    return named["partner_id"] or named["id"]
