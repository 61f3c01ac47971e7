"""What is owed to whom.

A delivery names what it is of and its receiver, it copies neither object nor CDR.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Generic, Self, TypeGuard, TypeVar

from domain.delivery.answers import Attempt
from domain.delivery.what import CdrHandover, Event, ObjectChange, What
from domain.objects.stored import ALL_UNSEEN, Change, ObjectKey, UnseenChange
from domain.partners.party import PartyId

_What = TypeVar("_What", bound=What, covariant=True)

PARKED_BY_AGE_AFTER = timedelta(days=30)


class DeliveryClass(StrEnum):
    """`cdr`: custody, owed until the receiver has it. `state`: the present state only.

    `webhook`: events for those who want more than OCPI (D-12).
    """

    CDR = "cdr"
    STATE = "state"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """Where a delivery stands; the class `state` knows DUE and REFUSED alone.

    DUE: owed. REFUSED: the receiver does not want it as it is. PARKED: waits for an operator.
    WAITING: behind the CDR that it credits, or for that to come. DELIVERED: the receiver said so.
    UNCONFIRMED: it says that it has it already, after an unsure attempt. BY_PULL: the receiver
    takes no CDRs, it fetches them. DECLINED: refused in the answer to its POST, never in custody.
    """

    DUE = "due"
    REFUSED = "refused"
    PARKED = "parked"
    WAITING = "waiting"
    DELIVERED = "delivered"
    UNCONFIRMED = "delivered_unconfirmed"
    BY_PULL = "by_pull"
    DECLINED = "declined"

    @property
    def is_open(self) -> bool:
        """Whether something is still owed, or an operator has to look at it."""
        return self in OPEN_STATES


OPEN_STATES = frozenset(
    {DeliveryState.DUE, DeliveryState.REFUSED, DeliveryState.PARKED, DeliveryState.WAITING}
)
DONE_STATES = frozenset({DeliveryState.DELIVERED, DeliveryState.UNCONFIRMED, DeliveryState.BY_PULL})
"""What a CDR's delivery ends in; the deliveries behind it may go then."""


def aged_before(now: datetime) -> datetime:
    """What is owed since before then is parked by age: since 30 days or longer."""
    return now - PARKED_BY_AGE_AFTER + timedelta(microseconds=1)


@dataclass(frozen=True)
class LaneId:
    """All deliveries of one class to one target.

    `target` is the id of a partner; in the class `webhook` that of a subscription.
    """

    target: str
    delivery_class: DeliveryClass = DeliveryClass.STATE

    def __str__(self) -> str:
        return f"{self.target}/{self.delivery_class.value}"

    @property
    def is_webhook(self) -> bool:
        """Whether the target is a subscription."""
        return self.delivery_class is DeliveryClass.WEBHOOK

    @classmethod
    def parse(cls, text: str) -> "LaneId":
        target, _, name = text.rpartition("/")
        return cls(target, DeliveryClass(name))


@dataclass(frozen=True)
class DeliveryRequest:
    """That `receiver` has not seen `unseen` of the object, whose revision is now `revision`.

    Of an event `unseen` says by which message it came: its data are read when it is sent.
    """

    lane: LaneId
    receiver: PartyId
    what: ObjectChange | Event
    revision: int
    unseen: UnseenChange = ALL_UNSEEN

    @property
    def delivery_id(self) -> str:
        return f"{self.lane}|{self.receiver}|{self.what.subject}"


@dataclass(frozen=True)
class DeliveryOf(Generic[_What]):
    """What one receiver is owed: `what` says whether a change, a CDR or an event.

    `unseen` came since the last attempt began, `sending` is what that attempt is about. An attempt
    that was begun is never taken for not made: what it was about goes out as present state next.
    """

    id: str
    lane: LaneId
    receiver: PartyId
    what: _What
    revision: int
    since: datetime
    due: datetime
    state: DeliveryState = DeliveryState.DUE
    unseen: UnseenChange | None = None
    sending: UnseenChange | None = None
    attempts: int = 0
    last: Attempt | None = None
    version: int = 0

    @property
    def key(self) -> ObjectKey:
        """The object, the CDR, or what the event is about."""
        return self.what.key

    @property
    def short_id(self) -> str:
        """Its id for people: 12 hexadecimal digits."""
        return sha256(self.id.encode()).hexdigest()[:12]

    def with_request(self, request: DeliveryRequest, *, now: datetime) -> Self:
        """With one more request. A refused one is owed again: the object has changed.

        One that has sent this revision already, and waited for its request alone, may go now.
        """
        if request.revision <= self.revision:
            waits = self.state is DeliveryState.DUE and self.unseen is self.sending is None
            is_awaited = waits and request.revision == self.revision
            return replace(self, due=min(self.due, now)) if is_awaited else self
        unseen = request.unseen if self.unseen is None else self.unseen.and_then(request.unseen)
        refused = self.state is not DeliveryState.DUE
        return replace(
            self,
            revision=request.revision,
            unseen=unseen,
            since=now if refused else self.since,
            state=DeliveryState.DUE,
            due=now if refused or self.attempts == 0 else self.due,
            attempts=0 if refused else self.attempts,
        )

    def claimed(self) -> Self:
        """Taken for an attempt: all that is unseen moves to `sending`.

        A CDR's attempt begins when its bytes leave (`begun`), until then nothing has happened.
        Where one was begun and its end is unknown, the receiver may have it.
        """
        owed = self.unseen
        if self.sending is not None:
            unsure = self.sending.as_present_state()
            owed = unsure if owed is None else unsure.and_then(owed)
        if not isinstance(self.what, CdrHandover):
            return replace(self, unseen=None, sending=owed)
        was_begun = self.sending is not None
        handover = replace(self.what, unsure=self.what.unsure or was_begun)
        return replace(self, unseen=None, sending=None, what=handover)

    def begun(self) -> Self:
        """A CDR whose bytes leave now: from here on its receiver may have it."""
        return replace(self, sending=ALL_UNSEEN)


Delivery = DeliveryOf[What]
CdrDelivery = DeliveryOf[CdrHandover]
EventDelivery = DeliveryOf[Event]


def delivery_of(request: DeliveryRequest, *, now: datetime) -> Delivery:
    """The delivery that the first request makes."""
    return DeliveryOf(
        id=request.delivery_id,
        lane=request.lane,
        receiver=request.receiver,
        what=request.what,
        revision=request.revision,
        since=now,
        due=now,
        unseen=request.unseen,
    )


def is_of_cdr(delivery: Delivery) -> TypeGuard[CdrDelivery]:
    """Whether it hands a CDR over."""
    return isinstance(delivery.what, CdrHandover)


def is_of_event(delivery: Delivery) -> TypeGuard[EventDelivery]:
    """Whether a webhook is told of something by it."""
    return isinstance(delivery.what, Event)


def is_undecided(delivery: CdrDelivery) -> bool:
    """Whether its first attempt is under way in the POST itself: it may still be declined."""
    if delivery.what.promised or delivery.sending is None:
        return False
    return delivery.state is DeliveryState.DUE and delivery.attempts == 0


def is_parked_by_age(delivery: CdrDelivery, now: datetime) -> bool:
    """Whether it is owed for so long that people should know; it is tried all the same."""
    return delivery.state is DeliveryState.DUE and delivery.since < aged_before(now)


def change_to_send(delivery: Delivery, *, revision: int) -> Change | None:
    """The change to pass on as it came, or None where the present state goes out.

    A change goes out as it came only while the object still is as that change left it.
    """
    owed = delivery.sending
    if owed is None or owed.change is None or revision != delivery.revision:
        return None
    return owed.change
