"""Telling readers: one delivery request per reader of an object that changed; the pump sends later.

The readers are looked up when the change is published, so a partner that joined or left in between
is treated as it is now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from application.modules import MODULES, Module
from application.partners.directories import Directories
from application.webhooks.events import WebhookEvents
from domain.delivery.deliveries import DeliveryRequest, LaneId
from domain.objects.stored import EVERYONE, ObjectKey, Stored, UnseenChange
from domain.partners.directory import Directory, Receiver
from domain.partners.partner import Partner
from domain.partners.party import Interface
from domain.ports import Clock, DeliveryQueue, ObjectStore, Wake


@dataclass(frozen=True)
class Publisher:
    """Turns what is unpublished into delivery requests: for readers, and for subscribers."""

    objects: ObjectStore
    directories: Directories
    deliveries: DeliveryQueue
    webhook_events: WebhookEvents
    wake: Wake
    clock: Clock

    def publish(self, key: ObjectKey) -> int:
        """Mark every reader of the object's unpublished changes; how many. Safe to repeat.

        A change that comes in between stays unpublished: it has its own wake-up, or the sweeper's.
        """
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.unpublished is None:
            return 0
        requests = self._requests(stored, stored.unpublished.missed)
        if requests:
            self.deliveries.mark(requests, now=self.clock.now())
        self.objects.published(key, revision=stored.revision, at=self.clock.now())
        if requests:
            self.wake.pump()
        return len(requests)

    def tell_again(self, key: ObjectKey, *, correlation_id: str) -> int:
        """Its owner has said the same once more: mark the readers that refused it, or lack it.

        A reader that may see it only since after it was published lacks it. Safe to repeat.
        """
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.unpublished is not None:
            self.wake.publish(key)
            return 0
        readers = _readers(self.directories.read(), stored)
        missed = UnseenChange(scope=(), correlation_id=correlation_id)
        requests = {each.delivery_id: each for each in _requests_of(stored, readers, missed)}
        refused = self.deliveries.refused(requests)
        joined = {reader.partner.id for reader in readers if _lacks(reader.partner, stored)}
        lacking = [each for each in requests.values() if each.lane.partner_id in joined]
        for name in refused:
            self.deliveries.retry(name, now=self.clock.now())
        if lacking:
            self.deliveries.mark(lacking, now=self.clock.now())
            self.objects.published(key, revision=stored.revision, at=self.clock.now())
        if refused or lacking:
            self.wake.pump()
        return len(refused) + len(lacking)

    def requests_for(
        self, partner: Partner, published: Sequence[Stored], missed: UnseenChange
    ) -> list[DeliveryRequest]:
        """Delivery requests of these objects for this partner alone, as far as it may see them."""
        alone = replace(self.directories.read(), partners=(partner,))
        return [
            request
            for stored in published
            for request in _requests_of(stored, _readers(alone, stored), missed)
        ]

    def told(self, key: ObjectKey, *, revision: int) -> None:
        """The one reader has this revision already: only subscribers are left to tell (D-12).

        If this dies half way, or the object has moved on, `publish` tells them all.
        """
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.unpublished is None or stored.revision != revision:
            return
        requests = self.webhook_events.marks_of(stored, stored.unpublished.missed)
        if requests:
            self.deliveries.mark(requests, now=self.clock.now())
        self.objects.published(key, revision=revision, at=self.clock.now())
        if requests:
            self.wake.pump()

    def sweep(self, *, older_than_s: float, limit: int = 500) -> int:
        """Publish what has waited for a while: its wake-up was lost."""
        before = self.clock.now() - timedelta(seconds=older_than_s)
        keys = self.objects.unpublished(before=before, limit=limit)
        for key in keys:
            self.publish(key)
        return len(keys)

    def _requests(self, stored: Stored, missed: UnseenChange) -> list[DeliveryRequest]:
        readers = _readers(self.directories.read(), stored)
        return self.webhook_events.marks_of(stored, missed) + _requests_of(stored, readers, missed)


def _requests_of(
    stored: Stored, readers: Iterable[Receiver], missed: UnseenChange
) -> list[DeliveryRequest]:
    delivery_class = MODULES[stored.key.module].delivery
    return [
        DeliveryRequest(
            lane=LaneId(reader.partner.id, delivery_class),
            receiver=reader.party,
            key=stored.key,
            revision=stored.revision,
            missed=missed,
        )
        for reader in readers
    ]


def _readers(directory: Directory, stored: Stored) -> tuple[Receiver, ...]:
    module, owner = MODULES[stored.key.module], stored.key.owner
    if module.is_private:
        return _only_reader(directory, module, stored)
    if not module.is_routed:
        return directory.watchers(module.id, owner, origin=stored.origin)
    return directory.readers(module.id, readers=module.readers, origin=stored.origin, owner=owner)


def _lacks(partner: Partner, stored: Stored) -> bool:
    """Whether it may see the object only since after the object was published last."""
    joined, published = partner.joined_at, stored.published_at
    return joined is not None and (published is None or published <= joined)


def _only_reader(directory: Directory, module: Module, stored: Stored) -> tuple[Receiver, ...]:
    """Who a private object is for, if it is there and takes such objects (S-1)."""
    if stored.reader is None:
        return ()
    partner = directory.find(stored.reader, roles=module.readers, sender=stored.key.owner)
    takes = partner is not None and partner.endpoint(module.id, Interface.RECEIVER) is not None
    if partner is None or not partner.is_registered or not takes:
        return ()
    return (Receiver(stored.reader, partner),)
