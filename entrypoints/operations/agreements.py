"""`ocpi-hub agreement`: which parties see each other, where HUB_AGREEMENTS=required asks for it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import click

from domain import errors
from domain.partners.agreements import Agreement, Fee
from domain.partners.party import PartyId
from entrypoints.hub_api.partners.shapes import agreement_shape
from entrypoints.operations.acting import acts
from entrypoints.operations.output import as_json, open_hub, print_json, print_table, say
from entrypoints.operations.words import CurrencyParam, ExactParam, PartyParam

_COLUMNS = ("id", "one", "other", "made", "fees")


_ONE = click.argument("one", type=PartyParam(), metavar="PARTY")
_OTHER = click.argument("other", type=PartyParam(), metavar="PARTY")


def _check_name(given: Mapping[str, Any]) -> None:
    _id_of(given["named"])


@click.group()
def commands() -> None:
    """Say which parties may exchange data. A PARTY is written as DE-ABC."""


@commands.command()
@_ONE
@_OTHER
@as_json
@acts("agreement.add")
def add(one: PartyId, other: PartyId, as_json: bool) -> None:
    """Let two parties see each other, from now on."""
    hub = open_hub()
    made = hub.administration.agree(hub.partner_names.party(one), hub.partner_names.party(other))
    if as_json:
        print_json(agreement_shape(made))
        return
    click.echo(f"{made.id} is agreed")


@commands.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List every agreement, oldest first."""
    agreed = open_hub().administration.agreed()
    if as_json:
        print_json([agreement_shape(made) for made in agreed])
        return
    print_table([{**agreement_shape(made), "fees": _fees(made)} for made in agreed], _COLUMNS)


@commands.command()
@click.argument("named", nargs=-1, required=True, metavar="ID | PARTY PARTY")
@as_json
@acts("agreement.remove", check=_check_name)
def remove(named: tuple[str, ...], as_json: bool) -> None:
    """End an agreement, named by its id or by its two parties; they are strangers at once."""
    agreement_id = _id_of(named)
    if not open_hub().administration.disagree(agreement_id):
        raise errors.UnknownObject(f"there is no agreement {agreement_id}")
    say({"id": agreement_id}, as_json, f"{agreement_id} is ended")


@commands.command()
@click.argument("named", nargs=-1, required=True, metavar="ID | PARTY PARTY")
@click.option("--currency", type=CurrencyParam(), required=True, help="Such as EUR.")
@click.option("--fixed", type=ExactParam(), default="0", show_default=True, help="For each CDR.")
@click.option(
    "--percent", type=ExactParam(), default="0", show_default=True, help="Of before_taxes."
)
@as_json
@acts("agreement.fee", check=_check_name)
def fee(
    named: tuple[str, ...], currency: str, fixed: Decimal, percent: Decimal, as_json: bool
) -> None:
    """Set the hub's share of the two parties' CDRs in a currency; it counts from the next CDR."""
    priced = open_hub().administration.price(_id_of(named), Fee(currency, fixed, percent))
    if as_json:
        print_json(agreement_shape(priced))
        return
    click.echo(f"{priced.id}: {_fees(priced)}")


def _fees(made: Agreement) -> str:
    """`0.10 EUR + 1.5 %`, for each currency."""
    return ", ".join(f"{fee.fixed:f} {fee.currency} + {fee.percent:f} %" for fee in made.fees)


def _id_of(named: tuple[str, ...]) -> str:
    parties = tuple(named[0].split("~")) if len(named) == 1 else named
    if len(parties) != 2:
        raise click.UsageError("name one agreement by its id, or by its two parties")
    one, other = (PartyParam().convert(each, None, None) for each in parties)
    return Agreement.id_of(one, other)
