"""Subscribing: who wants to hear of which events, and where (D-12)."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain import errors
from domain.ports import Clock, DeliveryQueue, Ids, Secrets, Signer, SubscriptionStore
from domain.webhooks import EventType, Subscription


@dataclass(frozen=True)
class Subscribed:
    """A new subscription; `secret` is in clear, and shown this once."""

    subscription: Subscription
    secret: str


@dataclass(frozen=True)
class Subscribing:
    """Keeps subscriptions. A partner has its own, and knows of no others."""

    subscriptions: SubscriptionStore
    deliveries: DeliveryQueue
    secrets: Secrets
    signer: Signer
    ids: Ids
    clock: Clock

    def subscribe(
        self, url: str, events: Iterable[EventType], *, partner_id: str | None
    ) -> Subscribed:
        """From now on these events go there, for this partner, or for the operator (None)."""
        name, secret = self.ids.new(), self.signer.new_secret()
        made = Subscription(
            id=name,
            partner_id=partner_id,
            url=url,
            events=frozenset(events),
            created_at=self.clock.now(),
            secret=self.secrets.seal(secret, partner_id=name),
        )
        self.subscriptions.add(made)
        return Subscribed(made, secret)

    def of(self, partner_id: str | None) -> tuple[Subscription, ...]:
        """The partner's; all of them for the operator."""
        everyones = self.subscriptions.all()
        return tuple(each for each in everyones if partner_id in (None, each.partner_id))

    def find(self, subscription_id: str, *, partner_id: str | None) -> Subscription:
        """One of those.

        :raises UnknownObject: if there is no such among them.
        """
        found = self.subscriptions.get(subscription_id)
        if found is None or partner_id not in (None, found.partner_id):
            raise errors.UnknownObject("there is no subscription of this id")
        return found

    def unsubscribe(self, subscription_id: str, *, partner_id: str | None) -> None:
        """Nothing goes there any more, not even what is owed. Safe to repeat but for the error.

        :raises UnknownObject: if there is no such.
        """
        found = self.find(subscription_id, partner_id=partner_id)
        self.subscriptions.remove(found.id)
        self.deliveries.forget(found.id)
