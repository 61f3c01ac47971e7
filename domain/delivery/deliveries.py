"""What is owed to whom.

A delivery names an object and its receiver, it does not copy the object.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from domain.delivery.answers import Attempt, Receipt
from domain.delivery.standing import Judgement, Standing
from domain.objects.stored import Change, ObjectKey, UnseenChange
from domain.partners.party import PartyId

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
    """All deliveries of one class to one platform, or to one webhook subscription."""

    partner_id: str
    delivery_class: DeliveryClass = DeliveryClass.STATE

    def __str__(self) -> str:
        return f"{self.partner_id}/{self.delivery_class.value}"

    @classmethod
    def parse(cls, text: str) -> "LaneId":
        partner_id, _, name = text.rpartition("/")
        return cls(partner_id, DeliveryClass(name))


@dataclass(frozen=True)
class DeliveryRequest:
    """That `receiver` has not seen `unseen` of the object, whose revision is now `revision`.

    `event` is what a webhook is told of it, empty for OCPI.
    """

    lane: LaneId
    receiver: PartyId
    key: ObjectKey
    revision: int
    unseen: UnseenChange
    event: str = ""

    @property
    def delivery_id(self) -> str:
        name = f"{self.lane}|{self.receiver}|{self.key}"
        return f"{name}|{self.event}" if self.event else name


@dataclass(frozen=True)
class Handover:
    """What a CDR's delivery knows beside the rest.

    `behind` is the id of the delivery that must be done first. `promised`: the CPO was answered
    1000, so it cannot be declined any more. `refusals` count towards parking, `unsure` says that
    the receiver may have it from an attempt that brought no answer, `bare` how many answers of 2xx
    were no envelope. `untold` are events that
    no subscriber has a delivery of yet: the outbox of this record. `judgement` and
    `remark` say how a Credit CDR fits what it credits, `doubts` what people should look at.
    """

    behind: str = ""
    promised: bool = False
    refusals: int = 0
    unsure: bool = False
    bare: int = 0
    receipt: Receipt | None = None
    untold: tuple[str, ...] = ()
    judgement: Judgement = Judgement.SOUND
    remark: str = ""
    doubts: tuple[str, ...] = ()

    def judged(self, standing: Standing) -> "Handover":
        """With what is known now of the CDR that it credits."""
        return replace(
            self,
            behind=standing.behind,
            judgement=standing.judgement,
            remark=standing.remark,
        )


@dataclass(frozen=True)
class Delivery:
    """What one receiver is owed of one object.

    `unseen` came since the last attempt began, `sending` is what that attempt is about. An attempt
    that was begun is never taken for not made: what it was about goes out as present state next.
    `handover` is there for CDRs alone.
    """

    id: str
    lane: LaneId
    receiver: PartyId
    key: ObjectKey
    revision: int
    since: datetime
    due: datetime
    state: DeliveryState = DeliveryState.DUE
    unseen: UnseenChange | None = None
    sending: UnseenChange | None = None
    attempts: int = 0
    last: Attempt | None = None
    version: int = 0
    event: str = ""
    handover: Handover | None = None

    @classmethod
    def of(cls, request: DeliveryRequest, *, now: datetime) -> "Delivery":
        """The first request of an object for a receiver."""
        return cls(
            id=request.delivery_id,
            lane=request.lane,
            receiver=request.receiver,
            key=request.key,
            revision=request.revision,
            since=now,
            due=now,
            unseen=request.unseen,
            event=request.event,
        )

    @property
    def short_id(self) -> str:
        """Its id for people: 12 hexadecimal digits."""
        return sha256(self.id.encode()).hexdigest()[:12]

    def with_request(self, request: DeliveryRequest, *, now: datetime) -> "Delivery":
        """With one more request. A refused one is owed again: the object has changed."""
        if request.revision <= self.revision:
            return self
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

    def claimed(self) -> "Delivery":
        """Taken for an attempt: all that is unseen moves to `sending`.

        A CDR's attempt begins when its bytes leave (`begun`), until then nothing has happened.
        Where one was begun and its end is unknown, the receiver may have it.
        """
        owed = self.unseen
        if self.sending is not None:
            unsure = self.sending.as_present_state()
            owed = unsure if owed is None else unsure.and_then(owed)
        if self.handover is None:
            return replace(self, unseen=None, sending=owed)
        was_begun = self.sending is not None
        handover = replace(self.handover, unsure=self.handover.unsure or was_begun)
        return replace(self, unseen=None, sending=None, handover=handover)

    def begun(self) -> "Delivery":
        """A CDR whose bytes leave now: from here on its receiver may have it."""
        return replace(self, sending=_BEGUN)

    @property
    def is_undecided(self) -> bool:
        """Whether its first attempt is under way in the POST itself: it may still be declined."""
        if self.handover is None or self.handover.promised or self.sending is None:
            return False
        return self.state is DeliveryState.DUE and self.attempts == 0

    def is_parked_by_age(self, now: datetime) -> bool:
        """Whether it is owed for so long that people should know; it is tried all the same."""
        is_owed = self.handover is not None and self.state is DeliveryState.DUE
        return is_owed and self.since < aged_before(now)


_BEGUN = UnseenChange(scope=(), correlation_id="")
"""A CDR has no changes to tell apart: that an attempt was begun is all there is to know."""


def change_to_send(delivery: Delivery, *, revision: int) -> Change | None:
    """The change to pass on as it came, or None where the present state goes out.

    A change goes out as it came only while the object still is as that change left it.
    """
    owed = delivery.sending
    if owed is None or owed.change is None or revision != delivery.revision:
        return None
    return owed.change
