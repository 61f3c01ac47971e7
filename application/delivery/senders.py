"""Who makes an attempt: the pump drains lanes, and knows nothing of what is sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryOf, is_of_cdr, is_of_event
from domain.delivery.what import CdrHandover, Event, ObjectChange, Unknown, What
from domain.ports import Clock

_What = TypeVar("_What", bound=What, contravariant=True)


class Sender(Protocol[_What]):
    """Makes one attempt, for deliveries of one kind."""

    def attempt(
        self, delivery: DeliveryOf[_What], *, still_ours: Callable[[], bool]
    ) -> Attempt | None:
        """How it went; None if there is nothing left to send."""
        ...


class StateSender(Sender[What], Protocol):
    """Sends objects' states, of which many are read in one question."""

    def begin_lanes(self) -> None:
        """Take note that lanes were leased just now."""
        ...

    def prepare(self, deliveries: Sequence[Delivery]) -> None:
        """Read what these deliveries are of."""
        ...


@dataclass(frozen=True)
class Senders:
    """Who sends what, by what the delivery is of."""

    changes: StateSender
    cdrs: Sender[CdrHandover]
    events: Sender[Event]
    clock: Clock

    def begin_lanes(self) -> None:
        """Take note that lanes were leased: what follows is of this moment or later."""
        self.changes.begin_lanes()

    def prepare(self, deliveries: Sequence[Delivery]) -> None:
        """Read what the changes among these are of, before they are attempted."""
        changes = [each for each in deliveries if isinstance(each.what, ObjectChange)]
        if changes:
            self.changes.prepare(changes)

    def attempt(self, delivery: Delivery, *, still_ours: Callable[[], bool]) -> Attempt | None:
        """How it went; None if there is nothing left to send."""
        if is_of_cdr(delivery):
            return self.cdrs.attempt(delivery, still_ours=still_ours)
        if is_of_event(delivery):
            return self.events.attempt(delivery, still_ours=still_ours)
        if isinstance(delivery.what, Unknown):
            return Attempt(self.clock.now(), Verdict.HELD, "a later version of the hub owes this")
        return self.changes.attempt(delivery, still_ours=still_ours)
