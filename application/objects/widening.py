"""Bringing a reader into step that has widened its interest: it gets what it did not want before.

A page of deliveries at a time, from the start where a process died in between: what a reader is
owed twice is one delivery. Narrowing takes nothing back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from application.objects.publishing import Publisher
from domain import errors
from domain.objects.stored import Stored, UnseenChange
from domain.objects.wanted import lacks
from domain.partners.partner import Partner
from domain.ports import Clock, DeliveryQueue, Ids, ObjectStore, PartnerStore, Wake

_AT_ONCE = 500
_SETTLED_AFTER = timedelta(seconds=5)
"""How long after a choice every publisher goes by it."""


@dataclass(frozen=True)
class Widening:
    """Owes a reader what its earlier choices left out and its present ones take."""

    objects: ObjectStore
    partners: PartnerStore
    queue: DeliveryQueue
    publisher: Publisher
    wake: Wake
    ids: Ids
    clock: Clock

    def bring_into_step(self, partner: Partner) -> int:
        """How many deliveries that made; none where nothing is lacking. Safe to repeat."""
        interests, now = partner.interests, self.clock.now()
        is_settled = interests.changed_at is None or interests.changed_at <= now - _SETTLED_AFTER
        if not (interests.outgrown and is_settled and partner.is_registered):
            return 0
        unseen = UnseenChange(scope=(), correlation_id=self.ids.new())
        modules = sorted({each.module for each in interests.outgrown})
        requested = sum(self._owe_lacking(partner, module, unseen) for module in modules)
        try:
            self.partners.save(replace(partner, interests=interests.in_step()))
        except errors.RecordChanged:
            return requested
        self.wake.pump()
        return requested

    def _owe_lacking(self, partner: Partner, module: str, unseen: UnseenChange) -> int:
        requested = 0
        for page in self._pages(module):
            lacking = [stored for stored in page if lacks(partner, stored)]
            requests = self.publisher.requests_for(partner, lacking, unseen)
            if requests:
                self.queue.owe(requests, now=self.clock.now())
            requested += len(requests)
        return requested

    def _pages(self, module: str) -> Iterator[Sequence[Stored]]:
        after = ""
        while page := self.objects.public(module, after=after, limit=_AT_ONCE):
            yield page
            after = str(page[-1].key)
