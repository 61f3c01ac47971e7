"""`ocpi-hub agreement`: which parties see each other, where HUB_AGREEMENTS=required asks for it."""

import click

from domain import errors
from domain.agreements import Agreement
from domain.party import PartyId
from entrypoints.hub_api.shapes import agreement_shape
from entrypoints.operations.output import as_json, open_hub, print_json, print_table

_COLUMNS = ("id", "one", "other", "made")


class _Party(click.ParamType[PartyId]):
    name = "party"

    def convert(
        self, value: str | PartyId, param: click.Parameter | None, ctx: click.Context | None
    ) -> PartyId:
        """`DE-ABC`, `DE/ABC` or `DEABC`."""
        try:
            party = PartyId.parse(str(value))
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)
        if not party.is_plain:
            self.fail(f"not a party: {value!r}", param, ctx)
        return party


_ONE = click.argument("one", type=_Party(), metavar="PARTY")
_OTHER = click.argument("other", type=_Party(), metavar="PARTY")


@click.group()
def commands() -> None:
    """Say which parties may exchange data. A PARTY is written as DE-ABC."""


@commands.command()
@_ONE
@_OTHER
@as_json
def add(one: PartyId, other: PartyId, as_json: bool) -> None:
    """Let two parties see each other, from now on."""
    made = open_hub().administering.agree(one, other)
    if as_json:
        print_json(agreement_shape(made))
        return
    click.echo(f"{made.id} is agreed")


@commands.command("list")
@as_json
def list_(as_json: bool) -> None:
    """List every agreement, oldest first."""
    agreed = [agreement_shape(made) for made in open_hub().administering.agreed()]
    if as_json:
        print_json(agreed)
        return
    print_table(agreed, _COLUMNS)


@commands.command()
@click.argument("named", nargs=-1, required=True, metavar="ID | PARTY PARTY")
def remove(named: tuple[str, ...]) -> None:
    """End an agreement, named by its id or by its two parties; they are strangers at once."""
    agreement_id = _id_of(named)
    if not open_hub().administering.disagree(agreement_id):
        raise errors.UnknownObject(f"there is no agreement {agreement_id}")
    click.echo(f"{agreement_id} is ended")


def _id_of(named: tuple[str, ...]) -> str:
    parties = tuple(named[0].split("~")) if len(named) == 1 else named
    if len(parties) != 2:
        raise click.UsageError("name one agreement by its id, or by its two parties")
    one, other = (_Party().convert(each, None, None) for each in parties)
    return Agreement.id_of(one, other)
