"""`ocpi-hub audit`: who did what, in a chain that shows whether it was changed.

`verify` ends with 1 at the first broken record, so that a timer can watch over it.
"""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from adapters.ocpi import exact_json
from domain.documents import as_document
from domain.operators.audit import AuditQuery, exported
from entrypoints.hub_api.listing import check_period
from entrypoints.hub_api.operators.shapes import record_shape, verified_shape
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations.objects import LIMIT
from entrypoints.operations.output import as_json, in_words, open_hub, print_json, print_table
from entrypoints.operations.words import MomentParam

_COLUMNS = (
    *("number", "at", "actor", "role", "place", "act", "outcome", "object", "count"),
    *("changed", "reason", "failure"),
)
_LONGEST = 80


@click.group()
def commands() -> None:
    """Read the audit trail. An act has two records: that it has begun, and how it ended."""


@commands.command("list")
@click.option("--actor", help="Of one operator, partner or user of the system.")
@click.option("--act", help="Such as partner.suspend, or partner for all of its acts.")
@click.option("--object", "object", help="Such as DE-ABC, or another thing's id.")
@click.option("--since", type=MomentParam(), help="On that day or later.")
@click.option("--before", type=MomentParam(), help="Before that day or time.")
@LIMIT
@as_json
def list_(since: datetime | None, before: datetime | None, as_json: bool, **further: Any) -> None:
    """List records, the last one first; CHANGED in short, with --json as it was and is."""
    check_period(since, before, "--since", "--before")
    query = AuditQuery(since=since, before=before, **further)
    shapes = [record_shape(each) for each in open_hub().audit_trail.listed(query)]
    if as_json:
        print_json(shapes)
        return
    print_table([{**each, "changed": _changed(each)} for each in shapes], _COLUMNS)


@commands.command()
@click.option("--head", metavar="HASH", help="The hash that an earlier verify has printed.")
@as_json
def verify(head: str | None, as_json: bool) -> None:
    """Hash the whole chain again; exit 1 at the first record that is broken.

    Note the hash that it prints where the hub cannot write, and give it with --head the next time:
    only that shows that the end of the trail was cut off.
    """
    verified = open_hub().audit_trail.verify(head=head or "")
    if as_json:
        print_json(verified_shape(verified))
    else:
        click.echo(f"{verified.records} records are sound; the last one has {verified.hash or '-'}")
        if verified.fault:
            click.echo(f"BROKEN: {verified.fault}")
    sys.exit(0 if verified.is_sound else 1)


@commands.command()
@click.option("--after", type=click.IntRange(0), default=0, help="Records of higher numbers alone.")
@as_json
def export(after: int, as_json: bool) -> None:
    """Print every record as a line of JSON, in their order, as they were hashed.

    A record that is not as the hub writes records is a line with its number alone.
    """
    lines = (
        {"number": kept.number} if kept.record is None else exported(kept.record)
        for kept in open_hub().audit_trail.all()
        if kept.number > after
    )
    if as_json:
        print_json(list(lines))
        return
    for line in lines:
        click.echo(exact_json.dump(line).decode())


def _changed(shape: Shape) -> str:
    """`state=SUSPENDED, roles`: what each field is now; of one with others in it, its name."""
    before, after = (as_document(shape.get(name, {})) for name in ("before", "after"))
    said = (
        each if isinstance(now := after.get(each), Mapping | list) else f"{each}={in_words(now)}"
        for each in sorted({*before, *after})
    )
    text = ", ".join(said)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
