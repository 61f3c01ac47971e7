"""What went over the wire, as a person would tell it: each request, then what is owed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from application.tracing.tracer import Story
from domain.journal.legs import Direction, Leg, Message, Purpose
from entrypoints.hub_api.delivery.shapes import Lanes, delivery_shape
from entrypoints.hub_api.journal.shapes import OPERATOR
from entrypoints.hub_api.names import Names
from entrypoints.operations.output import in_words

_SOON = timedelta(seconds=10)
_SHOWN_BODY = 2_000
_CHANGES = ("PUT", "PATCH", "DELETE")


def tell_story(story: Story, names: Names, lanes: Lanes) -> None:
    """Print it, the oldest first."""
    if story.is_cut:
        click.echo(f"the newest {len(story.legs)} requests; there are more")
    began = story.legs[0].at if story.legs else None
    for leg in story.legs:
        click.echo(f"{_when(leg, began)}  {line_of(leg, names)}")
        for line in _beside(leg):
            click.echo(f"{'':24}    {line}")
    if story.command is not None:
        click.echo(f"command {story.command.name}: {story.command.status}")
    for each in story.owed:
        shape = delivery_shape(each, names, lanes)
        click.echo(
            f"owed to {each.receiver.spelled} since {shape['since']}, tried {each.attempts} times: "
            f"{in_words(shape['why'])}"
        )
    if story.legs and not story.owed:
        click.echo("nothing is owed any more")
        if about := _sent_with_another(story):
            click.echo(
                "no request to a reader has this id: readers get an object as it is by then, with "
                f"a later change too; see ocpi-hub trace {about}"
            )


def _sent_with_another(story: Story) -> str:
    """The object that was changed, where no request to a reader came of it."""
    if any(_is_out(leg) for leg in story.legs):
        return ""
    changed = (leg.about for leg in story.legs if leg.method in _CHANGES and leg.is_well)
    about = next(changed, "")
    return in_words(about) if about else ""


def _when(leg: Leg, began: datetime | None) -> str:
    """The moment; of what came within ten seconds, how long after the first."""
    after = timedelta(0) if began is None else leg.at - began
    if timedelta(0) < after < _SOON:
        return f"+{after.total_seconds() * 1000:.0f} ms".rjust(24)
    return moment(leg.at)


_PURPOSES = {
    Purpose.DELIVERED: "a delivery",
    Purpose.CALLED_BACK: "the result of a command",
    Purpose.TOLD: "an event",
    Purpose.CONNECTED: "versions or credentials",
    Purpose.PROBED: "whether it is there",
    Purpose.PULLED: "a list is read",
}
"""What a request of the hub's was for: whether it was taken stands in its answer."""


def line_of(leg: Leg, names: Names) -> str:
    """Who called whom, with what, and what came of it."""
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
    words = [_PURPOSES.get(leg.purpose, leg.purpose) if _is_out(leg) else leg.decision]
    words += [f"by {leg.rule}"] if leg.rule else []
    words += [f"from {' to '.join(parties)}"] if len(parties) == 2 else []
    words += [f"rewritten: {', '.join(leg.rewritten)}"] if leg.rewritten else []
    words += [leg.remarks]
    said = ", ".join(filter(None, words))
    if said:
        yield in_words(said)


def tell_messages(leg: Leg) -> None:
    """Print headers and bodies, both ways."""
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
    if leg.partner_id:
        return names.in_short(leg.partner_id)
    return "a webhook of the operators" if _is_out(leg) else "an unknown caller"


def _is_out(leg: Leg) -> bool:
    return leg.direction is Direction.OUT


def moment(at: datetime) -> str:
    """To the millisecond, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}".ljust(4)
