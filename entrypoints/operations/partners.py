"""`ocpi-hub partner`: who is connected to the hub, and who is to be.

The commands work on the store that the running hub works on; partners that are called here call
back that hub, not this process.
"""

from collections.abc import Sequence
from datetime import timedelta

import click

from application.hub import Hub
from domain import errors
from domain.documents import JsonValue
from domain.partner import Invited, Partner
from domain.party import parse_role
from domain.times import format_time
from entrypoints.hub_api.pull_shapes import partner_with_pulls
from entrypoints.hub_api.shapes import (
    Shape,
    invitation_shape,
    partner_shape,
)
from entrypoints.operations.output import as_json, open_hub, print_json, print_one, print_table
from entrypoints.operations.pulls import print_pulls, quarantine, sync

_COLUMNS = ("id", "name", "state", "parties", "status", "reachable", "last_seen", "last_pull")
_NAMED = click.argument("partner", metavar="PARTNER")


@click.group()
def commands() -> None:
    """Invite and connect partners. PARTNER is an id, a name or a party such as DE-ABC."""


commands.add_command(sync)
commands.add_command(quarantine)


def _invited(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[Invited, ...]:
    try:
        return tuple(Invited(*parse_role(value)) for value in values)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), ctx, param) from wrong


@commands.command()
@click.option("--name", required=True, help="What the hub's operators call the partner.")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    callback=_invited,
    metavar="ROLE:CC:PID",
    help="A role that it may register, such as CPO:DE:ABC; may be repeated.",
)
@click.option("--days", type=click.IntRange(1, 365), default=14, show_default=True)
@click.option("--announce", is_flag=True, help="Tell others now that it is PLANNED.")
def invite(name: str, roles: Sequence[Invited], days: int, announce: bool) -> None:
    """Print an invitation, to be handed over safely.

    It is one JSON object: partner_id, token (OCPI's token A), versions_url.
    """
    administering, life = open_hub().administering, timedelta(days=days)
    invitation = administering.invite(name=name, roles=roles, life=life, announce=announce)
    print_json(invitation_shape(invitation))


@commands.command()
@click.option("--url", required=True, help="The partner's versions URL.")
@click.option("--token", required=True, help="Token A, as the partner gave it.")
@click.option("--name", required=True, help="What the hub's operators call the partner.")
@as_json
def connect(url: str, token: str, name: str, as_json: bool) -> None:
    """Register at a partner, now. Ends with 0 once registered."""
    partner = open_hub().connecting.connect(name=name, url=url, token=token)
    _tell(partner, as_json, f"registered at {partner.name} as {partner.id}: {_parties(partner)}")


@commands.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List every partner."""
    partners = open_hub().administering.everyone()
    if as_json:
        print_json([partner_shape(partner) for partner in partners])
        return
    print_table([_row(partner) for partner in partners], _COLUMNS)


@commands.command()
@_NAMED
@as_json
def show(partner: str, as_json: bool) -> None:
    """Show one partner, and what pulling its lists came to."""
    hub = open_hub()
    found = hub.administering.find(partner)
    reads = hub.synchronizing.known(found.id)
    if as_json:
        print_json(partner_with_pulls(found, reads))
        return
    print_one(partner_shape(found), as_json=False)
    if reads:
        click.echo()
        print_pulls(reads)


@commands.command()
@_NAMED
@as_json
def suspend(partner: str, as_json: bool) -> None:
    """Cut a partner off until it is resumed."""
    administering = open_hub().administering
    suspended = administering.suspend(administering.find(partner).id)
    _tell(suspended, as_json, f"{suspended.name} is suspended")


@commands.command()
@_NAMED
@as_json
def resume(partner: str, as_json: bool) -> None:
    """Undo a suspension."""
    administering = open_hub().administering
    resumed = administering.resume(administering.find(partner).id)
    _tell(resumed, as_json, f"{resumed.name} is connected again")


@commands.command()
@_NAMED
@as_json
def remove(partner: str, as_json: bool) -> None:
    """Tell a partner goodbye, and cut it off. What it owns stays in the hub."""
    administering = open_hub().administering
    removed = administering.remove(administering.find(partner).id)
    _tell(removed, as_json, f"{removed.name} is removed")


@commands.command()
@_NAMED
@click.option("--compromised", is_flag=True, help="End the old tokens at once, without a grace.")
@as_json
def rotate(partner: str, compromised: bool, as_json: bool) -> None:
    """Exchange new tokens with a partner, both ways."""
    hub = open_hub()
    named = hub.administering.find(partner)
    rotated = hub.connecting.rotate(named.id, compromised=compromised)
    _tell(rotated, as_json, f"{rotated.name} has new tokens")


@commands.command()
@click.argument("partner", metavar="[PARTNER]", required=False)
def announce(partner: str | None) -> None:
    """Tell a partner which parties it reaches, by PUT credentials; else all whose changed.

    Ends with 1 if one of them could not be told; the others are.
    """
    hub = open_hub()
    named = () if partner is None else (hub.administering.find(partner),)
    told = [_announced(hub, each) for each in named or hub.telling_roles.changed()]
    if not told:
        click.echo("every partner knows the parties that it reaches")
    if not all(told):
        click.get_current_context().exit(1)


@commands.command("stand-in")
@_NAMED
@click.option("--on/--off", "allowed", required=True, help="Whether the hub may.")
@as_json
def stand_in(partner: str, allowed: bool, as_json: bool) -> None:
    """Say whether the hub may answer for a partner's tokens when the partner cannot be asked."""
    administering = open_hub().administering
    changed = administering.let_stand_in(administering.find(partner).id, allowed=allowed)
    _tell(
        changed, as_json, f"{changed.name}: the hub {'stands' if allowed else 'does not stand'} in"
    )


@commands.command()
def reseal() -> None:
    """Seal every partner's token and every webhook's secret under the newest of HUB_SECRET_KEYS.

    Ends with 1 if one of them cannot be opened: no key of HUB_SECRET_KEYS is its own.
    """
    done = open_hub().resealing.reseal()
    secrets = f"{done.tokens} tokens and {done.webhooks} webhooks' secrets"
    click.echo(f"{secrets} are sealed under the newest key")
    for name in done.unreadable:
        click.echo(f"{name}: no key opens its secret", err=True)
    if done.unreadable:
        click.get_current_context().exit(1)


def _tell(partner: Partner, as_json: bool, line: str) -> None:
    if as_json:
        print_json(partner_shape(partner))
        return
    click.echo(line)


def _announced(hub: Hub, partner: Partner) -> bool:
    """Tell it; whether it took note."""
    try:
        hub.telling_roles.announce(partner.id)
    except errors.HubError as failure:
        click.echo(f"{partner.name} could not be told: {failure}", err=True)
        return False
    click.echo(f"{partner.name} is told of the parties that it reaches")
    return True


def _row(partner: Partner) -> Shape:
    pulls = [format_time(at) for _, at in partner.synced]
    row: dict[str, JsonValue] = {
        "parties": _parties(partner),
        "last_pull": max(pulls, default=None),
    }
    return {**partner_shape(partner), **row}


def _parties(partner: Partner) -> str:
    """`CPO DE-ABC, EMSP DE-ABC`: as registered, else as invited."""
    roles = partner.roles or partner.invited
    return ", ".join(f"{role.role.value} {str(role.party).replace('/', '-')}" for role in roles)
