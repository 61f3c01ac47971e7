"""Sessions: one driver's charging, told to the one party whose token it is.

OCPI 2.3.0, mod_sessions. A PATCH appends charging periods, so it must have its
effect once and never be sent twice (S-7).
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

from domain.carried import OcpiObject, replaced
from domain.documents import Document, as_document, as_documents
from domain.objects import Watched
from domain.party import PartyId

COMPLETED = "COMPLETED"
_PERIODS = "charging_periods"


@dataclass(frozen=True)
class Session(OcpiObject):
    """A Session document, word for word as its owner wrote it."""

    kinds: ClassVar[tuple[str, ...]] = ("session",)
    appends: ClassVar[bool] = True

    @property
    def reader(self) -> PartyId:
        """The party whose token it is: nobody else is told of it (S-1, R-BC-5)."""
        return party_of_token(self.document)

    @property
    def status(self) -> str:
        return str(self.document["status"])

    @property
    def parts(self) -> int:
        """Its charging periods."""
        return len(as_documents(self.document.get(_PERIODS)))

    def merged(self, document: Document, patch: Document) -> Document:
        """As everywhere, but charging periods are appended; none of them changes nothing (3.2)."""
        added = as_documents(patch.get(_PERIODS))
        periods = (*as_documents(document.get(_PERIODS)), *added)
        rest = {name: value for name, value in patch.items() if name != _PERIODS}
        changed = replaced(document, rest)
        return {**changed, _PERIODS: periods} if added else changed

    def watched(self) -> Watched:
        """What the watchdogs go by."""
        return Watched(status=self.status)


def party_of_token(document: Document) -> PartyId:
    """The provider of a Session's or CDR's `cdr_token`: it owes what is charged with it."""
    token = as_document(document["cdr_token"])
    return PartyId(str(token["country_code"]), str(token["party_id"]))


def digest_of(patch: bytes) -> str:
    """What a PATCH is known again by; its last_updated is in its body (S-7)."""
    return sha256(patch).hexdigest()[:32]
