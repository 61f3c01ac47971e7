"""`ocpi-hub operator`: named tokens for the hub API, each with a role.

The command line itself asks for none: its user has the hub's settings, and with them every secret.
"""

import click

from domain.operators.operator import OperatorRole
from entrypoints.hub_api.operators.shapes import made_operator_shape, operator_shape
from entrypoints.operations.acting import acts
from entrypoints.operations.output import as_json, open_hub, print_json, print_one, print_table, say

_COLUMNS = ("name", "role", "made", "revoked")


@click.group()
def commands() -> None:
    """Make, list and revoke operators' tokens for the hub API."""


@commands.command()
@click.argument("name")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in OperatorRole]),
    help="What the token may do.",
)
@as_json
@acts("operator.add")
def add(name: str, role: str, as_json: bool) -> str:
    """Make a token, and print it, this once."""
    made = open_hub().operator_tokens.add(name, OperatorRole(role))
    print_one(made_operator_shape(made), as_json=as_json)
    return made.operator.name


@commands.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List every operator, revoked ones too, by name."""
    shapes = [operator_shape(each) for each in open_hub().operator_tokens.all()]
    if as_json:
        print_json(shapes)
        return
    print_table(shapes, _COLUMNS)


@commands.command()
@click.argument("operator", metavar="NAME")
@as_json
@acts("operator.revoke")
def revoke(operator: str, as_json: bool) -> None:
    """End a token, at once. Its name stays taken."""
    revoked = open_hub().operator_tokens.revoke(operator)
    say(operator_shape(revoked), as_json, f"{revoked.name} is revoked")
