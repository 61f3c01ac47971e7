"""What is owed to whom, and what an answer to it means.

A delivery names an object and its receiver, it does not copy the object (design D6). What a
receiver's answer means is decided here; reliability rules 1.1 and 1.2 are the tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.objects import Change, Missed, ObjectKey
from domain.party import PartyId


class DeliveryClass(StrEnum):
    """`cdr`: custody, owed until the receiver has it. `state`: the present state only."""

    CDR = "cdr"
    STATE = "state"


class DeliveryState(StrEnum):
    """DUE: owed. REFUSED: the receiver does not want it as it is. PARKED: waits for an operator."""

    DUE = "due"
    REFUSED = "refused"
    PARKED = "parked"


@dataclass(frozen=True)
class LaneId:
    """All deliveries of one class to one platform."""

    partner_id: str
    delivery_class: DeliveryClass = DeliveryClass.STATE

    def __str__(self) -> str:
        return f"{self.partner_id}/{self.delivery_class.value}"

    @classmethod
    def parse(cls, text: str) -> "LaneId":
        partner_id, _, name = text.rpartition("/")
        return cls(partner_id, DeliveryClass(name))


@dataclass(frozen=True)
class Mark:
    """That `receiver` has not seen `missed` of the object, whose revision is now `revision`."""

    lane: LaneId
    receiver: PartyId
    key: ObjectKey
    revision: int
    missed: Missed

    @property
    def delivery_id(self) -> str:
        return f"{self.lane}|{self.receiver}|{self.key}"


@dataclass(frozen=True)
class Attempt:
    """One try: when, what came back. `http` and `ocpi` are None where no answer came."""

    at: datetime
    verdict: "Verdict"
    reason: str
    http: int | None = None
    ocpi: int | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True)
class Delivery:
    """What one receiver is owed of one object.

    `missed` came since the last attempt began, `sending` is what that attempt is about. An attempt
    that was begun is never taken for not made: what it was about goes out as present state next.
    """

    id: str
    lane: LaneId
    receiver: PartyId
    key: ObjectKey
    revision: int
    since: datetime
    due: datetime
    state: DeliveryState = DeliveryState.DUE
    missed: Missed | None = None
    sending: Missed | None = None
    attempts: int = 0
    last: Attempt | None = None
    version: int = 0

    @classmethod
    def of(cls, mark: Mark, *, now: datetime) -> "Delivery":
        """The first mark of an object for a receiver."""
        return cls(
            id=mark.delivery_id,
            lane=mark.lane,
            receiver=mark.receiver,
            key=mark.key,
            revision=mark.revision,
            since=now,
            due=now,
            missed=mark.missed,
        )

    def marked(self, mark: Mark, *, now: datetime) -> "Delivery":
        """With one more mark. A refused one is owed again: the object has changed."""
        if mark.revision <= self.revision:
            return self
        missed = mark.missed if self.missed is None else self.missed.and_then(mark.missed)
        refused = self.state is not DeliveryState.DUE
        return replace(
            self,
            revision=mark.revision,
            missed=missed,
            state=DeliveryState.DUE,
            due=now if refused or self.attempts == 0 else self.due,
            attempts=0 if refused else self.attempts,
        )

    def claimed(self) -> "Delivery":
        """Taken for an attempt: all that is missed moves to `sending`."""
        owed = self.missed
        if self.sending is not None:
            unsure = self.sending.as_present_state()
            owed = unsure if owed is None else unsure.and_then(owed)
        return replace(self, missed=None, sending=owed)


class Verdict(StrEnum):
    """What an answer to a delivery means (reliability 1.2)."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LACKS_PARENT = "lacks_parent"
    MOVED = "moved"
    TOKEN_DEAD = "token_dead"
    SLOW_DOWN = "slow_down"
    SICK = "sick"
    FAULT = "fault"

    @property
    def is_well(self) -> bool:
        """Whether the endpoint works, whatever it thinks of this item. A FAULT does not show it."""
        return self in (
            Verdict.ACCEPTED,
            Verdict.REFUSED,
            Verdict.LACKS_PARENT,
            Verdict.MOVED,
        )


_SLOW_DOWN = frozenset({408, 425, 429, 503})
_LACKS = frozenset({2003, 2004})


def judge(*, http: int, ocpi: int | None, is_part: bool) -> Verdict:
    """What an answer means; `is_part`: it answers a PATCH or a push below the whole object.

    `ocpi` is None where the body was no envelope. An envelope of 2xxx in another 4xx is about the
    item too, as it is for a requester (1.10): it must not hold up its neighbours.
    """
    if http in (401, 403):
        return Verdict.TOKEN_DEAD
    if is_part and (http == 404 or (ocpi in _LACKS and http < 500)):
        return Verdict.LACKS_PARENT
    if http in (404, 405):
        return Verdict.MOVED
    if http in _SLOW_DOWN:
        return Verdict.SLOW_DOWN
    if 400 <= http < 500 and ocpi is not None and 2000 <= ocpi < 3000:
        return Verdict.REFUSED
    if not 200 <= http < 300 or ocpi is None:
        return Verdict.SICK
    if 1000 <= ocpi < 2000:
        return Verdict.ACCEPTED
    return Verdict.REFUSED if 2000 <= ocpi < 3000 else Verdict.SICK


@dataclass(frozen=True)
class Settled:
    """How an attempt ended for its delivery; `state` None: done, nothing more is owed."""

    delivery: Delivery
    attempt: Attempt
    state: DeliveryState | None
    due: datetime


_SCHEDULE_S: dict[DeliveryClass, Sequence[float]] = {
    DeliveryClass.CDR: (5, 30, 120, 300, 900, 1800, 3600, 7200, 14400, 28800, 43200),
    DeliveryClass.STATE: (2, 5, 10, 20, 30, 50),
}
"""Seconds until the next attempt, the last for ever; a lane's open breaker governs instead
(reliability 1.2). For state it stays short: who is back is to have it within the minute."""
_AT_LEAST_S = 60.0
_AT_MOST_S = 24 * 3600.0


def settle(delivery: Delivery, attempt: Attempt, *, spread: float) -> Settled:
    """What follows from an attempt. `spread`, 0 to 1, is the jitter: 20 % either way."""
    if attempt.verdict is Verdict.ACCEPTED:
        return Settled(delivery, attempt, None, attempt.at)
    if attempt.verdict in (Verdict.REFUSED, Verdict.LACKS_PARENT, Verdict.MOVED):
        return Settled(delivery, attempt, DeliveryState.REFUSED, attempt.at)
    wait = _wait_s(delivery, attempt, spread)
    return Settled(delivery, attempt, DeliveryState.DUE, attempt.at + timedelta(seconds=wait))


def after(held: Delivery, settled: Settled) -> Delivery | None:
    """What `held`, as it stands now, becomes; None if nothing is owed any more.

    Marked meanwhile (`missed`), it is due again at once, but not where the endpoint failed: there
    the schedule governs. What was not accepted stays in `sending`, so the next attempt covers it.
    """
    ended = replace(held, last=settled.attempt, due=settled.due, state=DeliveryState.DUE)
    if settled.state is None:
        return replace(ended, sending=None, attempts=0) if held.missed is not None else None
    if settled.state is DeliveryState.DUE:
        return replace(ended, attempts=held.attempts + 1)
    if held.missed is not None:
        return replace(ended, attempts=0)
    return replace(ended, state=settled.state, attempts=held.attempts + 1)


def _wait_s(delivery: Delivery, attempt: Attempt, spread: float) -> float:
    schedule = _SCHEDULE_S[delivery.lane.delivery_class]
    step = schedule[min(delivery.attempts, len(schedule) - 1)] * (0.8 + 0.4 * spread)
    if attempt.verdict is Verdict.SLOW_DOWN:
        step = max(step, _AT_LEAST_S if attempt.http in (408, 429) else 0.0)
    return min(max(step, attempt.retry_after_s or 0.0), _AT_MOST_S)


def change_to_send(delivery: Delivery, *, revision: int) -> Change | None:
    """The change to pass on as it came, or None where the present state goes out (design D6).

    A change goes out as it came only while the object still is as that change left it.
    """
    owed = delivery.sending
    if owed is None or owed.change is None or revision != delivery.revision:
        return None
    return owed.change
