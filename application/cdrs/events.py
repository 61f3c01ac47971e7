"""Events of CDRs: each is looked into once, and subscribers are told what became of it.

The record of the delivery is the outbox: nothing is lost if a process dies half way. A session that
two CDRs bill is noticed here, after both are in the archive: however close together they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from application.cdrs.doubtful import DoubtfulCdrs
from application.partners.directories import Directories
from application.webhooks.events import Partners, speaks_for
from application.webhooks.subscribers import Subscribers
from domain.delivery.deliveries import CdrDelivery, DeliveryRequest, is_undecided
from domain.delivery.what import AboutCdr, Event, EventType
from domain.partners.party import PartyId
from domain.ports import CdrOutbox, Clock, DeliveryQueue, Wake
from domain.webhooks.events import Subscription

_AT_ONCE = 200


@dataclass(frozen=True)
class CdrEvents:
    """Requests deliveries of events; each may be requested twice and is told once."""

    hub: PartyId
    doubtful_cdrs: DoubtfulCdrs
    subscribers: Subscribers
    outbox: CdrOutbox
    queue: DeliveryQueue
    directories: Directories
    wake: Wake
    clock: Clock

    def sweep(self) -> int:
        """Tell what became of CDRs; how many CDRs had something to tell.

        Of a CDR that may still be declined there is nothing to tell yet (H-CDR-3).
        """
        untold = self.outbox.untold(limit=_AT_ONCE)
        told = tuple(delivery for delivery in untold if not is_undecided(delivery))
        if not told:
            return 0
        accepted = EventType.CDR_ACCEPTED.value
        self.doubtful_cdrs.look_into([each for each in told if accepted in each.what.untold])
        requests = self._requests_of(told)
        if requests:
            self.queue.owe(requests, now=self.clock.now())
        self.outbox.told(told)
        if requests:
            self.wake.pump()
        return len(told)

    def _requests_of(self, told: Sequence[CdrDelivery]) -> list[DeliveryRequest]:
        partners = self.directories.known().by_id
        subscriptions = self.subscribers.told()
        return [
            request
            for delivery in told
            for subscription in subscriptions
            for request in self._requests_of_cdr(partners, subscription, delivery)
        ]

    def _requests_of_cdr(
        self, partners: Partners, subscription: Subscription, delivery: CdrDelivery
    ) -> list[DeliveryRequest]:
        parties = (delivery.key.owner, delivery.receiver)
        if not any(speaks_for(partners, subscription, party) for party in parties):
            return []
        about = AboutCdr(delivery.what.ref, delivery.key)
        return [
            DeliveryRequest(subscription.lane, self.hub, Event(EventType(event), about), revision=1)
            for event in delivery.what.untold
            if event in subscription.events
        ]
