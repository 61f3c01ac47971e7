"""What partners and webhooks are called, in place of the opaque ids that records have.

`id` is the opaque one, `partner_id` the partner's first party, as `DE-ABC`: everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from application.hub import Hub
from domain.partners.naming import partner_id_of
from domain.partners.partner import Partner
from domain.webhooks.events import Subscription
from entrypoints.hub_api.shapes import Shape


@dataclass(frozen=True)
class Names:
    """Partners and webhooks by their ids, read once for an answer."""

    partners: Mapping[str, Partner]
    webhooks: Mapping[str, Subscription]

    @classmethod
    def of(cls, hub: Hub) -> "Names":
        """All that there are now."""
        return cls(
            hub.directories.known().by_id,
            {webhook.id: webhook for webhook in hub.webhook_subscriptions.of(None)},
        )

    def partner(self, partner_id: str | None) -> Shape | None:
        """Its id, first party and name; None for the operators, and for a webhook."""
        if partner_id is None or partner_id in self.webhooks:
            return None
        known = self.partners.get(partner_id)
        return {
            "id": partner_id,
            "partner_id": None if known is None else partner_id_of(known),
            "name": None if known is None else known.name,
        }

    def webhook(self, webhook_id: str) -> Shape | None:
        """Its id, and where it goes; None if it is none, or there is no such any more."""
        known = self.webhooks.get(webhook_id)
        return None if known is None else {"id": webhook_id, "url": known.url}

    def in_short(self, lane_owner: str) -> str:
        """`DE-ABC`, else a webhook's URL, else the id: for people."""
        if (webhook := self.webhooks.get(lane_owner)) is not None:
            return webhook.url
        known = self.partners.get(lane_owner)
        return (None if known is None else partner_id_of(known)) or lane_owner
