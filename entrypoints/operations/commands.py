"""`ocpi-hub command`: what was asked of charge point operators, and what became of it."""

import click

from entrypoints.hub_api.commands.shapes import command_shape
from entrypoints.operations.objects import LIMIT
from entrypoints.operations.output import as_json, open_hub, print_json, print_one, print_table

_COLUMNS = ("command_id", "command", "status", "requester", "receiver", "created", "reason")


@click.group()
def commands() -> None:
    """See commands. Partners send them; the hub passes each on once or not at all."""


@commands.command("list")
@LIMIT
@as_json
def list_(limit: int, as_json: bool) -> None:
    """List commands, newest first."""
    shapes = [
        command_shape(made)
        for made in open_hub().command_deadlines.made(partner_id=None, limit=limit)
    ]
    if as_json:
        print_json(shapes)
        return
    print_table(shapes, _COLUMNS)


@commands.command()
@click.argument("command", metavar="ID")
@as_json
def show(command: str, as_json: bool) -> None:
    """Show one command: where it is now, what was answered and when."""
    found = open_hub().command_deadlines.find(command, partner_id=None)
    print_one(command_shape(found), as_json=as_json)
