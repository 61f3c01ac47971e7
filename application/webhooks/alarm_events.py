"""Events of alarms: operators' webhooks are told of what is raised and what is over (D-12).

The alarm's own record is the outbox. No partner is told: what ails the hub is its operators' own.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from application.webhooks.subscribers import Subscribers
from domain import errors
from domain.delivery.deliveries import DeliveryRequest
from domain.delivery.what import AboutAlarm, Event, EventType
from domain.operators.alarms import Alarm
from domain.partners.party import PartyId
from domain.ports import Alarms, Clock, DeliveryQueue, Wake
from domain.webhooks.events import Subscription

_AT_ONCE = 200


@dataclass(frozen=True)
class AlarmEvents:
    """Requests deliveries for operators; each may be requested twice and is told once."""

    hub: PartyId
    subscribers: Subscribers
    alarms: Alarms
    queue: DeliveryQueue
    wake: Wake
    clock: Clock

    def sweep(self) -> int:
        """Request what no subscriber was told of yet; how many alarms that were."""
        untold = self.alarms.untold(limit=_AT_ONCE)
        if not untold:
            return 0
        subscriptions = self.subscribers.told()
        requests = [
            self._request(alarm, EventType(event), to)
            for alarm in untold
            for event in alarm.untold
            for to in subscriptions
            if to.wants(EventType(event))
        ]
        if requests:
            self.queue.owe(requests, now=self.clock.now())
        for alarm in untold:
            with suppress(errors.RecordChanged):
                self.alarms.save(replace(alarm, untold=()))
        if requests:
            self.wake.pump()
        return len(untold)

    def _request(self, alarm: Alarm, event: EventType, to: Subscription) -> DeliveryRequest:
        return DeliveryRequest(
            lane=to.lane,
            receiver=self.hub,
            what=Event(event, AboutAlarm(alarm.id, self.hub)),
            revision=_number(alarm),
        )


def _number(alarm: Alarm) -> int:
    """Of this episode: greater than of all before it, also where the record was gone meanwhile."""
    return int(alarm.since.timestamp() * 1000) + alarm.episode
