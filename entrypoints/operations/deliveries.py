"""`ocpi-hub delivery`: what is owed to whom, why it is still owed, and trying it again."""

from collections.abc import Mapping
from typing import Any

import click

from application.hub import Hub
from domain import errors
from domain.delivery.deliveries import Delivery, DeliveryState, is_of_cdr
from entrypoints.hub_api.delivery.shapes import attempt_shape, delivery_row, delivery_shape
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations.acting import acts
from entrypoints.operations.output import (
    as_json,
    open_hub,
    print_attempts,
    print_json,
    print_one,
    print_table,
    say,
)
from entrypoints.operations.words import STATE

_COLUMNS = (
    *("short_id", "to", "what", "state", "attempts", "http", "ocpi", "since"),
    *("breaker", "failures", "next_probe", "behind", "why"),
)
_NAMED = click.argument("delivery", metavar="ID")


def _check_one(given: Mapping[str, Any]) -> None:
    if (given["delivery"] is None) == (given["partner"] is None):
        raise click.UsageError("name either one delivery or --partner")


_PARTNER = click.option("--partner", help="Of one partner: its id, name or party.")


@click.group()
def commands() -> None:
    """See what is owed, and have it tried again. ID is the long or the short id of a delivery."""


@commands.command("list")
@_PARTNER
@STATE
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@as_json
def list_(partner: str | None, state: DeliveryState | None, limit: int, as_json: bool) -> None:
    """List what is not delivered yet, or what is in one state, oldest first, and why.

    BREAKER, FAILURES and NEXT PROBE are the lane's; BEHIND is the CDR that goes first.
    """
    hub = open_hub()
    partner_id = hub.administration.find(partner).id if partner is not None else None
    owed = hub.delivery_overview.owed(partner_id=partner_id, state=state, limit=limit)
    names, lanes = Names.of(hub), hub.delivery_overview.health()
    if as_json:
        print_json([delivery_shape(delivery, names, lanes) for delivery in owed])
        return
    print_table([delivery_row(delivery, names, lanes) for delivery in owed], _COLUMNS)


@commands.command()
@_NAMED
@as_json
def show(delivery: str, as_json: bool) -> None:
    """Show one delivery: every attempt of a CDR's, of others how the last one ended."""
    hub = open_hub()
    found = _find(hub, delivery)
    made = hub.delivery_overview.attempts(found) if is_of_cdr(found) else ()
    shape = delivery_shape(found, Names.of(hub), hub.delivery_overview.health())
    if as_json:
        tries: Shape = {"tries": [attempt_shape(attempt) for attempt in made]} if made else {}
        print_json({**shape, **tries})
        return
    print_one(shape, as_json=False)
    print_attempts(made)


@commands.command()
@click.argument("delivery", metavar="[ID]", required=False)
@_PARTNER
@as_json
@acts("delivery.retry", check=_check_one)
def retry(delivery: str | None, partner: str | None, as_json: bool) -> None:
    """Try one delivery now, or all that one partner is owed."""
    hub = open_hub()
    if delivery is not None:
        hub.delivery_overview.retry(_find(hub, delivery).id)
        _tell(hub, delivery, as_json, "it is tried again now")
        return
    found = hub.administration.find(str(partner))
    retried = hub.delivery_overview.retry_all(found.id)
    say({"retried": retried}, as_json, f"{retried} tried again now")


@commands.command()
@_NAMED
@as_json
@acts("delivery.park")
def park(delivery: str, as_json: bool) -> None:
    """Park a CDR that is due: it waits until an operator retries it."""
    hub = open_hub()
    if not hub.delivery_overview.park(_find(hub, delivery).id):
        raise errors.WrongState("only a CDR that is due can be parked")
    _tell(hub, delivery, as_json, "it is parked until it is retried")


def _find(hub: Hub, name: str) -> Delivery:
    delivery = hub.delivery_overview.find(name)
    if delivery is None:
        raise errors.UnknownObject(f"nothing is owed by the name of {name!r}")
    return delivery


def _tell(hub: Hub, name: str, as_json: bool, line: str) -> None:
    shape = delivery_shape(_find(hub, name), Names.of(hub), hub.delivery_overview.health())
    say(shape, as_json, line)
