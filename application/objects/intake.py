"""Taking what a party pushes to the hub: from the moment this returns the hub answers for it.

One use case, one document, one write: the object, and that it is still to be published, are one
atomic record. However many readers there are, the owner waits for that one write.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from application.objects.publishing import Publisher
from application.objects.pushed import (
    Accepted,
    Pushed,
    applied,
    change_of,
    own_times_of,
    pushed_time,
    repeats,
    repeats_all,
    without_effect,
)
from application.objects.validation import ObjectValidation, why_unknown
from domain import errors
from domain.deciding_again import until_written
from domain.documents import as_document
from domain.objects.carried import OcpiObject
from domain.objects.growth import Growth
from domain.objects.remarks import NO_REMARKS, Remarks
from domain.objects.stored import EVERYONE, Stored, UnseenChange
from domain.partners.naming import called
from domain.ports import Clock, Counters, Json, ObjectStore, Quarantine, Schemas, Wake
from domain.times import parse_time
from domain.validation import USUAL, Validation


@dataclass(frozen=True)
class ObjectIntake:
    """Stores objects as their owners say they are now."""

    objects: ObjectStore
    quarantine: Quarantine
    schemas: Schemas
    json: Json
    wake: Wake
    counters: Counters
    clock: Clock
    publisher: Publisher
    growth: Growth = Growth()
    validation: Validation = USUAL

    def check(self, pushed: Pushed) -> Remarks:
        """What is odd about the body, which may be stored: see `ObjectValidation.check`."""
        return self._validation.check(pushed)

    def take(self, pushed: Pushed) -> Accepted:
        """Store the push as the present state, still to be published. Safe to repeat.

        Concurrent pushes of one object lose nothing: the second process decides again.

        :raises InvalidDocument: if it, or what a PATCH makes of the object, breaks its schema, or
            the object becomes too large by it.
        :raises UnknownObject: for a PATCH of what is not there, or a part without its parent (L-4).
        """
        remarks = self.check(pushed)
        accepted = self._put(pushed, remarks) or self._until_written(
            pushed, partial(self._merge_and_save, remarks=remarks)
        )
        self._count_taken(pushed, remarks)
        if accepted.unchanged:
            self.publisher.tell_again(pushed.key, correlation_id=pushed.correlation_id)
        elif not self._had_no_effect(pushed, accepted):
            self.wake.publish()
        return accepted

    def take_to_pass_on(self, pushed: Pushed, remarks: Remarks, *, until: datetime) -> Accepted:
        """The same, where the one reader is told of it right away, in the request (R-GETALL-7).

        If it is not noted as `published` until then, the reader is told of the present state
        instead: a PATCH may have reached it and never goes out twice (S-7). The push was checked
        before.
        """
        write = partial(self._merge_and_save, remarks=remarks, until=until)
        accepted = self._until_written(pushed, write)
        self._count_taken(pushed, remarks)
        self._had_no_effect(pushed, accepted)
        return accepted

    def take_if_newer(self, pulled: Pushed) -> bool:
        """Store what was pulled where the hub has nothing, or something older; whether it did.

        A list that was read before its owner deleted an object does not bring it back.

        :raises InvalidDocument: if it breaks its schema.
        """
        return self._is_newer(pulled) and not self.take(pulled).stale

    def refresh_copy(self, pulled: Pushed) -> bool:
        """Keep what was pulled as the copy of its audience, if it is newer; whether it is."""
        is_newer = self._is_newer(pulled)
        if is_newer:
            self.keep_copy(pulled, self.check(pulled))
        return is_newer

    def keep_copy(self, pushed: Pushed, remarks: Remarks = NO_REMARKS) -> None:
        """Keep what was passed on to one party as the copy for that party alone (R-GETALL-7).

        A part or a PATCH builds on the party's own copy, else on the public one; where there is
        neither, nothing is kept. The push was checked and passed on before.
        """
        try:
            self._until_written(pushed, partial(self._write_copy, remarks=remarks))
            self._count_taken(pushed, remarks)
        except (errors.UnknownObject, errors.InvalidDocument):
            self.counters.count("copies_not_kept", module=pushed.key.module)

    def _had_no_effect(self, pushed: Pushed, accepted: Accepted) -> bool:
        if accepted.stale or accepted.repeated:
            self.counters.count("stale_pushes", module=pushed.key.module)
        return accepted.stale or accepted.repeated

    def _count_taken(self, pushed: Pushed, remarks: Remarks) -> None:
        if remarks:
            self.counters.count("remarks", partner=called(pushed.by), module=pushed.key.module)

    @property
    def _validation(self) -> ObjectValidation:
        return ObjectValidation(self.schemas, self.validation)

    def _is_newer(self, pulled: Pushed) -> bool:
        held = self.objects.get(pulled.key, pulled.audience)
        return held is None or held.last_updated < pushed_time(pulled)

    def _until_written(
        self, pushed: Pushed, write: Callable[[Pushed, Stored | None], Accepted]
    ) -> Accepted:
        return until_written(
            lambda: write(pushed, self.objects.get(pushed.key, pushed.audience)),
            "the object changes",
        )

    def _put(self, pushed: Pushed, remarks: Remarks) -> Accepted | None:
        """Store a whole object where nothing of what is stored matters: it is older, or not there.

        None where it may matter, and nothing is written.
        """
        if not pushed.is_whole or pushed.of.appends or len(pushed.body) > self.growth.most_bytes:
            return None
        record = self._stored_from(pushed, None, None, pushed.of(pushed.document), remarks)
        unseen = UnseenChange(scope=(), correlation_id=pushed.correlation_id)
        try:
            created = self.objects.put(record.with_unseen(unseen, since=self.clock.now()))
        except errors.RecordChanged:
            return None
        return Accepted(created=created, remarks=remarks)

    def _merge_and_save(
        self,
        pushed: Pushed,
        held: Stored | None,
        remarks: Remarks,
        *,
        until: datetime | None = None,
    ) -> Accepted:
        now = self.clock.now()
        known = self._parsed(pushed, held)
        if (nothing := without_effect(pushed, held, known, now=now)) is not None:
            return nothing
        changed = self._apply(pushed, known)
        said = self._validation.whole(pushed, remarks, held, changed)
        if known is not None and (problems := tuple(changed.problems_after(known))):
            raise errors.InvalidDocument(problems)
        record = self._stored_from(pushed, held, known, changed, said)
        if until is None and held is not None and known is not None and repeats_all(known, changed):
            return self._keep_unchanged(held, record, remarks)
        unseen = UnseenChange.one(change_of(pushed))
        owed = unseen if until is None else unseen.as_present_state()
        saved = self.objects.save(record.with_unseen(owed, since=until or now))
        return Accepted(
            created=known is None or known.part(pushed.path) is None,
            revision=saved.revision,
            was_published=held is None or held.unpublished is None,
            whole=record.body if known is not None and repeats(pushed, known) else None,
            remarks=remarks,
        )

    def _keep_unchanged(self, held: Stored, record: Stored, remarks: Remarks) -> Accepted:
        """It is as it was; beside it, whose word it is and when it was heard may be new."""
        if replace(record, body=held.body, remarked_at=held.remarked_at) != held:
            self.objects.save(record)
        return Accepted(unchanged=True, remarks=remarks)

    def _write_copy(self, pushed: Pushed, held: Stored | None, remarks: Remarks) -> Accepted:
        base = held
        if base is None and (pushed.path or pushed.method == "PATCH"):
            base = self.objects.get(pushed.key, EVERYONE)
        known = self._parsed(pushed, base)
        changed = self._apply(pushed, known)
        said = self._validation.whole(pushed, remarks, base, changed)
        record = self._stored_from(pushed, held, known, changed, said)
        self.objects.save(replace(record, facets=None, watched=None))
        return Accepted(created=held is None)

    def _parsed(self, pushed: Pushed, held: Stored | None) -> OcpiObject | None:
        if held is None or held.deleted:
            return None
        if held.body == pushed.body:
            return pushed.of(pushed.document)
        return pushed.of(as_document(self.json.parse(held.body)))

    def _apply(self, pushed: Pushed, known: OcpiObject | None) -> OcpiObject:
        if pushed.is_whole:
            return pushed.of(pushed.document)
        if known is None:
            raise pushed.of.unknown(why_unknown(pushed, self.quarantine))
        try:
            if pushed.method == "PUT":
                return known.with_part(pushed.path, pushed.document)
            return known.patched(pushed.path, pushed.document)
        except KeyError as missing:
            raise pushed.of.unknown(f"there is no {missing} in {pushed.key.id}") from missing

    def _stored_from(
        self,
        pushed: Pushed,
        held: Stored | None,
        before: OcpiObject | None,
        changed: OcpiObject,
        said: Remarks,
    ) -> Stored:
        body = pushed.body if pushed.is_whole else self.json.dump(changed.document)
        self.growth.check(changed, before, size=len(body))
        watched, now = changed.watched(), self.clock.now()
        record = Stored(
            key=pushed.key,
            audience=pushed.audience,
            body=body,
            last_updated=parse_time(changed.last_updated),
            origin=pushed.by.id,
            own_times={} if held is None else own_times_of(pushed, held, before, changed),
            facets=changed.facets(),
            place=changed.place(),
            reader=changed.reader,
            watched=watched and replace(watched, heard_at=now),
            remarks=said,
            remarked_at=now if said else None,
            applied=applied(pushed, held),
        )
        return record if held is None else record.after(held)
