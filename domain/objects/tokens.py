"""Tokens: what a driver identifies with, and whether it may be answered for without its owner.

OCPI 2.3.0, mod_tokens. A token's type is part of its identity (TK-1).
"""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from domain import errors
from domain.documents import Document, ci
from domain.objects.carried import OcpiObject
from domain.partners.party import PartyId

RFID = "RFID"
EMAID = "EMAID"
"""Types that routing knows; the set is open."""

_NEVER = "NEVER"


@dataclass(frozen=True)
class Token(OcpiObject):
    """A Token document, word for word as its owner wrote it."""

    kinds: ClassVar[tuple[str, ...]] = ("token",)
    id_fields: ClassVar[tuple[str, ...]] = ("uid",)
    unknown: ClassVar[type[errors.UnknownObject]] = errors.UnknownToken

    @property
    def kind(self) -> str:
        return str(self.document.get("type") or "")

    @property
    def type(self) -> str:
        return str(self.document["type"])

    @property
    def query(self) -> str:
        """`type` is left out for its default, RFID."""
        return "" if self.type.upper() == RFID else f"type={quote(self.type, safe='')}"

    @property
    def may_be_answered_for(self) -> bool:
        """Whether the whitelist lets the hub answer when the owner cannot (TK-8, H-TK-3)."""
        return self.document["whitelist"] != _NEVER

    def stand_in_answer(self) -> Document:
        """The AuthorizationInfo that the hub gives in the owner's place (H-TK-3)."""
        allowed = "ALLOWED" if self.document["valid"] is True else "BLOCKED"
        return {"allowed": allowed, "token": self.document}


def party_of_emaid(uid: str) -> PartyId | None:
    """The provider that an EMAID names in its first five letters (`NL-MS1-...`), or None."""
    letters = uid.replace("-", "").replace("*", "")
    named = letters[:5]
    if len(letters) < 6 or not (named.isascii() and named.isalnum() and named[:2].isalpha()):
        return None
    return PartyId(named[:2], named[2:])


def type_of(requested: str | None, document: Document | None = None) -> str:
    """The type that identifies a token: the query's, else the body's, else RFID (TK-2).

    :raises InvalidParameter: if query and body name different types.
    """
    written = None if document is None else document.get("type")
    if requested is None:
        return str(written) if isinstance(written, str) else RFID
    if isinstance(written, str) and ci(written) != requested.upper():
        raise errors.InvalidParameter("type: the query and the body differ")
    return requested
