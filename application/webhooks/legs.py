"""What the journal is told of an event that was sent to a webhook."""

from datetime import datetime

from domain.delivery.deliveries import EventDelivery
from domain.journal.legs import Direction, Leg, Purpose
from domain.journal.secrets import url_without_secrets
from domain.ports import OutboundRequest, OutboundResponse
from domain.webhooks.events import Subscription


def leg_of(
    subscription: Subscription, delivery: EventDelivery, request: OutboundRequest, at: datetime
) -> Leg:
    """The request, still without its answer. Its id is that of the message."""
    unseen = delivery.sending
    return Leg(
        at=at,
        direction=Direction.OUT,
        purpose=Purpose.TOLD,
        partner_id=subscription.partner_id or "",
        method=request.method,
        address=url_without_secrets(request.url),
        correlation_id="" if unseen is None else unseen.correlation_id,
        request_id=request.headers.get("webhook-id", ""),
        elapsed_ms=0.0,
        module=delivery.key.module,
        about=str(delivery.key),
    )


def failed(leg: Leg, reason: str, at: datetime) -> Leg:
    """No answer came."""
    return leg._replace(reason=reason, elapsed_ms=(at - leg.at).total_seconds() * 1000)


def answered(leg: Leg, response: OutboundResponse) -> Leg:
    """The leg, whole: a webhook answers without an envelope."""
    return leg._replace(http=response.status, elapsed_ms=response.elapsed_s * 1000)
