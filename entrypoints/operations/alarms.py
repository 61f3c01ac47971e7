"""`ocpi-hub alarm`: what an operator has to do something about, and who looks after it."""

import click

from domain.operators.alarm_kinds import AlarmKind
from domain.operators.alarms import shown
from entrypoints.hub_api.operators.alarms import STATES
from entrypoints.operations.acting import acts, this_command_line
from entrypoints.operations.objects import LIMIT
from entrypoints.operations.output import as_json, open_hub, print_json, print_table, say

_COLUMNS = (
    "id",
    "kind",
    "whom",
    "state",
    "since",
    "last_seen",
    "cleared",
    "times",
    "by",
    "said",
    "do",
)


@click.group()
def commands() -> None:
    """See alarms, and say that you look after one. `docs/runbook.md` has every kind."""


@commands.command("list")
@click.option("--state", type=click.Choice(list(STATES)), help="Both, if it is left out.")
@click.option("--kind", type=click.Choice([each.value for each in AlarmKind]))
@LIMIT
@as_json
def list_(state: str | None, kind: str | None, limit: int, as_json: bool) -> None:
    """List alarms, seen last first; those that are over are kept for 90 days."""
    found = open_hub().operator_alarms.listed(
        is_open=None if state is None else STATES[state],
        kind=None if kind is None else AlarmKind(kind),
        limit=limit,
    )
    if as_json:
        print_json([shown(each) for each in found])
        return
    rows = [
        {**shown(each), "by": each.acknowledged.by if each.acknowledged else None} for each in found
    ]
    print_table(rows, _COLUMNS)


@commands.command()
@click.argument("alarm", metavar="ID")
@as_json
@acts("alarm.acknowledge")
def acknowledge(alarm: str, as_json: bool) -> None:
    """Say that you look after an open alarm. It is over by itself, when what is behind it is."""
    by = this_command_line().name
    done = open_hub().operator_alarms.acknowledge(alarm, by=by)
    say(shown(done), as_json, f"{done.kind.value} of {done.whom}: {by} looks after it")
