"""Sealing every secret at rest under the newest key, so that the older keys can go.

A secret that this forgets dies with its key: tokens and webhooks' secrets are all there is sealed.
"""

from dataclasses import dataclass, replace

from application.partners.changing import change_partner
from domain import errors
from domain.partners.partner import Partner
from domain.ports import PartnerStore, Secrets, SubscriptionStore
from domain.webhooks.events import Subscription


@dataclass(frozen=True)
class Resealed:
    """How many secrets are sealed anew; `unreadable` names the owners of those that no key opens.

    A partner or a webhook with an unreadable secret has lost it already: its key was taken away.
    """

    tokens: int = 0
    webhooks: int = 0
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resealing:
    """Reseals what partners and webhook subscriptions hold. Safe to repeat, and while others write.

    One secret that cannot be opened is named and left; the others are resealed all the same.
    """

    partners: PartnerStore
    subscriptions: SubscriptionStore
    secrets: Secrets

    def reseal(self) -> Resealed:
        """Seal every partner's token and every webhook's secret under the newest key."""
        done = Resealed()
        for partner in self.partners.all():
            try:
                done = replace(done, tokens=done.tokens + self._reseal_partner(partner))
            except errors.SecretUnreadable:
                done = _with_unreadable(done, f"partner {partner.id}")
        for subscription in self.subscriptions.all():
            try:
                done = replace(
                    done, webhooks=done.webhooks + self._reseal_subscription(subscription)
                )
            except errors.SecretUnreadable:
                done = _with_unreadable(done, f"webhook {subscription.id}")
        return done

    def _reseal_partner(self, partner: Partner) -> bool:
        """Whether it has a token, which is sealed anew."""

        def resealed(held: Partner) -> Partner:
            if held.outbound_token is None:
                return held
            token = self.secrets.reseal(held.outbound_token, partner_id=held.id)
            return replace(held, outbound_token=token)

        return change_partner(self.partners, partner.id, resealed).outbound_token is not None

    def _reseal_subscription(self, subscription: Subscription) -> bool:
        secret = self.secrets.reseal(subscription.secret, partner_id=subscription.id)
        return self.subscriptions.set_secret(subscription.id, secret)


def _with_unreadable(done: Resealed, name: str) -> Resealed:
    return replace(done, unreadable=(*done.unreadable, name))
