"""Who is told of events: the oldest so many webhooks of each partner, and all of the operators.

The cap holds for what was stored before there was one too: an event that makes thousands of
deliveries for one partner would keep those of the others waiting.
"""

from collections import Counter
from dataclasses import dataclass

from domain.ports import SubscriptionStore
from domain.webhooks.events import Subscription


@dataclass(frozen=True)
class Subscribers:
    """`per_partner` is the cap."""

    subscriptions: SubscriptionStore
    per_partner: int

    def told(self) -> tuple[Subscription, ...]:
        """Every subscription that is told of events, oldest first."""
        return self._parted()[0]

    def over_cap(self) -> frozenset[str]:
        """The ids of those that are told nothing until their partner has removed older ones."""
        return frozenset(each.id for each in self._parted()[1])

    def _parted(self) -> tuple[tuple[Subscription, ...], tuple[Subscription, ...]]:
        had: Counter[str] = Counter()
        told: list[Subscription] = []
        surplus: list[Subscription] = []
        for each in self.subscriptions.all():
            if each.partner_id is not None:
                had[each.partner_id] += 1
            is_told = each.partner_id is None or had[each.partner_id] <= self.per_partner
            (told if is_told else surplus).append(each)
        return tuple(told), tuple(surplus)
