"""`ocpi-hub trace` and `ocpi-hub journal`: what went over the wire, as a person would tell it."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click

from application.hub import Hub
from application.tracing.tracer import Story
from domain import errors
from domain.journal.legs import Direction, Leg, LegQuery, Message
from entrypoints.hub_api.commands.shapes import command_shape
from entrypoints.hub_api.delivery.shapes import Lanes, delivery_shape
from entrypoints.hub_api.journal.journal import MOST, OUTCOMES
from entrypoints.hub_api.journal.shapes import OPERATOR, leg_shape
from entrypoints.hub_api.names import Names
from entrypoints.operations.acting import acts
from entrypoints.operations.output import as_json, in_words, open_hub, print_json
from entrypoints.operations.words import MomentParam, PartyParam

_LOOK_EVERY_S = 1.0
_LATE = timedelta(seconds=30)
"""Legs come to the journal when they have ended: some began so long before."""
_SHOWN_BODY = 2_000


_UNMASK = click.option("--unmask", is_flag=True, help="Show uids and plates; it is on record.")


def _is_unmasked(given: Mapping[str, Any]) -> bool:
    return bool(given["unmask"])


def _outcome(_: click.Context, __: click.Parameter, word: str | None) -> str | None:
    if word is not None and not word.startswith(OUTCOMES):
        raise click.BadParameter(f"not one of {', '.join(OUTCOMES)}")
    return word


outcome_option = click.option(
    "--outcome", callback=_outcome, help=f"The answer: {', '.join(OUTCOMES)}."
)


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
    _tell(story, names, lanes)
    if messages:
        for leg in story.legs:
            _tell_messages(hub.tracer.with_messages(leg, unmasked=unmask))


@click.command()
@click.option("--about", help="An id, or an object such as locations/DE-ABC/LOC1.")
@click.option("--partner", help="At the other end: its id, name or party.")
@click.option("--party", type=PartyParam(), help="FROM or TO, such as DE-ABC.")
@click.option("--other", type=PartyParam(), help="The other one of FROM and TO.")
@click.option("--module", help="Of one module, such as cdrs.")
@outcome_option
@click.option("--slower-than-ms", type=click.IntRange(1), help="That took at least so long.")
@click.option("--since", type=MomentParam(), help="From this day or UTC time on.")
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
                click.echo(f"{_moment(leg.at)}  {_line(leg, self.names)}")


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


def _tell(story: Story, names: Names, lanes: Lanes) -> None:
    if story.is_cut:
        click.echo(f"the newest {len(story.legs)} requests; there are more")
    began = story.legs[0].at if story.legs else None
    for leg in story.legs:
        after_ms = 0.0 if began is None else (leg.at - began).total_seconds() * 1000
        when = _moment(leg.at) if leg.at == began else f"+{after_ms:.0f} ms".rjust(24)
        click.echo(f"{when}  {_line(leg, names)}")
        for line in _beside(leg):
            click.echo(f"{'':24}    {line}")
    if story.command is not None:
        click.echo(f"command {story.command.name}: {story.command.status}")
    for each in story.owed:
        shape = delivery_shape(each, names, lanes)
        click.echo(
            f"owed to {each.receiver.spelled} ({names.in_short(each.lane.target)}): {each.state}, "
            f"tried {each.attempts} times, since {shape['since']}, next {shape['due']}: "
            f"{in_words(shape['why'])}"
        )
    if story.legs and not story.owed:
        click.echo("nothing is owed any more")


def _line(leg: Leg, names: Names) -> str:
    other = _called(leg, names)
    who = f"{other} -> hub" if leg.direction is Direction.IN else f"hub -> {other}"
    took = f"{leg.elapsed_ms:.0f} ms"
    return in_words(f"{who}  {leg.method} {leg.address}  {_answer(leg)}  {took}")


def _answer(leg: Leg) -> str:
    if leg.http is None:
        return f"no answer: {leg.reason}"
    code = "" if leg.ocpi is None else f" {leg.ocpi}"
    said = "" if leg.is_well or not leg.reason else f" {leg.reason}"
    return f"{leg.http}{code}{said}"


def _beside(leg: Leg) -> Iterator[str]:
    """The decision, and whom it is from and for."""
    parties = [each.spelled for each in (leg.sender, leg.receiver) if each is not None]
    words = [leg.purpose.value if leg.direction is Direction.OUT else leg.decision]
    words += [f"by {leg.rule}"] if leg.rule else []
    words += [f"from {' to '.join(parties)}"] if len(parties) == 2 else []
    words += [f"rewritten: {', '.join(leg.rewritten)}"] if leg.rewritten else []
    words += [leg.remarks]
    said = ", ".join(filter(None, words))
    if said:
        yield in_words(said)


def _tell_messages(leg: Leg) -> None:
    for mark, message in ((">", leg.asked), ("<", leg.answered)):
        if message is not None:
            _tell_message(mark, message)


def _tell_message(mark: str, message: Message) -> None:
    for name, value in message.headers.items():
        click.echo(f"{'':24}  {mark} {in_words(name)}: {in_words(value)}")
    if message.size:
        text = in_words(message.body[:_SHOWN_BODY].decode("utf-8", "replace"))
        more = "" if len(message.body) <= _SHOWN_BODY else f" ... ({message.size} bytes)"
        click.echo(f"{'':24}  {mark} {text}{more}")


def _called(leg: Leg, names: Names) -> str:
    if leg.partner_id == OPERATOR:
        return "the operator"
    return names.in_short(leg.partner_id) if leg.partner_id else "an unknown caller"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}".ljust(4)
