"""`ocpi-hub figures`: how many requests there were, how they ended, how long they took."""

from datetime import datetime
from typing import Any

import click

from domain.journal.figures import Figure, Span
from domain.journal.legs import Direction
from entrypoints.hub_api.journal.figures import MOST_FIGURES, figure_query, figure_shape
from entrypoints.hub_api.journal.shapes import OPERATOR
from entrypoints.hub_api.listing import check_period
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations.output import as_json, open_hub, print_json, print_table
from entrypoints.operations.tracing import outcome_option
from entrypoints.operations.words import MomentParam

_BY = click.Choice([each.value for each in Span])
_DIRECTION = click.Choice([each.value for each in Direction])


@click.command()
@click.option("--by", type=_BY, default=Span.HOUR.value, show_default=True)
@click.option("--partner", help="At the other end: its id, name or party.")
@click.option("--direction", type=_DIRECTION, help="in: the hub was called; out: the hub called.")
@click.option("--module", help="Of one module, such as cdrs.")
@outcome_option
@click.option(
    "--since", type=MomentParam(), help="From then on: 2h or 3d ago, a day or a UTC time."
)
@click.option("--before", type=MomentParam(), help="Before this day or UTC time.")
@click.option("--limit", type=click.IntRange(1, MOST_FIGURES), default=1_000, show_default=True)
@as_json
def figures(
    by: str,
    partner: str | None,
    direction: str | None,
    since: datetime | None,
    before: datetime | None,
    limit: int,
    as_json: bool,
    **asked: Any,
) -> None:
    """Count requests by minute (kept 8 days) or hour (400 days), partner, module and outcome.

    Of the last day by hours, or the last hour by minutes, unless --since says another time.
    """
    hub = open_hub()
    check_period(since, before, "--since", "--before")
    query = figure_query(Span(by), since, before, hub.tracer.clock.now())._replace(
        partner_id=None if partner is None else hub.administration.find(partner).id,
        direction=None if direction is None else Direction(direction),
        **asked,
    )
    found, names = hub.tracer.figures(query, limit=limit), Names.of(hub)
    rows = [figure_shape(each, names) for each in found]
    if as_json:
        print_json(rows)
        return
    lines = zip(found, rows, strict=True)
    print_table([{**row, **_in_words(figure, names)} for figure, row in lines], _COLUMNS)


_COLUMNS = ("at", "direction", "partner", "module", "outcome", "count", "mean_ms", "p95_ms")


def _in_words(figure: Figure, names: Names) -> Shape:
    partner_id = figure.slot.partner_id
    known = partner_id not in ("", OPERATOR)
    longer = {} if figure.within_ms(0.95) else {"p95_ms": "> 10000"}
    other = "unknown" if figure.slot.direction is Direction.IN else "a webhook"
    return {"partner": names.in_short(partner_id) if known else partner_id or other, **longer}
