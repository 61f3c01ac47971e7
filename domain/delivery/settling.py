"""What follows from an attempt: nothing more, another one and when, or an operator's decision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.delivery.answers import Attempt, Verdict, says_it_has_it
from domain.delivery.deliveries import (
    PARKED_BY_AGE_AFTER,
    Delivery,
    DeliveryClass,
    DeliveryState,
    Handover,
)
from domain.delivery.standing import Judgement

CDR_DELIVERED = "cdr.delivered"
CDR_PARKED = "cdr.parked"


@dataclass(frozen=True)
class Settled:
    """How an attempt ended for its delivery; `state` None: done, nothing more is owed.

    `handover` is what a CDR's delivery knows now; `events` are to be told to subscribers.
    """

    delivery: Delivery
    attempt: Attempt
    state: DeliveryState | None
    due: datetime
    handover: Handover | None = None
    events: tuple[str, ...] = ()

    @property
    def is_journaled(self) -> bool:
        """Whether the attempt is kept for ever: of CDRs, where the receiver was asked at all."""
        return self.handover is not None and not self.attempt.verdict.says_nothing


_SCHEDULE_S: dict[DeliveryClass, Sequence[float]] = {
    DeliveryClass.CDR: (5, 30, 120, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200),
    DeliveryClass.STATE: (2, 5, 10, 20, 30, 50),
    DeliveryClass.WEBHOOK: (5, 30, 120, 300, 900, 1800, 3600, 7200, 14400),
}
"""Seconds until the next attempt, the last for ever; a lane's open breaker governs instead.
For state it stays short: a receiver that is back has it within the minute."""
_AFTER_A_REFUSAL_S = (1200, 2100)
"""Three tries within the hour; a receiver that refuses a CDR a third time means it."""
_AT_LEAST_S = 60.0
_AT_MOST_S = 24 * 3600.0
_HELD_S = 300.0
_WEBHOOKS_GIVE_UP_AFTER = timedelta(days=3)
_REQUESTED_WITHIN = timedelta(seconds=5)
"""The longest time between a change and its delivery request: the sweeper needs two seconds."""
_REFUSALS = frozenset({Verdict.REFUSED, Verdict.LACKS_PARENT, Verdict.MOVED})


def settle(delivery: Delivery, attempt: Attempt, *, spread: float) -> Settled:
    """What follows from an attempt. `spread`, 0 to 1, is the jitter: 20 % either way."""
    if delivery.handover is not None:
        return _settle_handover(delivery, delivery.handover, attempt, spread)
    if attempt.verdict is Verdict.ACCEPTED:
        return Settled(delivery, attempt, None, attempt.at)
    if delivery.lane.delivery_class is DeliveryClass.WEBHOOK:
        return _settle_webhook(delivery, attempt, spread)
    if attempt.verdict in _REFUSALS or attempt.verdict is Verdict.NOT_OFFERED:
        return Settled(delivery, attempt, DeliveryState.REFUSED, attempt.at)
    return Settled(delivery, attempt, DeliveryState.DUE, _next(delivery, attempt, spread))


def after(held: Delivery, settled: Settled) -> Delivery | None:
    """What `held`, as it stands now, becomes; None if nothing is owed any more.

    With a request that came meanwhile (`unseen`), it is due again at once, but not where the
    endpoint failed: there the schedule governs. What was not accepted stays in `sending`, so the
    next attempt covers it.
    """
    ended = replace(held, last=settled.attempt, due=settled.due, state=DeliveryState.DUE)
    if held.handover is not None and settled.handover is not None:
        ended = replace(ended, state=settled.state or ended.state)
        return _after_handover(ended, held.handover, settled.handover, settled)
    if settled.state is None:
        return _after_acceptance(ended, settled)
    if settled.state is DeliveryState.DUE:
        return replace(ended, attempts=held.attempts + 1)
    if held.unseen is not None:
        return replace(ended, attempts=0)
    return replace(ended, state=settled.state, attempts=held.attempts + 1)


def retried(delivery: Delivery, *, now: datetime, behind: str = "") -> Delivery | None:
    """The delivery, due now: as often as one likes; None where there is nothing to hand over.

    A declined CDR is its owner's again, one behind another waits for that one (H-CDR-3), and a
    Credit CDR that does not fit is never handed over: its owner posts one that does. With `behind`,
    a Credit CDR waits for the delivery of this id, which is handed over again too.
    """
    if delivery.state in (DeliveryState.DECLINED, DeliveryState.WAITING):
        return None
    fresh = replace(delivery, state=DeliveryState.DUE, due=now)
    if delivery.handover is None:
        return fresh
    if delivery.handover.judgement is Judgement.UNFIT:
        return None
    has_it = delivery.handover.receipt is not None or delivery.handover.unsure
    handover = replace(delivery.handover, refusals=0, bare=0, unsure=has_it, behind=behind)
    state = DeliveryState.WAITING if behind else DeliveryState.DUE
    return replace(fresh, state=state, handover=handover)


def _after_acceptance(ended: Delivery, settled: Settled) -> Delivery | None:
    """A newer revision may go out whole before its request is there, which then changes nothing.

    The delivery waits for it, with nothing to send, and goes when it is due again.
    """
    told = settled.attempt.revision
    if ended.unseen is not None and ended.revision > told:
        return replace(ended, sending=None, attempts=0)
    if told <= settled.delivery.revision:
        return None
    due = settled.due + _REQUESTED_WITHIN
    return replace(ended, revision=told, unseen=None, sending=None, attempts=0, due=due)


def _after_handover(ended: Delivery, held: Handover, known: Handover, settled: Settled) -> Delivery:
    """What was noted of it meanwhile stays: that it is promised, which events were told."""
    counted = 0 if settled.attempt.verdict.says_nothing else 1
    noted = replace(known, promised=held.promised, untold=held.untold)
    handover = _telling(noted, settled.events)
    return replace(ended, sending=None, attempts=ended.attempts + counted, handover=handover)


def _settle_handover(
    delivery: Delivery, handover: Handover, attempt: Attempt, spread: float
) -> Settled:
    if attempt.verdict is Verdict.ACCEPTED:
        done = replace(handover, receipt=attempt.receipt, unsure=False)
        return _done(delivery, attempt, DeliveryState.DELIVERED, done)
    if attempt.verdict is Verdict.NOT_OFFERED:
        return Settled(delivery, attempt, DeliveryState.BY_PULL, attempt.at, handover)
    if attempt.verdict in _REFUSALS:
        return _refused(delivery, handover, attempt)
    if attempt.is_bare and handover.bare:
        return _done(delivery, attempt, DeliveryState.UNCONFIRMED, handover)
    unsure = replace(
        handover,
        unsure=handover.unsure or attempt.is_unsure,
        bare=handover.bare + attempt.is_bare,
    )
    due = _next(delivery, attempt, spread)
    grows_old = _last_at(delivery) < delivery.since + PARKED_BY_AGE_AFTER <= attempt.at
    events = (CDR_PARKED,) if grows_old else ()
    return Settled(delivery, attempt, DeliveryState.DUE, due, _telling(unsure, events), events)


def _refused(delivery: Delivery, handover: Handover, attempt: Attempt) -> Settled:
    """A duplicate is no refusal where it may have got it before."""
    if handover.unsure and says_it_has_it(attempt, delivery.key.id):
        return _done(delivery, attempt, DeliveryState.UNCONFIRMED, handover)
    refused = replace(handover, refusals=handover.refusals + 1)
    if refused.refusals > len(_AFTER_A_REFUSAL_S):
        parked = _telling(refused, (CDR_PARKED,))
        return Settled(delivery, attempt, DeliveryState.PARKED, attempt.at, parked, (CDR_PARKED,))
    wait = timedelta(seconds=_AFTER_A_REFUSAL_S[handover.refusals])
    return Settled(delivery, attempt, DeliveryState.DUE, attempt.at + wait, refused)


def _done(
    delivery: Delivery, attempt: Attempt, state: DeliveryState, handover: Handover
) -> Settled:
    events = (CDR_DELIVERED,)
    return Settled(delivery, attempt, state, attempt.at, _telling(handover, events), events)


def _telling(handover: Handover, events: tuple[str, ...]) -> Handover:
    return replace(handover, untold=tuple(dict.fromkeys((*handover.untold, *events))))


def _last_at(delivery: Delivery) -> datetime:
    return delivery.since if delivery.last is None else delivery.last.at


def _settle_webhook(delivery: Delivery, attempt: Attempt, spread: float) -> Settled:
    """Every failure is tried again, for three days."""
    if attempt.at - delivery.since >= _WEBHOOKS_GIVE_UP_AFTER:
        return Settled(delivery, attempt, DeliveryState.PARKED, attempt.at)
    return Settled(delivery, attempt, DeliveryState.DUE, _next(delivery, attempt, spread))


def _next(delivery: Delivery, attempt: Attempt, spread: float) -> datetime:
    return attempt.at + timedelta(seconds=_wait_s(delivery, attempt, spread))


def _wait_s(delivery: Delivery, attempt: Attempt, spread: float) -> float:
    is_counted = delivery.handover is None or not attempt.verdict.says_nothing
    if attempt.verdict is Verdict.HELD or not is_counted:
        return _HELD_S
    schedule = _SCHEDULE_S[delivery.lane.delivery_class]
    step = schedule[min(delivery.attempts, len(schedule) - 1)] * (0.8 + 0.4 * spread)
    if attempt.verdict is Verdict.SLOW_DOWN:
        step = max(step, _AT_LEAST_S if attempt.http in (408, 429) else 0.0)
    return min(max(step, attempt.retry_after_s or 0.0), _AT_MOST_S)
