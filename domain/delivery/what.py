"""What a delivery is of: a change of an object, a CDR that is handed over, an event.

`subject` is part of a delivery's id in the stores: it stays as it is.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

from domain.delivery.answers import Receipt
from domain.delivery.standing import Judgement, Standing
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId


class EventType(StrEnum):
    """What a webhook can be told of."""

    SESSION_UPDATED = "session.updated"
    CDR_ACCEPTED = "cdr.accepted"
    CDR_DELIVERED = "cdr.delivered"
    CDR_PARKED = "cdr.parked"
    COMMAND_RESULT = "command.result"
    PARTNER_STATUS = "partner.status"
    ALARM_RAISED = "alarm.raised"
    ALARM_CLEARED = "alarm.cleared"


FOR_OPERATORS = frozenset({EventType.ALARM_RAISED, EventType.ALARM_CLEARED})
"""What no partner's webhook is told of."""


@dataclass(frozen=True)
class ObjectChange:
    """That this object has changed: the reader gets the change, or the object's present state."""

    key: ObjectKey

    @property
    def subject(self) -> str:
        return str(self.key)


@dataclass(frozen=True)
class CdrHandover:
    """A CDR of the archive, and what its delivery knows beside the rest.

    `behind` is the id of the delivery that must be done first. `promised`: the CPO was answered
    1000, so it cannot be declined any more. `refusals` count towards parking, `unsure` says that
    the receiver may have it from an attempt that brought no answer, `bare` how many answers of 2xx
    were no envelope. `untold` are the types of events that no subscriber has a delivery of yet: the
    outbox of this record. `judgement` and `remark` say how a Credit CDR fits what it credits,
    `doubts` what people should look at.
    """

    ref: str
    key: ObjectKey
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

    @property
    def subject(self) -> str:
        return str(self.key)

    def judged(self, standing: Standing) -> "CdrHandover":
        """With what is known now of the CDR that it credits."""
        return replace(
            self,
            behind=standing.behind,
            judgement=standing.judgement,
            remark=standing.remark,
        )

    def telling(self, *events: EventType) -> "CdrHandover":
        """With events that subscribers are to be told, each once."""
        return replace(self, untold=tuple(dict.fromkeys((*self.untold, *events))))


@dataclass(frozen=True)
class AboutObject:
    """The object as it is when the webhook is told."""

    key: ObjectKey

    @property
    def named(self) -> ObjectKey:
        return self.key


@dataclass(frozen=True)
class AboutCdr:
    """The CDR of this ref: two of one id are two to tell of (H-CDR-3)."""

    ref: str
    key: ObjectKey

    @property
    def named(self) -> ObjectKey:
        return replace(self.key, kind=self.ref)


@dataclass(frozen=True)
class AboutCommand:
    """The command of this id, which is a secret of two sides: what names it is a hash."""

    id: str = field(repr=False)
    module: str
    receiver: PartyId

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.module, self.receiver, sha256(self.id.encode()).hexdigest()[:32])

    @property
    def named(self) -> ObjectKey:
        return self.key


@dataclass(frozen=True)
class AboutAlarm:
    """The alarm of this id, as it is when the webhook is told."""

    id: str
    hub: PartyId

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("alarms", self.hub, self.id)

    @property
    def named(self) -> ObjectKey:
        return self.key


About = AboutObject | AboutCdr | AboutCommand | AboutAlarm


@dataclass(frozen=True)
class Event:
    """What a webhook is told of one thing."""

    type: EventType
    about: About

    @property
    def key(self) -> ObjectKey:
        return self.about.key

    @property
    def subject(self) -> str:
        return f"{self.about.named}|{self.type.value}"


@dataclass(frozen=True)
class Unknown:
    """What a later version has written: it is held until that version runs again."""

    key: ObjectKey

    @property
    def subject(self) -> str:
        return str(self.key)


What = ObjectChange | CdrHandover | Event | Unknown
