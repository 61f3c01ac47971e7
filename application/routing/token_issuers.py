"""Who is asked about a token, and for whom the hub may stand in: the issuers that it knows.

Authorization asks by it, and explanations answer by it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from application.partners.directories import Directories
from domain.documents import as_document
from domain.objects.paging import Viewer
from domain.objects.stored import Stored
from domain.objects.tokens import EMAID, Token, party_of_emaid
from domain.partners.party import PartyId, Role
from domain.ports import Json, ObjectStore

Copies = Callable[[], Mapping[PartyId, Stored]]
"""Gives the copies of the token, by owner: read when the first is needed."""
MOST_OWNERS = 8
ISSUES = (Role.EMSP,)


@dataclass(frozen=True)
class TokenIssuers:
    """Looks a token's owners up."""

    objects: ObjectStore
    directories: Directories
    json: Json

    def copies(self, uid: str, token_type: str, viewer: Viewer) -> dict[PartyId, Stored]:
        """The copies of the token that the asking party may see, by owner, newest first."""
        found = [
            stored
            for stored in self.objects.by_id("tokens", uid, viewer=viewer)
            if stored.key.kind == token_type.upper()
        ]
        found.sort(key=lambda stored: stored.last_updated, reverse=True)
        return {stored.key.owner: stored for stored in found}

    def asked(self, uid: str, token_type: str, *, sender: PartyId, copies: Copies) -> list[PartyId]:
        """Whom `sender`'s question goes to where it names no receiver; empty: to none."""
        if known := copies():
            return list(known)[:MOST_OWNERS]
        issuer = party_of_emaid(uid) if token_type.upper() == EMAID else None
        directory = self.directories.known()
        if issuer is None or directory.find(issuer, roles=ISSUES, sender=sender) is None:
            return []
        return [issuer]

    def stand_in(
        self, owner: PartyId, known: Mapping[PartyId, Stored], *, sender: PartyId
    ) -> Token | None:
        """The token that the hub may answer for in the owner's place; None where it may not."""
        stored = known.get(owner)
        partner = self.directories.known().find(owner, roles=ISSUES, sender=sender)
        if stored is None or partner is None or not partner.is_registered or not partner.stand_in:
            return None
        token = Token(as_document(self.json.parse(stored.body)))
        return token if token.may_be_answered_for else None
