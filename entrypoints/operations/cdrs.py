"""`ocpi-hub cdr`: what the hub answers for with money, what became of each, and that none is lost.

`verify` ends with 1 where anything is missing or damaged, so that a timer can watch over it.
"""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from adapters.ocpi import exact_json
from application.cdrs.accounting import CdrWithDelivery
from application.cdrs.search import CdrQuery, Contested
from domain import errors
from domain.cdrs.custody import Count
from domain.delivery.deliveries import DeliveryState
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId
from entrypoints.hub_api.cdrs.shapes import (
    conflict_shape,
    count_shape,
    doubtful_shape,
    handed_shape,
    listed_shape,
    sums_of,
)
from entrypoints.hub_api.listing import check_period
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape, party_text
from entrypoints.operations.acting import acts
from entrypoints.operations.objects import filters, page_of, print_document
from entrypoints.operations.output import (
    as_json,
    in_words,
    open_hub,
    print_attempts,
    print_json,
    print_one,
    print_table,
    say,
)
from entrypoints.operations.words import (
    STATE,
    CurrencyParam,
    ExactParam,
    MomentParam,
    PartyParam,
    SessionParam,
    cdr_named,
)

_COLUMNS = (
    *("ref", "cdr", "session", "receiver", "kwh", "total", "currency", "state", "attempts"),
    *("received_at", "next_attempt", "reason"),
)
_SUMS = ("currency", "cdrs", "kwh", "total")
_CONFLICTS = ("ref", "cdr", "partner", "received_at", "differs")
_DOUBTFUL = ("ref", "cdr", "receiver", "state", "received_at", "reasons")
_LIMIT = click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
_NAMED = click.argument("cdr", metavar="REF | DE-ABC/ID")


def _check_replay(given: Mapping[str, Any]) -> None:
    cdr, party, since = given["cdr"], given["party"], given["since"]
    if (cdr is None) == (party is None) or (party is None) != (since is None):
        raise click.UsageError("name either one CDR, or --party and --since")


@click.group()
def commands() -> None:
    """See what became of CDRs. REF is the end of a CDR's Location; DE-ABC/ID its owner and id."""


@commands.command("list")
@click.option("--party", type=PartyParam(), help="Billed or owed by one party.")
@STATE
@click.option("--session", type=SessionParam(), help="That bills this session.")
@click.option("--since", type=MomentParam(), help="Received on that day or later.")
@click.option("--before", type=MomentParam(), help="Received before that day or time.")
@click.option("--least", type=ExactParam(), help="Whose total with taxes is this or more.")
@click.option("--most", type=ExactParam(), help="Whose total with taxes is this or less.")
@click.option("--currency", type=CurrencyParam(), help="In this currency, such as EUR.")
@_LIMIT
@as_json
def list_(
    as_json: bool, state: DeliveryState | None, party: PartyId | None, **further: Any
) -> None:
    """List CDRs, oldest first, and what those shown come to; refused ones (declined) too."""
    check_period(further["since"], further["before"], "--since", "--before")
    hub = open_hub()
    query = CdrQuery(
        party=None if party is None else hub.partner_names.party(party),
        state=state,
        **further,
    )
    found = hub.cdr_search.listed(query)
    listed = [listed_shape(handed) for handed in found]
    if as_json:
        print_json(listed)
        return
    print_table(
        [{**row, **_in_words(each)} for row, each in zip(listed, found, strict=True)], _COLUMNS
    )
    click.echo()
    print_table(sums_of(found), _SUMS)


@commands.command()
@filters
@as_json
def export(
    party: PartyId | None,
    date_from: datetime | None,
    date_to: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """Print CDRs in custody as they came, a line each, in order of acceptance; --json: one list."""
    hub = open_hub()
    billed = None if party is None else hub.partner_names.party(party)
    page = hub.cdr_accounting.page(page_of(date_from, date_to, limit), party=billed)
    if as_json:
        click.echo(f"[{','.join(body.decode() for body in page.items)}]")
        return
    for body in page.items:
        click.echo(exact_json.dump(exact_json.parse(body)).decode())


@commands.command()
@_NAMED
@click.option("--document", is_flag=True, help="The CDR itself, as the bytes that came.")
@as_json
def show(cdr: str, document: bool, as_json: bool) -> None:
    """Show one CDR's delivery, with every attempt; or the CDR itself."""
    handed = open_hub().cdr_accounting.find(cdr_named(cdr), by=None)
    if document:
        print_document(handed.filed.body)
        return
    shape = handed_shape(handed)
    if as_json:
        print_json(shape)
        return
    print_one({**shape, **_in_words(handed), "attempts": len(handed.attempts)}, as_json=False)
    print_attempts(handed.attempts)


@commands.command()
@as_json
def verify(as_json: bool) -> None:
    """Hash every CDR again, and count them against deliveries; exit 1 if they do not add up."""
    count = open_hub().cdr_accounting.verify()
    if as_json:
        print_json(count_shape(count))
    else:
        _print_count(count)
    sys.exit(0 if count.adds_up else 1)


@commands.command()
@click.argument("cdr", metavar="[REF | DE-ABC/ID]", required=False)
@click.option("--party", type=PartyParam(), help="All that this party was to get.")
@click.option("--since", type=MomentParam(), help="With --party: received on that day or later.")
@as_json
@acts("cdr.replay", check=_check_replay)
def replay(cdr: str | None, party: PartyId | None, since: datetime | None, as_json: bool) -> None:
    """Deliver again, delivered or not: one CDR, or all of a party's since a time."""
    hub = open_hub()
    accounting = hub.cdr_accounting
    if party is not None and since is not None:
        replayed = accounting.replay_since(hub.partner_names.party(party), since)
        say({"replayed": replayed}, as_json, f"{replayed} to be delivered again")
        return
    handed = accounting.find(cdr_named(str(cdr)), by=None)
    if not accounting.replay(handed.filed.ref):
        raise errors.WrongState("it was refused at once, or waits behind what it credits")
    again = handed_shape(accounting.find(handed.filed.ref, by=None))
    say(again, as_json, "it is to be delivered again")


@commands.command()
@_LIMIT
@as_json
def conflicts(limit: int, as_json: bool) -> None:
    """List CDRs that were refused because another one had their id, newest first.

    DIFFERS names each field that is not as in the one that has the id: that one's value, then its.
    """
    hub = open_hub()
    found, names = hub.cdr_search.conflicts(limit=limit), Names.of(hub)
    if as_json:
        print_json([conflict_shape(each, names) for each in found])
        return
    print_table([_conflict_row(each, names) for each in found], _CONFLICTS)


@commands.command()
@_LIMIT
@as_json
def doubtful(limit: int, as_json: bool) -> None:
    """List CDRs that people should look at, newest first, with the reasons."""
    found = open_hub().doubtful_cdrs.listed(limit=limit)
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


def _in_words(handed: CdrWithDelivery) -> Shape:
    """What people read otherwise than programs: the CDR's name, and that it is parked by age."""
    state = "not owed yet" if handed.delivery is None else handed.delivery.state.value
    aged = " (parked by age)" if handed.is_parked_by_age else ""
    return {"cdr": _cdr_text(handed.filed.key), "state": f"{state}{aged}"}


def _conflict_row(contested: Contested, names: Names) -> Shape:
    conflict = contested.conflict
    differs = [
        f"{each.path}: {in_words(each.one)} -> {in_words(each.other)}" for each in contested.differs
    ]
    return {
        **conflict_shape(contested, names),
        "cdr": _cdr_text(conflict.key),
        "partner": names.in_short(conflict.partner_id),
        "differs": "; ".join(differs),
    }


def _cdr_text(key: ObjectKey) -> str:
    return f"{party_text(key.owner)}/{key.id}"


def _print_count(count: Count) -> None:
    for name, value in count_shape(count).items():
        if isinstance(value, int) and not isinstance(value, bool):
            click.echo(f"{name.replace('_', ' ')}: {value}")
    for ref in count.damaged:
        click.echo(f"damaged: {ref}")
    for ref in count.unowed:
        click.echo(f"not owed: {ref}")
    click.echo("it adds up" if count.adds_up else "it does NOT add up")
