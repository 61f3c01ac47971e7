"""What the requests of a minute or an hour came to: of this charts are drawn."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from application.hub import Hub
from domain import errors
from domain.journal.figures import Figure, FigureQuery, Span
from domain.journal.legs import Direction
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.hub_api.journal.journal import asked_limit, asked_outcome
from entrypoints.hub_api.journal.shapes import partner_shape
from entrypoints.hub_api.listing import asked_partner, check_period, moment_asked
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape, time_text
from entrypoints.ocpi.replies import Reply, of_value

_Word = TypeVar("_Word")
MOST_FIGURES = 10_000
_LOOKS_BACK = {Span.MINUTE: timedelta(hours=1), Span.HOUR: timedelta(days=1)}


def list_figures(hub: Hub, call: HubApiCall) -> Reply:
    """GET figures: how many requests there were, how they ended, how long they took."""
    span = _word(call, "by", {each.value: each for each in Span}) or Span.HOUR
    since, until = moment_asked(call, "since"), moment_asked(call, "before")
    check_period(since, until, "since", "before")
    query = figure_query(span, since, until, hub.tracer.clock.now())._replace(
        partner_id=asked_partner(hub, call),
        module=call.parameter("module"),
        direction=_word(call, "direction", {each.value: each for each in Direction}),
        outcome=asked_outcome(call),
    )
    found = hub.tracer.figures(query, limit=asked_limit(call, most=MOST_FIGURES, usual=1_000))
    names = Names.of(hub)
    return of_value([figure_shape(each, names) for each in found])


def figure_query(
    span: Span, since: datetime | None, until: datetime | None, now: datetime
) -> FigureQuery:
    """Of this time: the last day by hours or the last hour by minutes, unless it is given."""
    end = until or now + span.length
    return FigureQuery(span, since or end - span.length - _LOOKS_BACK[span], end)


def figure_shape(figure: Figure, names: Names) -> Shape:
    """One line. `p50_ms` and `p95_ms` are upper bounds; None: longer than ten seconds."""
    slot = figure.slot
    return {
        "at": time_text(slot.begin),
        "direction": slot.direction.value,
        "partner": partner_shape(slot.partner_id, names),
        "module": slot.module or None,
        "outcome": slot.outcome,
        "count": figure.count,
        "mean_ms": Decimal(f"{figure.mean_ms:.1f}"),
        "p50_ms": _bound(figure, 0.5),
        "p95_ms": _bound(figure, 0.95),
    }


def _bound(figure: Figure, share: float) -> Decimal | None:
    bound = figure.within_ms(share)
    return None if bound is None else Decimal(f"{bound:.0f}")


def _word(call: HubApiCall, name: str, words: Mapping[str, _Word]) -> _Word | None:
    text = call.parameter(name)
    if text is not None and text not in words:
        raise errors.InvalidParameter(f"{name}: not one of {', '.join(words)}")
    return None if text is None else words[text]
