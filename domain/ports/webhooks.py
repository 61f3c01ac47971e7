"""Who wants to be told of events without speaking OCPI (D-12)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from domain.webhooks.events import Subscription


class SubscriptionStore(Protocol):
    def all(self) -> tuple[Subscription, ...]:
        """Every subscription, oldest first."""
        ...

    def get(self, subscription_id: str) -> Subscription | None:
        """The subscription of this id."""
        ...

    def add(self, subscription: Subscription) -> None:
        """Write it durably."""
        ...

    def owners(self, subscription_ids: Collection[str]) -> Mapping[str, str | None]:
        """Whose these subscriptions are, as far as there are any; None: the operators'."""
        ...

    def set_secret(self, subscription_id: str, secret: str) -> bool:
        """Write another sealed secret durably, and nothing else; False if there is none."""
        ...

    def remove(self, subscription_id: str) -> bool:
        """Take it away; False if there is none. Safe to repeat."""
        ...


class Signer(Protocol):
    """The Standard Webhooks scheme."""

    def new_secret(self) -> str:
        """A fresh secret, `whsec_...`: the subscriber verifies signatures by it."""
        ...

    def headers(
        self, secret: str, *, message_id: str, at: datetime, body: bytes
    ) -> Mapping[str, str]:
        """webhook-id, webhook-timestamp and webhook-signature."""
        ...
