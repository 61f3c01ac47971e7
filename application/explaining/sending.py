"""Checks of what is owed: what the receiver answered last, since when, and when the next try is.

What a receiver's platform answers is its own affair: other partners hear that it is owed, no more.
"""

from collections.abc import Mapping
from typing import NamedTuple

from application.delivery.reasons import why_owed
from application.explaining.story import Check, Outcome, later
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryState
from domain.delivery.lanes import Breaker, LaneHealth
from domain.partners.partner import Partner
from domain.times import format_time


class _Trouble(NamedTuple):
    """What an answer of one kind is called, means, and how it is put right."""

    name: str
    said: str
    advice: str


_CORRECTS = "{party} corrects the URL in its version details, and tells the hub by PUT credentials."
_RETRIES = " Or the hub's operator tries it now (`ocpi-hub delivery retry {delivery}`)."
_TROUBLES: Mapping[Verdict, _Trouble] = {
    Verdict.MOVED: _Trouble(
        "url", "the URL that {party} gave leads to nothing there", _CORRECTS + _RETRIES
    ),
    Verdict.NOT_OFFERED: _Trouble("url", "{party} offers no URL that can be used", _CORRECTS),
    Verdict.TOKEN_DEAD: _Trouble(
        "token",
        "{party} does not let the hub in",
        "The hub's operator agrees on new tokens (`ocpi-hub partner rotate {party}`).",
    ),
    Verdict.REFUSED: _Trouble(
        "refused",
        "{party} has refused it as it is",
        "{party} says what it does not take; then the owner corrects the object, or the hub's "
        "operator tries it again (`ocpi-hub delivery retry {delivery}`).",
    ),
    Verdict.SLOW_DOWN: _Trouble(
        "busy",
        "{party} asks the hub to send more slowly",
        "The hub waits as it was asked, and sends then.",
    ),
    Verdict.HELD: _Trouble(
        "held", "the hub holds it until {party} is connected", "{party} connects again."
    ),
}
_SICK = _Trouble(
    "error",
    "the platform of {party} fails",
    "{party} looks for the error on its side; the hub goes on trying.",
)
_NEW = _Trouble("owed", "the hub owes it to {party}", "")
_PARKED = _Trouble(
    "parked",
    "it is parked: the hub tries no more by itself",
    "The cause is put right, and the hub's operator tries it again "
    "(`ocpi-hub delivery retry {delivery}`).",
)


def owed(delivery: Delivery, health: LaneHealth, partner: Partner) -> Check:
    """Why it is not delivered yet, or is not delivered at all; `health` is its lane's."""
    party = delivery.receiver.spelled
    trouble = _trouble(delivery, health)
    words = {"party": party, "delivery": delivery.short_id}
    said = f"{trouble.said.format(**words)}; {_history(delivery, health)}"
    outcome = Outcome.NOT_YET if delivery.state is DeliveryState.DUE else Outcome.NO
    check = Check(trouble.name, said, outcome, trouble.advice.format(**words))
    others = later(
        "owed",
        f"the hub owes it to {party}, which has not taken it so far",
        f"Ask {party} or the hub's operator.",
    )
    return check.within(partner.id, others)


def _trouble(delivery: Delivery, health: LaneHealth) -> _Trouble:
    if delivery.state is DeliveryState.PARKED:
        return _PARKED
    if delivery.last is not None and delivery.last.verdict is not Verdict.ACCEPTED:
        return _TROUBLES.get(delivery.last.verdict, _SICK)
    return _SICK if health.breaker is Breaker.OPEN else _NEW


def _history(delivery: Delivery, health: LaneHealth) -> str:
    """Since when, how often, what came back, what is next."""
    told = [f"owed since {format_time(delivery.since)}"]
    if delivery.last is not None:
        often = "once" if delivery.attempts == 1 else f"{delivery.attempts} times"
        told.append(f"tried {often}, last {_answer(delivery.last)}")
    return "; ".join((*told, why_owed(delivery, health) or ""))


def _answer(attempt: Attempt) -> str:
    """`at 2026-01-31T12:00:00Z: HTTP 500`."""
    http = "no answer" if attempt.http is None else f"HTTP {attempt.http}"
    ocpi = "" if attempt.ocpi is None else f", OCPI {attempt.ocpi}"
    return f"at {format_time(attempt.at)}: {http}{ocpi}"
