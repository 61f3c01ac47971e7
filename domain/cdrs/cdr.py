"""Charge detail records: what a driver's provider owes a charge point operator, said once.

OCPI 2.3.0, mod_cdrs. A CDR is never changed: it is corrected by a Credit CDR and a fresh one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from domain.cdrs.clearing import Account, exact
from domain.cdrs.credits import misfits, notes_that_differ
from domain.documents import JsonValue, as_document, as_documents, ci
from domain.errors import Problem
from domain.objects.carried import OcpiObject
from domain.objects.sessions import party_of_token
from domain.objects.stored import ObjectKey
from domain.partners.party import PartyId

_LONGEST_REMARK = 200


@dataclass(frozen=True)
class Cdr(OcpiObject):
    """A CDR document, word for word as its owner wrote it."""

    kinds: ClassVar[tuple[str, ...]] = ("cdr",)

    @property
    def reader(self) -> PartyId:
        """The party that owes it: the one whose token was used (H-CDR-1)."""
        return party_of_token(self.document)

    @property
    def session(self) -> ObjectKey | None:
        """The session that it is the bill of, if it names one."""
        session_id = self.document.get("session_id")
        return None if session_id is None else ObjectKey("sessions", self.owner, str(session_id))

    @property
    def credited(self) -> ObjectKey | None:
        """The CDR that this one takes back, None unless it is a Credit CDR (CDR-1)."""
        if self.document.get("credit") is not True:
            return None
        return ObjectKey("cdrs", self.owner, str(self.document["credit_reference_id"]))

    def account(self) -> Account:
        """Its figures: a Credit CDR counts against what it credits, in energy too (CDR-1)."""
        cost = as_document(self.document["total_cost"])
        taxes = (_number(each["amount"]) for each in as_documents(cost.get("taxes")))
        energy = _number(self.document["total_energy"])
        is_credit = self.credited is not None
        with exact():
            return Account(
                currency=ci(self.document["currency"]),
                kwh=-energy if is_credit else energy,
                net=_number(cost["before_taxes"]),
                taxes=sum(taxes, Decimal(0)),
                is_credit=is_credit,
            )

    def problems_with(self, original: "Cdr") -> Iterator[Problem]:
        """Why this Credit CDR cannot credit that one, field by field (CDR-1)."""
        if original.credited is not None:
            yield Problem("credit_reference_id", "names a Credit CDR")
            return
        yield from misfits(self.document, original.document)

    def remark_on(self, original: "Cdr") -> str:
        """The fields in which it may differ from what it credits, and does."""
        names = notes_that_differ(self.document, original.document)
        return f"differs in {', '.join(names)}"[:_LONGEST_REMARK] if names else ""


def _number(value: JsonValue) -> Decimal:
    """Every digit as it came; JSON integers too."""
    return Decimal(str(value))
