"""`ocpi-hub lane`: how well sending to each partner and webhook goes."""

import click

from domain.documents import JsonValue, as_document
from entrypoints.hub_api.delivery.deliveries import lanes_of
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations.objects import LIMIT
from entrypoints.operations.output import as_json, open_hub, print_json, print_table

_COLUMNS = ("to", "class", "breaker", "failures_in_a_row", "probe_at", "reason")


@click.group()
def commands() -> None:
    """See lanes: all that is owed to one partner, or to one webhook, goes through one."""


@commands.command("list")
@click.option("--partner", help="Of one partner: its id, name or party.")
@LIMIT
@as_json
def list_(partner: str | None, limit: int, as_json: bool) -> None:
    """List lanes. `open`: held back, with the next probe; `trying`: a probe went well."""
    hub = open_hub()
    partner_id = None if partner is None else hub.administration.find(partner).id
    lanes = lanes_of(hub, partner_id)[:limit]
    if as_json:
        print_json(lanes)
        return
    print_table([{**lane, "to": _to(lane)} for lane in lanes], _COLUMNS)


def _to(lane: Shape) -> JsonValue:
    """The partner's first party, else its id; or where the webhook goes."""
    if lane["webhook"] is not None:
        return as_document(lane["webhook"])["url"]
    partner = as_document(lane["partner"])
    return partner["partner_id"] or partner["id"]
