"""Telling readers: one mark per reader of an object that changed; sending is somebody else's work.

Who the readers are is asked when the change is published, so a partner that joined or left in
between is treated as it is now (requirements 1.9.4).
"""

from dataclasses import dataclass
from datetime import timedelta

from application.directories import Directories
from application.heralding import Heralding
from application.modules import MODULES, Module
from domain.deliveries import LaneId, Mark
from domain.directory import Directory, Receiver
from domain.objects import EVERYONE, Missed, ObjectKey, Stored
from domain.party import Interface
from domain.ports import Clock, DeliveryQueue, ObjectStore, Wake


@dataclass(frozen=True)
class Publishing:
    """Turns what is unpublished into marks: for readers, and for subscribers of the event."""

    objects: ObjectStore
    directories: Directories
    deliveries: DeliveryQueue
    heralding: Heralding
    wake: Wake
    clock: Clock

    def publish(self, key: ObjectKey) -> int:
        """Mark every reader of the object's unpublished changes; how many. Safe to repeat.

        A change that comes in between stays unpublished: it has its own wake-up, or the sweeper's.
        """
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.unpublished is None:
            return 0
        marks = self._marks(stored, stored.unpublished.missed)
        if marks:
            self.deliveries.mark(marks, now=self.clock.now())
        self.objects.published(key, revision=stored.revision)
        if marks:
            self.wake.pump()
        return len(marks)

    def told(self, key: ObjectKey, *, revision: int) -> None:
        """The one reader has this revision already: only subscribers are left to tell (D-12).

        If this dies half way, or the object has moved on, `publish` tells them all.
        """
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.unpublished is None or stored.revision != revision:
            return
        marks = self.heralding.marks_of(stored, stored.unpublished.missed)
        if marks:
            self.deliveries.mark(marks, now=self.clock.now())
        self.objects.published(key, revision=revision)
        if marks:
            self.wake.pump()

    def sweep(self, *, older_than_s: float, limit: int = 500) -> int:
        """Publish what nobody has published for a while: the wake-up was lost."""
        before = self.clock.now() - timedelta(seconds=older_than_s)
        keys = self.objects.unpublished(before=before, limit=limit)
        for key in keys:
            self.publish(key)
        return len(keys)

    def _marks(self, stored: Stored, missed: Missed) -> list[Mark]:
        module = MODULES[stored.key.module]
        events = self.heralding.marks_of(stored, missed)
        return events + [
            Mark(
                lane=LaneId(reader.partner.id, module.delivery),
                receiver=reader.party,
                key=stored.key,
                revision=stored.revision,
                missed=missed,
            )
            for reader in self._readers(module, stored)
        ]

    def _readers(self, module: Module, stored: Stored) -> tuple[Receiver, ...]:
        directory, owner = self.directories.read(), stored.key.owner
        if module.is_private:
            return _only_reader(directory, module, stored)
        if not module.is_routed:
            return directory.watchers(module.id, owner, origin=stored.origin)
        return directory.readers(
            module.id, readers=module.readers, origin=stored.origin, owner=owner
        )


def _only_reader(directory: Directory, module: Module, stored: Stored) -> tuple[Receiver, ...]:
    """Who a private object is for, if it is there and takes such objects (S-1)."""
    if stored.reader is None:
        return ()
    partner = directory.find(stored.reader, roles=module.readers, sender=stored.key.owner)
    takes = partner is not None and partner.endpoint(module.id, Interface.RECEIVER) is not None
    if partner is None or not partner.is_registered or not takes:
        return ()
    return (Receiver(stored.reader, partner),)
