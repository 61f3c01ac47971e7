"""Webhook subscriptions in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from domain.webhooks.events import Subscription


@dataclass(frozen=True)
class MemorySubscriptions:
    held: dict[str, Subscription] = field(default_factory=dict)

    def all(self) -> tuple[Subscription, ...]:
        return tuple(sorted(self.held.values(), key=lambda each: (each.created_at, each.id)))

    def get(self, subscription_id: str) -> Subscription | None:
        return self.held.get(subscription_id)

    def add(self, subscription: Subscription) -> None:
        self.held[subscription.id] = subscription

    def owners(self, subscription_ids: Collection[str]) -> Mapping[str, str | None]:
        found = (self.held[name] for name in subscription_ids if name in self.held)
        return {each.id: each.partner_id for each in found}

    def set_secret(self, subscription_id: str, secret: str) -> bool:
        held = self.held.get(subscription_id)
        if held is not None:
            self.held[subscription_id] = replace(held, secret=secret)
        return held is not None

    def remove(self, subscription_id: str) -> bool:
        return self.held.pop(subscription_id, None) is not None
