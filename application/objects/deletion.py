"""Taking back what its owner deletes: what is left is a tombstone, and readers to be told.

Only tariffs are ever deleted (OCPI 2.3.0, mod_tariffs, DELETE). A tombstone keeps the owner's last
words for the audit, and says where a reader has the object; no reader is shown it (TA-5).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from application.modules import MODULES
from domain.deciding_again import until_written
from domain.objects.stored import EVERYONE, Change, ObjectKey, Stored
from domain.partners.party import PartyId
from domain.ports import Clock, ObjectStore, Wake

_OUTDONE_BY_ANYTHING = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ObjectDeletion:
    """Deletes objects as their owners say so. A PUT makes them anew, even with an older time."""

    objects: ObjectStore
    wake: Wake
    clock: Clock

    def withdraw(self, key: ObjectKey, *, correlation_id: str) -> None:
        """Delete the object for all readers, which are still to be told (R-BC-10).

        Copies for one party go first, so that a DELETE which broke off can be sent again.

        :raises UnknownObject: (404) if it is not there, or not there any more.
        """
        self._stored_object(key)
        for audience in self.objects.audiences(key):
            if audience != EVERYONE:
                until_written(partial(self._bury_copy, key, audience), "the object changes")
        until_written(partial(self._bury_public, key, correlation_id), "the object changes")
        self.wake.publish()

    def withdraw_copy(self, key: ObjectKey, *, reader: PartyId) -> None:
        """Delete what one party is shown of it, after that party has (R-GETALL-7).

        Where that is the public one, it is gone for this party until the public one is newer.
        """
        until_written(partial(self._bury_what_is_shown, key, str(reader)), "the object changes")

    def _bury_public(self, key: ObjectKey, correlation_id: str) -> None:
        change = Change("DELETE", (), None, correlation_id)
        buried = self._stored_object(key).buried()
        self.objects.save(buried.with_change(change, now=self.clock.now()))

    def _bury_copy(self, key: ObjectKey, audience: str) -> None:
        copy = self.objects.get(key, audience)
        if copy is not None:
            self.objects.save(replace(copy.buried(), last_updated=_OUTDONE_BY_ANYTHING))

    def _bury_what_is_shown(self, key: ObjectKey, audience: str) -> None:
        own, public = self.objects.get(key, audience), self.objects.get(key, EVERYONE)
        shown = [each for each in (own, public) if each is not None and not each.deleted]
        if not shown:
            return
        newest = max(shown, key=lambda each: each.last_updated)
        fresh = Stored(key, audience, newest.body, newest.last_updated, newest.origin)
        held = own or fresh
        self.objects.save(replace(held.buried(), last_updated=newest.last_updated))

    def _stored_object(self, key: ObjectKey) -> Stored:
        stored = self.objects.get(key, EVERYONE)
        if stored is None or stored.deleted:
            raise MODULES[key.module].object.unknown(f"{key.id} is not known")
        return stored
