"""The records of deliveries in memory: one for the queue and for the ledger of CDRs alike.

Both write the same records under one lock, as both real adapters write one collection.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import RLock

from adapters.memory.storable import check_storable
from domain.delivery.answers import Attempt
from domain.delivery.deliveries import DONE_STATES, Delivery, DeliveryState, is_of_cdr
from domain.delivery.lanes import Lease

_OVER = DONE_STATES | {DeliveryState.DECLINED}


@dataclass(frozen=True)
class MemoryRecords:
    """`fences` has by which lease each is claimed, `journal` every attempt of what is kept."""

    held: dict[str, Delivery] = field(default_factory=dict)
    fences: dict[str, int] = field(default_factory=dict)
    journal: dict[str, tuple[Attempt, ...]] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock, repr=False)

    def all(self) -> tuple[Delivery, ...]:
        with self.lock:
            return tuple(self.held.values())

    def write(self, delivery: Delivery) -> Delivery:
        check_storable(delivery)
        known = delivery.id in self.held
        written = replace(delivery, version=delivery.version + 1) if known else delivery
        self.held[delivery.id] = written
        return written

    def drop(self, delivery_id: str) -> None:
        del self.held[delivery_id]
        self.fences.pop(delivery_id, None)

    def unclaimed(self, delivery: Delivery) -> Delivery:
        """Write it without a claim: a process that had claimed it cannot settle it any more."""
        self.fences.pop(delivery.id, None)
        return self.write(delivery)

    def is_claimed_by(self, lease: Lease, held: Delivery) -> bool:
        """Fences of two lanes may be equal, and a delivery may have moved to another lane."""
        return held.lane == lease.lane and self.fences.get(held.id) == lease.fence

    def note(self, delivery_id: str, attempt: Attempt) -> None:
        check_storable(attempt)
        self.journal[delivery_id] = (*self.journal.get(delivery_id, ()), attempt)

    def let_go(self, ahead: Iterable[str] | None = None) -> int:
        """Make due what waits behind these, or behind anything, where that is over; how many."""
        wanted = None if ahead is None else set(ahead)
        free = [
            each
            for each in self.held.values()
            if each.state is DeliveryState.WAITING and self._may_go(each, wanted)
        ]
        for each in free:
            self.write(replace(each, state=DeliveryState.DUE))
        return len(free)

    def _may_go(self, waiting: Delivery, wanted: set[str] | None) -> bool:
        behind = waiting.what.behind if is_of_cdr(waiting) else ""
        ahead = self.held.get(behind)
        is_asked_for = wanted is None or behind in wanted
        return is_asked_for and ahead is not None and ahead.state in _OVER
