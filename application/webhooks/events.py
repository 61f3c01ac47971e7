"""Webhook events: subscribers are told of them by the same lanes as everything else (D-12).

A partner that subscribed is told of what it may see, and of nothing else; an operator of all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from application.modules import MODULES
from application.partners.directories import Directories
from application.webhooks.subscribers import Subscribers
from domain.delivery.deliveries import DeliveryRequest
from domain.delivery.what import AboutObject, Event
from domain.objects.stored import Stored
from domain.partners.directory import Directory
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.webhooks.events import Subscription

Partners = Mapping[str, Partner]
"""Partners by their ids."""


@dataclass(frozen=True)
class WebhookEvents:
    """Requests deliveries of events; each may be requested twice and is told once."""

    hub: PartyId
    subscribers: Subscribers
    directories: Directories

    def requests_of(self, changed: Iterable[Stored]) -> list[DeliveryRequest]:
        """One request for every subscriber of what is unpublished that may see the object."""
        events = [
            (event, stored, stored.unpublished.unseen)
            for stored in changed
            if stored.unpublished is not None
            and (event := MODULES[stored.key.module].event) is not None
        ]
        subscriptions = self.subscribers.told() if events else ()
        told = [
            (subscription, *each)
            for each in events
            for subscription in subscriptions
            if each[0] in subscription.events
        ]
        if not told:
            return []
        sees = _sight(self.directories.known())
        return [
            DeliveryRequest(
                lane=subscription.lane,
                receiver=self.hub,
                what=Event(event, AboutObject(stored.key)),
                revision=stored.revision,
                unseen=unseen.as_present_state(),
            )
            for subscription, event, stored, unseen in told
            if sees(subscription, stored)
        ]

    def may_see(self, subscription: Subscription, stored: Stored) -> bool:
        """Whether the subscriber may be told of the object as it is now."""
        return _sight(self.directories.known())(subscription, stored)


def _sight(directory: Directory) -> Callable[[Subscription, Stored], bool]:
    """Who may see what in this directory; each partner's sight of an owner is found out once."""
    partners = directory.by_id

    @cache
    def seen(partner_id: str, owner: PartyId) -> bool:
        partner = partners.get(partner_id)
        return partner is not None and partner.is_registered and directory.sees(partner, owner)

    def sees(subscription: Subscription, stored: Stored) -> bool:
        if stored.reader is not None:
            parties = (stored.key.owner, stored.reader)
            return any(speaks_for(partners, subscription, party) for party in parties)
        if subscription.partner_id is None:
            return True
        return seen(subscription.partner_id, stored.key.owner)

    return sees


def speaks_for(partners: Partners, subscription: Subscription, party: PartyId) -> bool:
    """Whether the subscriber is an operator, or the platform of this party."""
    if subscription.partner_id is None:
        return True
    partner = partners.get(subscription.partner_id)
    return partner is not None and partner.is_registered and party in partner.parties
