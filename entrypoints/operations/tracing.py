"""`ocpi-hub trace` and `ocpi-hub journal`: what went over the wire, as a person would tell it."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click

from application.hub import Hub
from domain import errors
from domain.journal.legs import Leg, LegQuery
from entrypoints.hub_api.commands.shapes import command_shape
from entrypoints.hub_api.delivery.shapes import delivery_shape
from entrypoints.hub_api.journal.journal import MOST, OUTCOME_WORDS, OUTCOMES
from entrypoints.hub_api.journal.shapes import leg_shape
from entrypoints.hub_api.listing import check_period
from entrypoints.hub_api.names import Names
from entrypoints.operations.acting import acts
from entrypoints.operations.output import as_json, open_hub, print_json
from entrypoints.operations.telling import line_of, moment, tell_messages, tell_story
from entrypoints.operations.words import MomentParam, PartyParam

_LOOK_EVERY_S = 1.0
_LATE = timedelta(seconds=30)
"""Legs come to the journal when they have ended: some began so long before."""


_UNMASK = click.option("--unmask", is_flag=True, help="Show uids and plates; it is on record.")


def _is_unmasked(given: Mapping[str, Any]) -> bool:
    return bool(given["unmask"])


def _outcome(_: click.Context, __: click.Parameter, word: str | None) -> str | None:
    if word is not None and not word.startswith(OUTCOMES):
        raise click.BadParameter(f"not one of {OUTCOME_WORDS}")
    return word


outcome_option = click.option("--outcome", callback=_outcome, help=f"The answer: {OUTCOME_WORDS}.")


@click.command()
@click.argument("of")
@click.option("--messages", is_flag=True, help="Show headers and bodies too.")
@_UNMASK
@as_json
@acts("trace", where=_is_unmasked)
def trace(of: str, messages: bool, unmask: bool, as_json: bool) -> None:
    """Tell what happened to a message, and what is still owed of it.

    Uids of tokens, contracts and plates are hidden. OF is a correlation id, a request id, an object
    or CDR such as locations/DE-ABC/LOC1, a session, or the id of a command or of a delivery.
    """
    hub = open_hub()
    story = hub.tracer.trace(of, unmasked=unmask)
    if not (story.legs or story.owed or story.command):
        raise errors.UnknownObject(f"nothing about {of} is in the journal")
    names, lanes = Names.of(hub), hub.delivery_overview.health()
    if as_json:
        whole = [hub.tracer.with_messages(leg, unmasked=unmask) for leg in story.legs]
        legs = [leg_shape(leg, names) for leg in whole]
        command = None if story.command is None else command_shape(story.command)
        owed = [delivery_shape(each, names, lanes) for each in story.owed]
        print_json({"legs": legs, "owed": owed, "command": command, "is_cut": story.is_cut})
        return
    tell_story(story, names, lanes)
    if messages:
        for leg in story.legs:
            tell_messages(hub.tracer.with_messages(leg, unmasked=unmask))


@click.command()
@click.option("--about", help="An id, or an object such as locations/DE-ABC/LOC1.")
@click.option("--partner", help="At the other end: its id, name or party.")
@click.option("--party", type=PartyParam(), help="FROM or TO, such as DE-ABC.")
@click.option("--other", type=PartyParam(), help="The other one of FROM and TO.")
@click.option("--module", help="Of one module, such as cdrs.")
@outcome_option
@click.option("--slower-than-ms", type=click.IntRange(1), help="That took at least so long.")
@click.option(
    "--since", type=MomentParam(), help="From then on: 2h or 3d ago, a day or a UTC time."
)
@click.option("--before", type=MomentParam(), help="Before this day or UTC time.")
@click.option("--limit", type=click.IntRange(1, MOST), default=100, show_default=True)
@click.option("--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@_UNMASK
@as_json
@acts("journal", where=_is_unmasked)
def journal(
    about: str | None,
    partner: str | None,
    slower_than_ms: int | None,
    before: datetime | None,
    limit: int,
    follow: bool,
    unmask: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Search what went over the wire: one line a request, the oldest first."""
    hub = open_hub()
    check_period(asked["since"], before, "--since", "--before")
    query = LegQuery(
        any_of=None if about is None else hub.tracer.names_of(about),
        partner_id=None if partner is None else hub.administration.find(partner).id,
        slower_than_ms=slower_than_ms,
        until=before,
        **asked,
    )
    shower = _Shower(Names.of(hub), as_json, unmask)
    found = hub.tracer.search(query, limit=limit, unmasked=unmask)
    shower.show(reversed(found))
    if follow:
        _follow(hub, query, shower)


@dataclass
class _Shower:
    names: Names
    as_json: bool
    unmask: bool

    def show(self, legs: Iterator[Leg]) -> None:
        for leg in legs:
            if self.as_json:
                print_json(leg_shape(leg, self.names))
            else:
                click.echo(f"{moment(leg.at)}  {line_of(leg, self.names)}")


def _follow(hub: Hub, query: LegQuery, shower: _Shower) -> None:
    """Look again and again; a leg is shown once."""
    seen = set[str]()
    begun = hub.tracer.clock.now()
    while True:
        since = max(query.since or begun, begun - _LATE)
        found = hub.tracer.search(
            query._replace(since=since), limit=MOST, newest=False, unmasked=shower.unmask
        )
        shower.show(leg for leg in found if leg.id not in seen)
        seen = {leg.id for leg in found}
        time.sleep(_LOOK_EVERY_S)
