"""`ocpi-hub delivery`: what is owed to whom, why it is still owed, and trying it again."""

import click

from application.hub import Hub
from domain import errors
from domain.deliveries import Delivery
from entrypoints.hub_api.shapes import Shape, attempt_shape, delivery_shape
from entrypoints.operations.output import (
    as_json,
    open_hub,
    print_attempts,
    print_json,
    print_one,
    print_table,
)
from entrypoints.operations.words import STATES

_COLUMNS = ("short_id", "receiver", "object", "state", "attempts", "since", "due", "reason")
_NAMED = click.argument("delivery", metavar="ID")
_PARTNER = click.option("--partner", help="Of one partner: its id, name or party.")


@click.group()
def commands() -> None:
    """See what is owed, and have it tried again. ID is the long or the short id of a delivery."""


@commands.command("list")
@_PARTNER
@click.option("--state", type=STATES)
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@as_json
def list_(partner: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """List what is not delivered yet, or what is in one state, oldest first."""
    hub = open_hub()
    partner_id = hub.administering.find(partner).id if partner is not None else None
    owed = hub.watching.owed(partner_id=partner_id, state=state, limit=limit)
    if as_json:
        print_json([delivery_shape(delivery) for delivery in owed])
        return
    print_table([_row(delivery) for delivery in owed], _COLUMNS)


@commands.command()
@_NAMED
@as_json
def show(delivery: str, as_json: bool) -> None:
    """Show one delivery: every attempt of a CDR's, of others how the last one ended."""
    hub = open_hub()
    found = _find(hub, delivery)
    made = hub.watching.attempts(found) if found.handover is not None else ()
    shape = delivery_shape(found)
    if as_json:
        tries: Shape = {"tries": [attempt_shape(attempt) for attempt in made]} if made else {}
        print_json({**shape, **tries})
        return
    print_one(shape, as_json=False)
    print_attempts(made)


@commands.command()
@click.argument("delivery", metavar="[ID]", required=False)
@_PARTNER
def retry(delivery: str | None, partner: str | None) -> None:
    """Try one delivery now, or all that one partner is owed."""
    if (delivery is None) == (partner is None):
        raise click.UsageError("name either one delivery or --partner")
    hub = open_hub()
    if delivery is not None:
        hub.watching.retry(_find(hub, delivery).id)
        click.echo("it is tried again now")
        return
    found = hub.administering.find(str(partner))
    click.echo(f"{hub.watching.retry_all(found.id)} tried again now")


@commands.command()
@_NAMED
def park(delivery: str) -> None:
    """Hold back a CDR that is due, until somebody retries it."""
    hub = open_hub()
    if not hub.watching.park(_find(hub, delivery).id):
        raise errors.WrongState("only a CDR that is due can be parked")
    click.echo("it is held back until it is retried")


def _find(hub: Hub, name: str) -> Delivery:
    delivery = hub.watching.find(name)
    if delivery is None:
        raise errors.UnknownObject(f"nothing is owed by the name of {name!r}")
    return delivery


def _row(delivery: Delivery) -> Shape:
    reason = delivery.last.reason if delivery.last is not None else None
    return {**delivery_shape(delivery), "object": str(delivery.key), "reason": reason}
