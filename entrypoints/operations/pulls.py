"""`ocpi-hub partner`, the part that pulls: pull now, show what came and what is quarantined."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from domain.objects.pulls import ListRead
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.objects.shapes import pulled_shape, quarantined_shape, remarked_shape
from entrypoints.hub_api.shapes import Shape
from entrypoints.operations.acting import acts
from entrypoints.operations.objects import LIMIT
from entrypoints.operations.output import as_json, open_hub, print_json, print_one, print_table

_ASIDE = ("id", "partner", "module", "object", "since", "accepted", "problems")
_REMARKED = ("partner", "module", "owner", "object", "seen", "count", "remarks")
_CAME = ("module", "party", "read", "seen", "stored", "quarantined", "goes_on", "failure", "remark")


def _is_accepted(given: Mapping[str, Any]) -> bool:
    return given["accepted"] is not None


@click.command()
@click.argument("partner", metavar="PARTNER")
@click.option("--whole", is_flag=True, help="Everything, not only what is new since the last time.")
@as_json
@acts("partner.sync")
def sync(partner: str, whole: bool, as_json: bool) -> None:
    """Pull a partner's lists now, here. Ends with 1 if one of them could not be read.

    What does not come within HUB_PULL_SLICE_S is left to a worker: GOES ON says so.
    """
    hub = open_hub()
    found = hub.administration.find(partner)
    pulled = hub.pulls_of_partners.pull(found.id, whole=whole)
    if any(each.goes_on for each in pulled):
        hub.pulls_of_partners.start(found.id)
    if as_json:
        print_json([pulled_shape(each) for each in pulled])
    else:
        print_pulls(pulled)
    if any(each.failure for each in pulled):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("partner", metavar="[PARTNER]", required=False)
@click.option("--accept", "accepted", metavar="ID", help="Let this one in, now and later.")
@LIMIT
@as_json
@acts("partner.quarantine", where=_is_accepted)
def quarantine(partner: str | None, accepted: str | None, limit: int, as_json: bool) -> None:
    """List what was pulled and could not be taken, seen last first."""
    hub = open_hub()
    if accepted is not None:
        shape = quarantined_shape(hub.pulled_intake.let_in(accepted), Names.of(hub))
        print_one(shape, as_json=as_json)
        return
    partner_id = None if partner is None else hub.administration.find(partner).id
    names, aside = Names.of(hub), hub.quarantine.all(partner_id=partner_id, limit=limit)
    found = [quarantined_shape(each, names) for each in aside]
    if as_json:
        print_json(found)
        return
    _print_with_partners(found, [names.in_short(each.partner_id) for each in aside], _ASIDE)


@click.command()
@click.argument("partner", metavar="[PARTNER]", required=False)
@click.option("--module", help="Of this module alone, such as locations.")
@LIMIT
@as_json
def remarks(partner: str | None, module: str | None, limit: int, as_json: bool) -> None:
    """List what was taken and is odd all the same, seen last first."""
    hub = open_hub()
    partner_id = None if partner is None else hub.administration.find(partner).id
    listed = hub.remarks.all(partner_id=partner_id, module=module, limit=limit)
    names = Names.of(hub)
    found = [remarked_shape(each, names) for each in listed]
    if as_json:
        print_json(found)
        return
    _print_with_partners(found, [names.in_short(each.partner_id) for each in listed], _REMARKED)
    if len(found) == limit:
        click.echo(f"of {hub.remarks.count(partner_id=partner_id, module=module)} in all")


def print_pulls(reads: Sequence[ListRead]) -> None:
    """A table of them: what came, what did not and why."""
    print_table([pulled_shape(read) for read in reads], _CAME)


def _print_with_partners(
    found: Sequence[Shape], partners: Sequence[str], columns: Sequence[str]
) -> None:
    rows = [{**row, "partner": name} for row, name in zip(found, partners, strict=True)]
    print_table(rows, columns)
