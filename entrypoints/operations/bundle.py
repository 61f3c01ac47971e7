"""`ocpi-hub bundle`: what those who look into a failure ask for first, in one file.

That it was made is on record: it has what partners sent.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from domain.journal.legs import Leg
from domain.times import format_time
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations.acting import acts
from entrypoints.operations.output import as_json, open_container, say
from entrypoints.operations.words import MomentParam

_OF_A_MESSAGE = timedelta(days=7)


def _check(given: Mapping[str, Any]) -> None:
    if (given["correlation_id"] is None) is (given["since"] is None):
        raise click.UsageError("name either a correlation id or --since")


@click.command()
@click.argument("correlation_id", required=False)
@click.option(
    "--since", type=MomentParam(), help="From then on: 2h or 3d ago, a day or a UTC time."
)
@click.option("--to", type=click.Path(path_type=Path), help="A new file; else one in this folder.")
@click.option(
    "--logs",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="A file or folder with log lines of the hub; may be repeated.",
)
@as_json
@acts("bundle", check=_check)
def bundle(
    correlation_id: str | None,
    since: datetime | None,
    to: Path | None,
    logs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Gather an incident in a .tar.gz that its owner alone may read.

    It has the trace of a message, or of a time, log lines, records of the audit trail, alarms, lane
    states, metrics, versions and settings. Uids, contracts, plates and secrets are hidden.
    """
    from entrypoints.bundling import Asked, gather, write_archive
    from entrypoints.bundling.parts import BEFORE

    container = open_container()
    now = container.clock.now()
    begun = since
    if begun is None:
        legs = container.hub.tracer.trace(correlation_id or "").legs
        begun = _first(legs, otherwise=now - _OF_A_MESSAGE) - BEFORE
    members = gather(container, Asked(correlation_id or "", begun, logs))
    path = to or Path(f"ocpi-hub-bundle-{now:%Y%m%dT%H%M%SZ}.tar.gz")
    size = write_archive(path, members, at=now)
    shape: Shape = {
        "file": str(path),
        "bytes": size,
        "since": format_time(begun),
        "parts": [*members],
    }
    say(
        shape, as_json, f"{path}: {len(members)} parts, {size} bytes; README.txt says what is in it"
    )


def _first(legs: tuple[Leg, ...], *, otherwise: datetime) -> datetime:
    return legs[0].at if legs else otherwise
