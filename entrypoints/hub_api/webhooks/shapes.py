"""Subscriptions as they look outside; nothing here is secret but a new one's secret, shown once."""

from collections.abc import Collection

from application.webhooks.subscriptions import Subscribed
from domain.webhooks.events import Subscription
from entrypoints.hub_api.names import Names
from entrypoints.hub_api.shapes import Shape, time_text


def subscription_shape(
    subscription: Subscription, names: Names, over_cap: Collection[str] = ()
) -> Shape:
    """Where which events go; the secret is no part of it. Those `over_cap` are told nothing."""
    return {
        "id": subscription.id,
        "partner": names.partner(subscription.partner_id),
        "url": subscription.url,
        "events": sorted(event.value for event in subscription.events),
        "created": time_text(subscription.created_at),
        "over_cap": subscription.id in over_cap,
    }


def subscribed_shape(subscribed: Subscribed, names: Names) -> Shape:
    """A new subscription with its secret, which is shown this once."""
    return {**subscription_shape(subscribed.subscription, names), "secret": subscribed.secret}
