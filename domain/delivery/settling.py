"""What follows from an attempt: nothing more, another one and when, or an operator's decision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.delivery.answers import Attempt, Verdict, says_it_has_it
from domain.delivery.deliveries import (
    PARKED_BY_AGE_AFTER,
    CdrDelivery,
    Delivery,
    DeliveryClass,
    DeliveryState,
    is_of_cdr,
)
from domain.delivery.standing import Judgement
from domain.delivery.what import CdrHandover, Event, EventType, What


@dataclass(frozen=True)
class Settled:
    """How an attempt ended for its delivery; `state` None: done, nothing more is owed.

    `what` is what a CDR's delivery knows now; `events` are to be told to subscribers.
    """

    delivery: Delivery
    attempt: Attempt
    state: DeliveryState | None
    due: datetime
    what: What
    events: tuple[EventType, ...] = ()

    @property
    def is_journaled(self) -> bool:
        """Whether the attempt is kept for ever: of CDRs, where the receiver was asked at all."""
        return isinstance(self.what, CdrHandover) and not self.attempt.verdict.says_nothing


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
    if is_of_cdr(delivery):
        return _settle_cdr(delivery, attempt, spread)
    if attempt.verdict is Verdict.ACCEPTED:
        return Settled(delivery, attempt, None, attempt.at, delivery.what)
    is_event = isinstance(delivery.what, Event)
    state = _state_of_event(delivery, attempt) if is_event else _state_of_change(attempt)
    is_due = state is DeliveryState.DUE
    due = _next(delivery, attempt, spread) if is_due else attempt.at
    return Settled(delivery, attempt, state, due, delivery.what)


def after(held: Delivery, settled: Settled) -> Delivery | None:
    """What `held`, as it stands now, becomes; None if nothing is owed any more.

    With a request that came meanwhile (`unseen`), it is due again at once, but not where the
    endpoint failed: there the schedule governs. What was not accepted stays in `sending`, so the
    next attempt covers it.
    """
    state = settled.state or DeliveryState.DUE
    ended = replace(held, last=settled.attempt, due=settled.due, state=state)
    if isinstance(held.what, CdrHandover) and isinstance(settled.what, CdrHandover):
        return _after_handover(ended, held.what, settled.what, settled)
    if settled.state is None:
        return _after_acceptance(ended, settled)
    if settled.state is not DeliveryState.DUE and held.unseen is not None:
        return replace(ended, state=DeliveryState.DUE, attempts=0)
    return replace(ended, attempts=held.attempts + 1)


def retried(delivery: Delivery, *, now: datetime, behind: str = "") -> Delivery | None:
    """The delivery, due now: as often as one likes; None where there is nothing to deliver.

    A declined CDR is its owner's again, one behind another waits for that one (H-CDR-3), and a
    Credit CDR that does not fit is never delivered: its owner posts one that does. With `behind`,
    a Credit CDR waits for the delivery of this id, which is delivered again too.
    """
    if delivery.state in (DeliveryState.DECLINED, DeliveryState.WAITING):
        return None
    fresh = replace(delivery, state=DeliveryState.DUE, due=now)
    if not isinstance(fresh.what, CdrHandover):
        return fresh
    if fresh.what.judgement is Judgement.UNFIT:
        return None
    has_it = fresh.what.receipt is not None or fresh.what.unsure
    handover = replace(fresh.what, refusals=0, bare=0, unsure=has_it, behind=behind)
    state = DeliveryState.WAITING if behind else DeliveryState.DUE
    return replace(fresh, state=state, what=handover)


def _after_acceptance(ended: Delivery, settled: Settled) -> Delivery | None:
    """A newer revision may go out whole before its request is there, which then changes nothing.

    The delivery waits for it, with nothing to send, and goes when it is due again.
    """
    told = settled.attempt.revision
    if ended.unseen is not None and ended.revision > told:
        return replace(ended, sending=None, attempts=0)
    has_come = ended.unseen is not None and ended.revision == told
    if told <= settled.delivery.revision or has_come:
        return None
    due = settled.due + _REQUESTED_WITHIN
    return replace(ended, revision=told, unseen=None, sending=None, attempts=0, due=due)


def _after_handover(
    ended: Delivery, held: CdrHandover, known: CdrHandover, settled: Settled
) -> Delivery:
    """What was noted of it meanwhile stays: that it is promised, which events were told."""
    counted = 0 if settled.attempt.verdict.says_nothing else 1
    noted = replace(known, promised=held.promised, untold=held.untold)
    handover = noted.telling(*settled.events)
    return replace(ended, sending=None, attempts=ended.attempts + counted, what=handover)


def _settle_cdr(delivery: CdrDelivery, attempt: Attempt, spread: float) -> Settled:
    handover = delivery.what
    if attempt.verdict is Verdict.ACCEPTED:
        done = replace(handover, receipt=attempt.receipt, unsure=False)
        return _done(delivery, attempt, DeliveryState.DELIVERED, done)
    if attempt.verdict is Verdict.NOT_OFFERED:
        return Settled(delivery, attempt, DeliveryState.BY_PULL, attempt.at, handover)
    if attempt.verdict in _REFUSALS:
        return _refused(delivery, attempt)
    if attempt.is_bare and handover.bare:
        return _done(delivery, attempt, DeliveryState.UNCONFIRMED, handover)
    unsure = replace(
        handover,
        unsure=handover.unsure or attempt.is_unsure,
        bare=handover.bare + attempt.is_bare,
    )
    due = _next(delivery, attempt, spread)
    grows_old = _last_at(delivery) < delivery.since + PARKED_BY_AGE_AFTER <= attempt.at
    events = (EventType.CDR_PARKED,) if grows_old else ()
    return Settled(delivery, attempt, DeliveryState.DUE, due, unsure.telling(*events), events)


def _refused(delivery: CdrDelivery, attempt: Attempt) -> Settled:
    """A duplicate is no refusal where it may have got it before."""
    handover = delivery.what
    if handover.unsure and says_it_has_it(attempt, handover.key.id):
        return _done(delivery, attempt, DeliveryState.UNCONFIRMED, handover)
    refused = replace(handover, refusals=handover.refusals + 1)
    if refused.refusals > len(_AFTER_A_REFUSAL_S):
        events = (EventType.CDR_PARKED,)
        parked = refused.telling(*events)
        return Settled(delivery, attempt, DeliveryState.PARKED, attempt.at, parked, events)
    wait = timedelta(seconds=_AFTER_A_REFUSAL_S[handover.refusals])
    return Settled(delivery, attempt, DeliveryState.DUE, attempt.at + wait, refused)


def _done(
    delivery: CdrDelivery, attempt: Attempt, state: DeliveryState, handover: CdrHandover
) -> Settled:
    events = (EventType.CDR_DELIVERED,)
    return Settled(delivery, attempt, state, attempt.at, handover.telling(*events), events)


def _last_at(delivery: Delivery) -> datetime:
    return delivery.since if delivery.last is None else delivery.last.at


def _state_of_change(attempt: Attempt) -> DeliveryState:
    """What was refused stays until the object changes."""
    is_refused = attempt.verdict in _REFUSALS or attempt.verdict is Verdict.NOT_OFFERED
    return DeliveryState.REFUSED if is_refused else DeliveryState.DUE


def _state_of_event(delivery: Delivery, attempt: Attempt) -> DeliveryState:
    """Every failure is tried again, for three days."""
    is_old = attempt.at - delivery.since >= _WEBHOOKS_GIVE_UP_AFTER
    return DeliveryState.PARKED if is_old else DeliveryState.DUE


def _next(delivery: Delivery, attempt: Attempt, spread: float) -> datetime:
    return attempt.at + timedelta(seconds=_wait_s(delivery, attempt, spread))


def _wait_s(delivery: Delivery, attempt: Attempt, spread: float) -> float:
    is_counted = not (is_of_cdr(delivery) and attempt.verdict.says_nothing)
    if attempt.verdict is Verdict.HELD or not is_counted:
        return _HELD_S
    schedule = _SCHEDULE_S[delivery.lane.delivery_class]
    step = schedule[min(delivery.attempts, len(schedule) - 1)] * (0.8 + 0.4 * spread)
    if attempt.verdict is Verdict.SLOW_DOWN:
        step = max(step, _AT_LEAST_S if attempt.http in (408, 429) else 0.0)
    return min(max(step, attempt.retry_after_s or 0.0), _AT_MOST_S)
