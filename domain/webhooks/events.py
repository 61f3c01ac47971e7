"""Webhooks: events for those who want more than OCPI, signed so that they can be trusted (D-12).

What an event says is read when it is sent: a session's is the session as it is then.
"""

from dataclasses import dataclass, field
from datetime import datetime

from domain.delivery.deliveries import DeliveryClass, LaneId
from domain.delivery.what import FOR_OPERATORS, EventType
from domain.documents import JsonValue
from domain.times import format_time


@dataclass(frozen=True)
class Subscription:
    """Where which events go. `partner_id` None: the operator's, told of everything.

    `secret` is sealed: only the Secrets port can read it.
    """

    id: str
    partner_id: str | None
    url: str
    events: frozenset[EventType]
    created_at: datetime
    secret: str = field(repr=False)

    @property
    def lane(self) -> LaneId:
        """All that this subscriber is to be told."""
        return LaneId(self.id, DeliveryClass.WEBHOOK)

    def wants(self, event: EventType) -> bool:
        """Whether it is told of such events; what is for operators, no partner is."""
        is_allowed = self.partner_id is None or event not in FOR_OPERATORS
        return is_allowed and event in self.events


def payload(event: EventType, *, at: datetime, of: JsonValue) -> JsonValue:
    """The body: type, timestamp and data, as the Standard Webhooks scheme has it."""
    return {"type": event.value, "timestamp": format_time(at), "data": of}
