"""Telling readers: one delivery request per reader of a changed object; the pump sends later.

The readers are looked up when the change is published, so a partner that joined or left in between
is treated as it is now. Many objects are published together: what is read and written for one is
hardly more for all.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from application.modules import BULKY
from application.objects.readership import joined_since, readers_of, request_of
from application.partners.directories import Directories
from application.webhooks.events import WebhookEvents
from domain import errors
from domain.deciding_again import until_written
from domain.delivery.deliveries import DeliveryRequest
from domain.objects.stored import ALL_UNSEEN, EVERYONE, ObjectKey, Stored, UnseenChange
from domain.partners.directory import Receiver
from domain.partners.partner import Partner
from domain.ports import Clock, Deliveries, DeliveryQueue, FailPoints, ObjectStore, Wake

AT_ONCE = 32
"""How many objects are published together: what their readers are owed is one write."""
CLOCKS_APART = timedelta(seconds=2)
"""How far the clocks of two machines may be apart: one publishes what another has just stored."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Publisher:
    """Requests deliveries of what is unpublished, for readers and for the event's subscribers."""

    objects: ObjectStore
    directories: Directories
    queue: DeliveryQueue
    deliveries: Deliveries
    webhook_events: WebhookEvents
    fail_points: FailPoints
    wake: Wake
    clock: Clock

    def publish(self, key: ObjectKey) -> int:
        """Request a delivery for every reader of the object's unpublished changes; how many.

        Safe to repeat.

        A change that comes in between stays unpublished: it has its own wake-up, or the sweeper's.
        """
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.unpublished is None:
            return 0
        return self._publish([stored])

    def drain(self, *, seconds: float) -> bool:
        """Publish what is unpublished, until nothing is or `seconds` are over; whether more may be.

        Safe to repeat, and for two at once: they may do the same twice.
        """
        ends = time.monotonic() + seconds
        for found in self._batches(-CLOCKS_APART):
            if found == AT_ONCE and time.monotonic() > ends:
                return True
        return False

    def tell_again(self, key: ObjectKey, *, correlation_id: str) -> int:
        """Its owner has said the same once more: readers that refused it, or lack it, get it.

        A reader that may see it only since after it was published lacks it. Safe to repeat.
        """
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.unpublished is not None:
            self.wake.publish()
            return 0
        readers = readers_of(self.directories.known(), stored)
        unseen = UnseenChange(scope=(), correlation_id=correlation_id)
        requests = {
            request.delivery_id: request for request in _requests_of(stored, readers, unseen)
        }
        refused = self.deliveries.refused(requests)
        joined = {reader.partner.id for reader in readers if joined_since(reader.partner, stored)}
        lacking = [each for each in requests.values() if each.lane.target in joined]
        for name in refused:
            self.deliveries.retry(name, now=self.clock.now())
        if lacking:
            self.queue.owe(lacking, now=self.clock.now())
            self.objects.published({key: stored.revision}, at=self.clock.now())
        if refused or lacking:
            self.wake.pump()
        return len(refused) + len(lacking)

    def tell_anew(self, key: ObjectKey, *, after: int) -> None:
        """Have its readers told of the present state, unless revision `after` still is that.

        As a revision of its own: no delivery that is under way is taken for it.
        """

        def touch() -> None:
            stored = self.objects.get(key, EVERYONE)
            if stored is not None and stored.revision != after:
                self.objects.save(stored.with_unseen(ALL_UNSEEN, since=self.clock.now()))

        until_written(touch, "the object changes")
        self.publish(key)

    def requests_for(
        self, partner: Partner, published: Sequence[Stored], unseen: UnseenChange
    ) -> list[DeliveryRequest]:
        """The requests of these objects for this partner alone, as far as it may see them."""
        alone = replace(self.directories.known(), partners=(partner,))
        return [
            request
            for stored in published
            for request in _requests_of(stored, readers_of(alone, stored), unseen)
        ]

    def delivery_ids(self, key: ObjectKey, partner_id: str | None = None) -> list[str]:
        """What the deliveries of this object are called, to those who read it now, or to one."""
        stored = self.objects.get(key, EVERYONE)
        if stored is None:
            return []
        readers = readers_of(self.directories.known(), stored)
        requests = _requests_of(stored, readers, ALL_UNSEEN)
        return [each.delivery_id for each in requests if partner_id in (None, each.lane.target)]

    def told(self, key: ObjectKey, *, revision: int) -> None:
        """The one reader has this revision already: only subscribers are left to tell (D-12).

        If this dies half way, or the object has moved on, `publish` tells them all.
        """
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.unpublished is None or stored.revision != revision:
            return
        self._owe(self.webhook_events.requests_of([stored]), [stored])

    def sweep(self, *, older_than_s: float, limit: int = 500) -> int:
        """Publish what has waited for a while: its wake-up was lost."""
        return sum(islice(self._batches(timedelta(seconds=older_than_s)), limit // AT_ONCE))

    def _batches(self, older_than: timedelta) -> Iterator[int]:
        """Publish the oldest together, then the next; how many each time, fewer the last time."""
        failed: set[ObjectKey] = set()
        found = AT_ONCE
        while found == AT_ONCE:
            oldest = self.objects.unpublished(
                before=self.clock.now() - older_than, limit=AT_ONCE, last=BULKY, but_for=failed
            )
            failed |= self._publish_readable(oldest)
            found = len(oldest)
            yield found

    def _publish_readable(self, changed: Sequence[Stored]) -> set[ObjectKey]:
        """Publish these; which cannot be: such a one keeps no other waiting."""
        try:
            self._publish(changed)
        except errors.StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001 - what cannot be published holds up itself alone
            if len(changed) == 1:
                _log.exception("%s is not published", changed[0].key)
                return {changed[0].key}
            middle = len(changed) // 2
            halves = changed[:middle], changed[middle:]
            return set().union(*map(self._publish_readable, halves))
        return set()

    def _publish(self, changed: Sequence[Stored]) -> int:
        if not changed:
            return 0
        self.fail_points.reach("looked")
        directory = self.directories.known()
        requests = self.webhook_events.requests_of(changed) + [
            request
            for stored in changed
            if stored.unpublished is not None
            for request in _requests_of(
                stored, readers_of(directory, stored), stored.unpublished.unseen
            )
        ]
        self._owe(requests, changed)
        return len(requests)

    def _owe(self, requests: Sequence[DeliveryRequest], changed: Sequence[Stored]) -> None:
        """Owe first, note then: a process that dies in between only does it twice."""
        if requests:
            self.queue.owe(requests, now=self.clock.now())
        self.fail_points.reach("requested")
        revisions = {stored.key: stored.revision for stored in changed}
        self.objects.published(revisions, at=self.clock.now())
        if requests:
            self.wake.pump()


def _requests_of(
    stored: Stored, readers: Iterable[Receiver], unseen: UnseenChange
) -> list[DeliveryRequest]:
    return [request_of(stored, reader, unseen) for reader in readers]
