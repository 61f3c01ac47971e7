"""Subscribers, what they subscribed to, and what they were told."""

from typing import Any

from domain.delivery.deliveries import EventDelivery, is_of_event
from domain.delivery.what import FOR_OPERATORS, EventType
from domain.ports import OutboundRequest
from domain.webhooks.events import Subscription
from tests.unit.application.charging_now import report_to_hub
from tests.unit.application.house import House

OF_PARTNERS = tuple(each for each in EventType if each not in FOR_OPERATORS)


def subscribe(house: House, *events: EventType, by: str | None = None) -> Subscription:
    """From now on these go to a URL of the subscription's own."""
    url = f"https://hooks.example/{len(house.subscriptions.held)}"
    return house.webhook_subscriptions.subscribe(url, events, partner_id=by).subscription


def owed(house: House, subscription: Subscription) -> EventDelivery:
    """The one delivery in its lane."""
    [delivery] = [each for each in house.deliveries.held.values() if each.lane == subscription.lane]
    assert is_of_event(delivery)
    return delivery


def a_session_to_tell(house: House) -> Subscription:
    """A partner subscribes to sessions, and there is one."""
    subscription = subscribe(house, EventType.SESSION_UPDATED)
    report_to_hub(house)
    return subscription


def tell(house: House, *, after_s: float = 60.0) -> None:
    """So much later, everything that is to be told is told."""
    house.clock.advance(after_s)
    for _ in range(2):
        house.publisher.sweep(older_than_s=2.0)
        house.cdr_events.sweep()
        house.pump.run(seconds=20.0)


def bodies(house: House) -> list[tuple[OutboundRequest, dict[str, Any]]]:
    """Each request that a subscriber got, with its body."""
    return [(request, _parsed(house, request)) for request in house.outbound.told]


def _parsed(house: House, request: OutboundRequest) -> dict[str, Any]:
    value = house.json.parse(request.body or b"")
    assert isinstance(value, dict)
    return value
