"""Telling readers: one mark per reader of an object that changed; sending is somebody else's work.

Who the readers are is asked when the change is published, so a partner that joined or left in
between is treated as it is now (requirements 1.9.4).
"""

from dataclasses import dataclass
from datetime import timedelta

from application.directories import Directories
from application.modules import MODULES, Module
from domain.deliveries import LaneId, Mark
from domain.directory import Receiver
from domain.objects import EVERYONE, Missed, ObjectKey, Stored
from domain.ports import Clock, DeliveryQueue, ObjectStore, Wake


@dataclass(frozen=True)
class Publishing:
    """Turns what is unpublished into marks."""

    objects: ObjectStore
    directories: Directories
    deliveries: DeliveryQueue
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

    def sweep(self, *, older_than_s: float, limit: int = 500) -> int:
        """Publish what nobody has published for a while: the wake-up was lost."""
        before = self.clock.now() - timedelta(seconds=older_than_s)
        keys = self.objects.unpublished(before=before, limit=limit)
        for key in keys:
            self.publish(key)
        return len(keys)

    def _marks(self, stored: Stored, missed: Missed) -> list[Mark]:
        module = MODULES[stored.key.module]
        return [
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
        if not module.is_routed:
            return directory.watchers(module.id, owner, origin=stored.origin)
        return directory.readers(
            module.id, readers=module.readers, origin=stored.origin, owner=owner
        )
