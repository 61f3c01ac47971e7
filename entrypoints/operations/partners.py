"""`ocpi-hub partner`: who is connected to the hub, and who is to be.

The commands work on the store that the running hub works on; partners that are called here call
back that hub, not this process.
"""

from collections.abc import Sequence

import click

from domain.documents import JsonValue
from domain.partners.partner import Partner
from domain.times import format_time
from entrypoints.hub_api.partners.partners import announced
from entrypoints.hub_api.partners.shapes import partner_shape, partner_with_pulls
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations import letting_in
from entrypoints.operations.acting import acts
from entrypoints.operations.letting_in import NAMED, parties_of, tell
from entrypoints.operations.output import as_json, open_hub, print_json, print_table, say
from entrypoints.operations.partner_words import print_partner
from entrypoints.operations.pulls import print_pulls, quarantine, remarks, sync

_COLUMNS = ("id", "name", "state", "parties", "status", "reachable", "last_seen", "last_pull")


@click.group()
def commands() -> None:
    """Invite and connect partners. PARTNER is an id, a name or a party such as DE-ABC."""


commands.add_command(sync)
commands.add_command(quarantine)
commands.add_command(remarks)
for _command in letting_in.COMMANDS:
    commands.add_command(_command)


@commands.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List every partner, oldest first."""
    partners = open_hub().administration.all_partners()
    if as_json:
        print_json([partner_shape(partner) for partner in partners])
        return
    print_table([_row(partner) for partner in partners], _COLUMNS)


@commands.command()
@NAMED
@as_json
def show(partner: str, as_json: bool) -> None:
    """Show one partner, and what pulling its lists came to."""
    hub = open_hub()
    found = hub.administration.find(partner)
    reads = hub.pulls_of_partners.known(found.id)
    if as_json:
        print_json(partner_with_pulls(found, reads))
        return
    print_partner(found)
    if reads:
        click.echo()
        print_pulls(reads)


@commands.command()
@NAMED
@as_json
@acts("partner.suspend")
def suspend(partner: str, as_json: bool) -> None:
    """Let nothing in from a partner and send it nothing, until it is resumed."""
    administering = open_hub().administration
    suspended = administering.suspend(administering.find(partner).id)
    tell(suspended, as_json, f"{suspended.name} is suspended")


@commands.command()
@NAMED
@as_json
@acts("partner.resume")
def resume(partner: str, as_json: bool) -> None:
    """Undo a suspension."""
    administering = open_hub().administration
    resumed = administering.resume(administering.find(partner).id)
    tell(resumed, as_json, f"{resumed.name} is connected again")


@commands.command()
@NAMED
@as_json
@acts("partner.remove")
def remove(partner: str, as_json: bool) -> None:
    """Tell a partner goodbye, and cut it off. What it owns stays in the hub.

    Its parties stay taken until they are released.
    """
    administering = open_hub().administration
    removed = administering.remove(administering.find(partner).id)
    tell(removed, as_json, f"{removed.name} is removed")


@commands.command()
@NAMED
@click.option(
    "--compromised",
    is_flag=True,
    help="End the old token first, also if the exchange fails.",
)
@as_json
@acts("partner.rotate")
def rotate(partner: str, compromised: bool, as_json: bool) -> None:
    """Exchange new tokens with a partner, both ways."""
    hub = open_hub()
    named = hub.administration.find(partner)
    rotated = hub.credentials_client.rotate(named.id, compromised=compromised)
    tell(rotated, as_json, f"{rotated.name} has new tokens")


@commands.command()
@click.argument("partner", metavar="[PARTNER]", required=False)
@as_json
@acts("partner.announce")
def announce(partner: str | None, as_json: bool) -> None:
    """Tell a partner which parties it reaches, by PUT credentials; else all whose changed.

    Ends with 1 if one of them could not be told; the others are.
    """
    hub = open_hub()
    named = () if partner is None else (hub.administration.find(partner),)
    told = [announced(hub, each) for each in named or hub.role_announcer.changed()]
    if as_json:
        print_json(told)
    elif not told:
        click.echo("every partner knows the parties that it reaches")
    else:
        _print_told(told)
    if any(each["failure"] for each in told):
        raise click.exceptions.Exit(1)


@commands.command("stand-in")
@NAMED
@click.option("--on/--off", "allowed", required=True, help="Whether the hub may.")
@as_json
@acts("partner.stand-in")
def stand_in(partner: str, allowed: bool, as_json: bool) -> None:
    """Say whether the hub may answer for a partner's tokens when the partner cannot be asked."""
    administering = open_hub().administration
    changed = administering.let_stand_in(administering.find(partner).id, allowed=allowed)
    tell(
        changed, as_json, f"{changed.name}: the hub {'stands' if allowed else 'does not stand'} in"
    )


@commands.command()
@as_json
@acts("partner.reseal")
def reseal(as_json: bool) -> None:
    """Seal every partner's token and every webhook's secret under the newest of HUB_SECRET_KEYS.

    Ends with 1 if one of them cannot be opened: no key of HUB_SECRET_KEYS is its own.
    """
    done = open_hub().resealing.reseal()
    secrets = f"{done.tokens} tokens and {done.webhooks} webhooks' secrets"
    shape: Shape = {
        "tokens": done.tokens,
        "webhooks": done.webhooks,
        "unreadable": list[JsonValue](done.unreadable),
    }
    say(shape, as_json, f"{secrets} are sealed under the newest key")
    for name in done.unreadable:
        click.echo(f"{name}: no key opens its secret", err=True)
    if done.unreadable:
        raise click.exceptions.Exit(1)


def _print_told(told: Sequence[Shape]) -> None:
    for each in told:
        if each["failure"]:
            click.echo(f"{each['name']} could not be told: {each['failure']}", err=True)
        else:
            click.echo(f"{each['name']} is told of the parties that it reaches")


def _row(partner: Partner) -> Shape:
    pulls = [format_time(at) for _, at in partner.synced]
    row: dict[str, JsonValue] = {
        "parties": parties_of(partner),
        "last_pull": max(pulls, default=None),
    }
    return {**partner_shape(partner), **row}
