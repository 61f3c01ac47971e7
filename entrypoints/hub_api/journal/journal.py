"""What went over the wire: a search, and the story of one message."""

from collections.abc import Iterable, Iterator

from application.hub import Hub
from application.tracing.tracer import Story
from domain import errors
from domain.journal.legs import Leg, LegQuery
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.commands.shapes import command_shape
from entrypoints.hub_api.delivery.shapes import delivery_shape
from entrypoints.hub_api.journal.shapes import leg_shape
from entrypoints.hub_api.listing import asked_partner, check_period, moment_asked, named_party
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape
from entrypoints.ocpi.replies import Reply, of_value

MOST = 1_000
MOST_SHOWN = 2 * 1_048_576
"""Bytes of bodies in one trace: a caller chooses how many requests have one correlation id."""
OUTCOMES = ("1xxx", "2xxx", "3xxx", "4xxx", "http", "no answer")
OUTCOME_WORDS = "1xxx, 2xxx, 3xxx, 4xxx, http, http 5xx and its like, no answer"


def list_legs(hub: Hub, call: HubApiCall) -> Reply:
    """GET journal: the newest legs that fit, without headers and bodies."""
    limit = asked_limit(call, most=MOST, usual=100)
    found = hub.tracer.search(asked_legs(hub, call), limit=limit)
    names = Names.of(hub)
    return of_value([leg_shape(leg, names) for leg in found])


def get_trace(hub: Hub, call: HubApiCall) -> Reply:
    """GET trace: every leg of one message, what is owed of it, and its command."""
    name = call.parameter("of")
    if name is None:
        raise errors.InvalidParameter("of: name a correlation id, request id, object or command")
    own = None if call.caller is None else call.caller.id
    story = hub.tracer.trace(name, partner_id=own)
    if not (story.legs or story.owed or story.command):
        raise errors.UnknownObject("nothing of this name is in the journal")
    return of_value(trace_shape(hub, story))


def trace_shape(hub: Hub, story: Story) -> Shape:
    """The whole story, with as much of its bodies as a trace shows."""
    names, lanes = Names.of(hub), hub.delivery_overview.health()
    return {
        "legs": [leg_shape(leg, names) for leg in _with_messages(hub, story.legs)],
        "owed": [delivery_shape(each, names, lanes) for each in story.owed],
        "command": None if story.command is None else command_shape(story.command),
        "is_cut": story.is_cut,
    }


def _with_messages(hub: Hub, legs: Iterable[Leg]) -> Iterator[Leg]:
    """The first with their messages, up to `MOST_SHOWN` bytes of bodies; the others without."""
    shown = 0
    for leg in legs:
        whole = hub.tracer.with_messages(leg) if shown < MOST_SHOWN else leg
        messages = (each for each in (whole.asked, whole.answered) if each is not None)
        shown += sum(len(each.body) for each in messages)
        yield whole


def asked_legs(hub: Hub, call: HubApiCall) -> LegQuery:
    """What the query asks for.

    :raises InvalidParameter: for what is no such thing. :raises WrongToken: for another's legs.
    """
    since, until = moment_asked(call, "since"), moment_asked(call, "before")
    check_period(since, until, "since", "before")
    about = call.parameter("about")
    return LegQuery(
        any_of=None if about is None else hub.tracer.names_of(about),
        partner_id=asked_partner(hub, call),
        party=named_party(call),
        other=named_party(call, "other"),
        module=call.parameter("module"),
        outcome=asked_outcome(call),
        slower_than_ms=_number(call, "slower_than_ms"),
        since=since,
        until=until,
    )


def asked_outcome(call: HubApiCall) -> str | None:
    """The beginning of the class of answers that is asked for. :raises InvalidParameter:"""
    outcome = call.parameter("outcome")
    if outcome is not None and not outcome.startswith(OUTCOMES):
        raise errors.InvalidParameter(f"outcome: not one of {OUTCOME_WORDS}")
    return outcome


def asked_limit(call: HubApiCall, *, most: int, usual: int) -> int:
    """How many are asked for, `most` at most. :raises InvalidParameter:"""
    asked = _number(call, "limit")
    return min(most, int(asked)) if asked else usual


def _number(call: HubApiCall, name: str) -> float | None:
    text = call.parameter(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) < 1:
        raise errors.InvalidParameter(f"{name}: not a whole number of at least 1")
    return float(text)
