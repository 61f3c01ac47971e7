"""`ocpi-hub token`: one token as the hub knows it; whether to charge is asked of its owner."""

import click

from domain.objects.stored import ObjectKey
from domain.objects.tokens import type_of
from entrypoints.operations.objects import found, key_of, print_document
from entrypoints.operations.output import as_json, open_hub


@click.group()
def commands() -> None:
    """See a token. It is named by its owner and uid, NL-MS1/UID."""


@commands.command()
@click.argument("named", metavar="NL-MS1/UID")
@click.option("--type", "token_type", help="RFID unless given.")
@as_json
def show(named: str, token_type: str | None, as_json: bool) -> None:
    """Show the hub's copy of a token: it is cached, and no authorization."""
    key = key_of("tokens", named)
    typed = ObjectKey(key.module, key.owner, key.id, type_of(token_type))
    print_document(found(open_hub(), typed).body)
