"""Judging what a partner pushes, as strictly as its connection has it.

A push answers for what it brings and for nothing else: what was odd about the object before keeps
no change of it out.
"""

from dataclasses import dataclass

from application.objects.pushed import Pushed, foreign_ids, unsafe_ids
from application.partners.directories import Directories
from domain import errors
from domain.documents import JsonValue
from domain.objects.carried import OcpiObject
from domain.objects.remarks import NO_REMARKS, Remarks
from domain.objects.stored import Stored
from domain.partners.naming import called
from domain.ports import Counters, Quarantine, Schemas
from domain.validation import USUAL, Direction, Mode, Validation


@dataclass(frozen=True)
class ObjectValidation:
    """`validation` is the hub's own, where the connection says nothing."""

    schemas: Schemas
    validation: Validation = USUAL

    def check(self, pushed: Pushed) -> Remarks:
        """What is odd about the body, which may be stored or passed on.

        :raises InvalidDocument: naming every wrong field; ids must be those of the URL (T-OWN-2),
            and such that a receiver's URL can carry them.
        """
        check = self.schemas.check_patch if pushed.method == "PATCH" else self.schemas.check
        remarks = check(pushed.kind, pushed.document, self._mode_for(pushed))
        unsafe = unsafe_ids(pushed.of, pushed.document, len(pushed.path))
        if problems := (*foreign_ids(pushed), *unsafe):
            raise errors.InvalidDocument(problems)
        return remarks

    def whole(
        self, pushed: Pushed, own: Remarks, held: Stored | None, changed: OcpiObject
    ) -> Remarks:
        """What is odd about the object after the push, given what is about the push itself.

        :raises InvalidDocument: where the rules between the fields of the whole are broken by it.
        """
        kind = pushed.of.kinds[0]
        before = NO_REMARKS if held is None else held.remarks
        if pushed.method == "PATCH":
            return self._remarks_of_patch(kind, pushed, before, changed)
        if not pushed.path or not (own or before):
            return own
        return self.schemas.check(kind, changed.document, Mode.OFF)

    def _remarks_of_patch(
        self, kind: str, pushed: Pushed, before: Remarks, changed: OcpiObject
    ) -> Remarks:
        if pushed.path and not before and self._is_well(pushed, changed):
            return NO_REMARKS
        mode = max(self._mode_for(pushed), Mode.REMARK, key=lambda each: each.heaviest)
        try:
            return self.schemas.check(kind, changed.document, mode)
        except errors.InvalidDocument as invalid:
            if invalid.more or any(str(each) not in before.said for each in invalid.problems):
                raise
            return self.schemas.check(kind, changed.document, Mode.OFF)

    def _is_well(self, pushed: Pushed, changed: OcpiObject) -> bool:
        """Whether the part that a PATCH has changed is: then the whole is what it was before."""
        try:
            self.schemas.check(pushed.kind, changed.part(pushed.path))
        except errors.InvalidDocument:
            return False
        return True

    def _mode_for(self, pushed: Pushed) -> Mode:
        if pushed.is_let_in:
            return Mode.OFF
        return pushed.by.options.validation.mode(pushed.direction, self.validation)


def why_unknown(pushed: Pushed, quarantine: Quarantine) -> str:
    """What the owner of an object that is not there is told: it may be quarantined."""
    aside = quarantine.of(pushed.by.id, pushed.key.module, pushed.key.id)
    return f"{pushed.key.id} {'is not known' if aside is None else aside.reason}"


@dataclass(frozen=True)
class RequestValidation:
    """Judges what is passed on to one party and not kept: commands, profiles, preferences."""

    schemas: Schemas
    directories: Directories
    counters: Counters
    validation: Validation

    def check(self, kind: str, document: JsonValue, *, by: str) -> None:
        """Whether it may be passed on, pushed by the partner of this id; remarks are counted.

        :raises InvalidDocument: naming every wrong field that the connection's mode does not take.
        """
        try:
            self.schemas.check(kind, document)
        except errors.InvalidDocument:
            partner = self.directories.known().partner(by)
            mode = partner.options.validation.mode(Direction.PUSH, self.validation)
            if mode is Mode.ENFORCE:
                raise
            self.schemas.check(kind, document, mode)
            self.counters.count("remarks", partner=called(partner), module=kind)
