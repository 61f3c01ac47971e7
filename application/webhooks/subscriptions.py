"""Subscribing: who wants to hear of which events, and where (D-12)."""

from collections.abc import Iterable
from dataclasses import dataclass

from application.webhooks.subscribers import Subscribers
from domain import errors
from domain.delivery.what import FOR_OPERATORS, EventType
from domain.ports import (
    AddressGuard,
    Clock,
    DeliveryQueue,
    Ids,
    Secrets,
    Signer,
    SubscriptionStore,
)
from domain.routing.outbound_urls import as_given
from domain.webhooks.events import Subscription


@dataclass(frozen=True)
class Subscribed:
    """A new subscription; `secret` is in clear, and shown this once."""

    subscription: Subscription
    secret: str


@dataclass(frozen=True)
class WebhookSubscriptions:
    """Keeps subscriptions. A partner has its own, and knows of no others."""

    subscriptions: SubscriptionStore
    subscribers: Subscribers
    queue: DeliveryQueue
    guard: AddressGuard
    secrets: Secrets
    signer: Signer
    ids: Ids
    clock: Clock

    def subscribe(
        self, url: str, events: Iterable[EventType], *, partner_id: str | None
    ) -> Subscribed:
        """From now on these events go there, for this partner, or for the operator (None).

        :raises InvalidDocument: if the hub may not call the URL, or a partner is not told of such.
        :raises WrongState: if the partner has as many as it may; two at once add none more.
        """
        self._check(url)
        wanted = frozenset(events)
        _check_events(wanted, partner_id)
        self._check_cap(partner_id)
        name, secret = self.ids.new(), self.signer.new_secret()
        made = Subscription(
            id=name,
            partner_id=partner_id,
            url=url,
            events=wanted,
            created_at=self.clock.now(),
            secret=self.secrets.seal(secret, partner_id=name),
        )
        self.subscriptions.add(made)
        if made.id in self.subscribers.over_cap():
            self.subscriptions.remove(made.id)
            raise self._too_many()
        return Subscribed(made, secret)

    def of(self, partner_id: str | None) -> tuple[Subscription, ...]:
        """The partner's; all of them for the operator."""
        subscriptions = self.subscriptions.all()
        return tuple(each for each in subscriptions if partner_id in (None, each.partner_id))

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
        self.queue.forget(found.id)

    def over_cap(self) -> frozenset[str]:
        """The ids of those that are told nothing: their partner has too many."""
        return self.subscribers.over_cap()

    def _check(self, url: str) -> None:
        """By the guard that sends: what can be refused without a look-up is refused here."""
        try:
            self.guard.check(as_given(url))
        except errors.AddressRefused as refused:
            raise errors.InvalidDocument((errors.Problem("url", str(refused)),)) from refused

    def _check_cap(self, partner_id: str | None) -> None:
        has = 0 if partner_id is None else len(self.of(partner_id))
        if has >= self.subscribers.per_partner:
            raise self._too_many()

    def _too_many(self) -> errors.WrongState:
        most = self.subscribers.per_partner
        return errors.WrongState(f"a partner has {most} webhooks at most: remove one first")


def _check_events(wanted: frozenset[EventType], partner_id: str | None) -> None:
    refused = sorted(wanted & FOR_OPERATORS)
    if partner_id is not None and refused:
        problem = errors.Problem("events", f"{refused[0]} is for operators alone")
        raise errors.InvalidDocument((problem,))
