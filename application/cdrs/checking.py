"""Checking a CDR that a CPO posts: its fields, whose it is, and whether TO names who owes it."""

from dataclasses import dataclass

from application.modules import MODULES
from application.objects.pushed import unsafe_ids
from domain import errors
from domain.cdrs.cdr import Cdr
from domain.documents import Document
from domain.objects.remarks import NO_REMARKS, Remarks
from domain.objects.stored import ObjectKey
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import Schemas
from domain.validation import Direction, Validation

_CDRS = MODULES["cdrs"]


@dataclass(frozen=True)
class Posted:
    """A POST of a CDR, parsed but not judged yet. `to` is the party that TO names, if one."""

    document: Document
    body: bytes
    by: Partner
    sender: PartyId
    to: PartyId | None
    correlation_id: str


@dataclass(frozen=True)
class Checked:
    """One that may be taken. `remarks` are what is odd about it all the same."""

    posted: Posted
    cdr: Cdr
    remarks: Remarks = NO_REMARKS

    @property
    def key(self) -> ObjectKey:
        """Its owner and its id."""
        return ObjectKey(_CDRS.id, self.cdr.owner, self.cdr.id)


@dataclass(frozen=True)
class CdrCheck:
    """As strict as the connection has it (T-EXT-4)."""

    schemas: Schemas
    validation: Validation

    def check(self, posted: Posted) -> Checked:
        """Read no store: what it says is true of the posted CDR alone.

        :raises InvalidDocument: if it breaks its schema.
        :raises NotYours: if its owner is no CPO of the caller's.
        :raises InvalidParameter: if TO is not the party whose token it is (H-CDR-1).
        """
        mode = posted.by.options.validation.mode(Direction.CDR, self.validation)
        remarks = self.schemas.check("cdr", posted.document, mode)
        unsafe = tuple(unsafe_ids(Cdr, posted.document))
        if unsafe:
            raise errors.InvalidDocument(unsafe)
        cdr = Cdr(posted.document)
        if not posted.by.has_role(cdr.owner, _CDRS.owners):
            raise errors.NotYours(f"{cdr.owner.spelled} is not a party of yours that owns cdrs")
        if posted.to is not None and posted.to != cdr.reader:
            raise errors.InvalidParameter(
                f"the token is {cdr.reader.spelled}'s, not {posted.to.spelled}'s"
            )
        return Checked(posted, cdr, remarks)
