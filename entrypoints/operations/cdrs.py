"""`ocpi-hub cdr`: what the hub answers for with money, what became of each, and that none is lost.

`verify` ends with 1 where anything is missing or damaged, so that a timer can watch over it.
"""

import sys
from datetime import datetime

import click

from application.accounting import Handed
from domain import errors
from domain.custody import Count
from domain.deliveries import DeliveryState
from domain.objects import ObjectKey
from domain.party import PartyId
from entrypoints.hub_api.custody_shapes import (
    conflict_shape,
    count_shape,
    doubtful_shape,
    handed_shape,
    listed_shape,
)
from entrypoints.hub_api.shapes import Shape, party_text
from entrypoints.operations.output import (
    as_json,
    open_hub,
    print_attempts,
    print_json,
    print_one,
    print_table,
)
from entrypoints.operations.words import STATES, Moment, Party

_COLUMNS = ("ref", "cdr", "receiver", "state", "attempts", "received_at", "next_attempt", "reason")
_CONFLICTS = ("ref", "cdr", "partner", "received_at", "sha256")
_DOUBTFUL = ("ref", "cdr", "receiver", "state", "received_at", "reasons")
_LIMIT = click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
_NAMED = click.argument("cdr", metavar="REF | DE-ABC/ID")


@click.group()
def commands() -> None:
    """See what became of CDRs. REF is the end of a CDR's Location; DE-ABC/ID its owner and id."""


@commands.command("list")
@click.option("--party", type=Party(), help="Billed or owed by one party.")
@click.option("--state", type=STATES)
@click.option("--since", type=Moment(), help="Received on that day or later.")
@_LIMIT
@as_json
def list_(
    party: PartyId | None,
    state: str | None,
    since: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """List CDRs, oldest first; refused ones (state declined) too."""
    wanted = None if state is None else DeliveryState(state)
    found = open_hub().accounting.listed(party=party, state=wanted, since=since, limit=limit)
    listed = [listed_shape(handed) for handed in found]
    if as_json:
        print_json(listed)
        return
    print_table(
        [{**row, **_in_words(each)} for row, each in zip(listed, found, strict=True)], _COLUMNS
    )


@commands.command()
@_NAMED
@as_json
def show(cdr: str, as_json: bool) -> None:
    """Show one CDR's delivery, with every attempt."""
    handed = open_hub().accounting.find(_name_of(cdr), by=None)
    shape = handed_shape(handed)
    if as_json:
        print_json(shape)
        return
    print_one({**shape, **_in_words(handed), "attempts": len(handed.attempts)}, as_json=False)
    print_attempts(handed.attempts)


@commands.command()
@as_json
def verify(as_json: bool) -> None:
    """Hash every CDR again and count them against their deliveries; exit 1 if it is not even."""
    count = open_hub().accounting.verify()
    if as_json:
        print_json(count_shape(count))
    else:
        _print_count(count)
    sys.exit(0 if count.adds_up else 1)


@commands.command()
@click.argument("cdr", metavar="[REF | DE-ABC/ID]", required=False)
@click.option("--party", type=Party(), help="All that this party was to get.")
@click.option("--since", type=Moment(), help="With --party: received on that day or later.")
def replay(cdr: str | None, party: PartyId | None, since: datetime | None) -> None:
    """Hand over again, whatever became of it: one CDR, or all of a party's since a time."""
    if (cdr is None) == (party is None) or (party is None) != (since is None):
        raise click.UsageError("name either one CDR, or --party and --since")
    accounting = open_hub().accounting
    if party is not None and since is not None:
        click.echo(f"{accounting.replay_since(party, since)} handed over again")
        return
    handed = accounting.find(_name_of(str(cdr)), by=None)
    if not accounting.replay(handed.filed.ref):
        raise errors.WrongState("it was refused at once, or waits behind what it credits")
    click.echo("it is handed over again")


@commands.command()
@_LIMIT
@as_json
def conflicts(limit: int, as_json: bool) -> None:
    """List CDRs that were refused because another one had their id, newest first."""
    found = open_hub().accounting.conflicts(limit=limit)
    if as_json:
        print_json([conflict_shape(conflict) for conflict in found])
        return
    rows = [{**conflict_shape(each), "cdr": _cdr_text(each.key)} for each in found]
    print_table(rows, _CONFLICTS)


@commands.command()
@_LIMIT
@as_json
def doubtful(limit: int, as_json: bool) -> None:
    """List CDRs that people should look at, newest first, with the reasons; none is held back."""
    found = open_hub().doubting.listed(limit=limit)
    if as_json:
        print_json([doubtful_shape(each) for each in found])
        return
    rows = [
        {
            **doubtful_shape(each),
            "cdr": _cdr_text(each.filed.key),
            "reasons": "; ".join(each.reasons),
        }
        for each in found
    ]
    print_table(rows, _DOUBTFUL)


def _in_words(handed: Handed) -> Shape:
    """What people read otherwise than programs: the CDR's name, and that it is parked by age."""
    state = "not owed yet" if handed.delivery is None else handed.delivery.state.value
    aged = " (parked by age)" if handed.is_parked_by_age else ""
    return {"cdr": _cdr_text(handed.filed.key), "state": f"{state}{aged}"}


def _cdr_text(key: ObjectKey) -> str:
    return f"{party_text(key.owner)}/{key.id}"


def _name_of(text: str) -> ObjectKey | str:
    """A ref has no slash in it; ids may have some."""
    party, slash, cdr_id = text.partition("/")
    return ObjectKey("cdrs", Party().convert(party, None, None), cdr_id) if slash else text


def _print_count(count: Count) -> None:
    for name, value in count_shape(count).items():
        if isinstance(value, int) and not isinstance(value, bool):
            click.echo(f"{name.replace('_', ' ')}: {value}")
    for ref in count.damaged:
        click.echo(f"damaged: {ref}")
    for ref in count.unowed:
        click.echo(f"not owed: {ref}")
    click.echo("it adds up" if count.adds_up else "it does NOT add up")
