"""Sessions: one driver's charging, told to the one party whose token it is.

OCPI 2.3.0, mod_sessions. A PATCH appends charging periods, so it must have its
effect once and never be sent twice (S-7).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Self

from domain.documents import Document, as_document, as_documents, same
from domain.errors import Problem
from domain.objects.carried import OcpiObject, replaced
from domain.objects.stored import Watched
from domain.partners.party import PartyId

COMPLETED = "COMPLETED"
INVALID = "INVALID"
_PERIODS = "charging_periods"


@dataclass(frozen=True)
class Session(OcpiObject):
    """A Session document, word for word as its owner wrote it."""

    kinds: ClassVar[tuple[str, ...]] = ("session",)
    appends: ClassVar[bool] = True

    @property
    def reader(self) -> PartyId:
        """The party whose token it is: no other party is told of it (S-1, R-BC-5)."""
        return party_of_token(self.document)

    @property
    def status(self) -> str:
        return str(self.document["status"])

    @property
    def parts(self) -> int:
        """Its charging periods."""
        return len(as_documents(self.document.get(_PERIODS)))

    def merged(self, document: Document, patch: Document) -> Document:
        """As everywhere (T-PATCH-2), but charging periods are appended; none changes nothing.

        Those that it begins with and that are there already are not appended again.
        """
        added = as_documents(patch.get(_PERIODS))[_known(document, patch) :]
        periods = (*as_documents(document.get(_PERIODS)), *added)
        rest = {name: value for name, value in patch.items() if name != _PERIODS}
        changed = replaced(document, rest)
        return {**changed, _PERIODS: periods} if added else changed

    def repeats(self, patch: Document) -> bool:
        """Such a PATCH has its effect once here, and would have it twice at its reader."""
        return _known(self.document, patch) > 0

    def problems_after(self, before: Self) -> Iterator[Problem]:
        """A session that is over stays so: it may be found INVALID, and nothing else."""
        if before.status == COMPLETED and self.status not in (COMPLETED, INVALID):
            yield Problem("status", "the session is COMPLETED: it may become INVALID alone")

    def watched(self) -> Watched:
        """What the watchdogs go by."""
        return Watched(status=self.status)


def party_of_token(document: Document) -> PartyId:
    """The provider of a Session's or CDR's `cdr_token`: it owes what is charged with it."""
    token = as_document(document["cdr_token"])
    return PartyId(str(token["country_code"]), str(token["party_id"]))


def _known(document: Document, patch: Document) -> int:
    """How many of its charging periods, from the first on, the document has already."""
    held = {str(each["start_date_time"]): each for each in as_documents(document.get(_PERIODS))}
    for count, period in enumerate(added := as_documents(patch.get(_PERIODS))):
        if not same(held.get(str(period.get("start_date_time"))), period):
            return count
    return len(added)


def digest_of(patch: bytes) -> str:
    """What a PATCH is known again by; its last_updated is in its body (S-7)."""
    return sha256(patch).hexdigest()[:32]
