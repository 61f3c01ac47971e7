"""Who makes an attempt: the pump drains lanes, and knows nothing of what is sent."""

from collections.abc import Callable
from typing import Protocol

from domain.delivery.answers import Attempt
from domain.delivery.deliveries import Delivery, DeliveryClass


class Sender(Protocol):
    """Makes one attempt, for deliveries of one class."""

    def attempt(self, delivery: Delivery, *, still_ours: Callable[[], bool]) -> Attempt | None:
        """How it went; None if there is nothing left to send."""
        ...


class Senders(dict[DeliveryClass, Sender]):
    """Who sends what, by the class of its delivery."""
