"""Who is who: parties, roles, and the platforms (partners) that speak for them.

A party is a country code and a party id; a platform is one OCPI connection and may speak for many
parties, each in one or more roles (OCPI 2.3.0, credentials, CredentialsRole).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.documents import Document, as_document

_WRITTEN = re.compile("(..)[/-]?(...)")


@dataclass(frozen=True, order=True)
class PartyId:
    """A party's name on the wire, compared without regard to case: kept in upper case."""

    country_code: str
    party_id: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "country_code", self.country_code.upper())
        object.__setattr__(self, "party_id", self.party_id.upper())

    def __str__(self) -> str:
        """As stores have it; people and programs are shown `spelled`."""
        return f"{self.country_code}/{self.party_id}"

    @property
    def spelled(self) -> str:
        """`DE-ABC`: the one spelling in commands, answers and messages."""
        return f"{self.country_code}-{self.party_id}"

    @classmethod
    def parse(cls, text: str) -> "PartyId":
        """The party of `DE/ABC`, `DE-ABC` or `DEABC`.

        :raises ValueError: if the text is none of these.
        """
        halves = _WRITTEN.fullmatch(text)
        if halves is None:
            raise ValueError(f"not a party: {text!r} (expected such as DE-ABC)")
        return cls(halves[1], halves[2])

    @property
    def is_plain(self) -> bool:
        """Whether routing headers can name it: letters and digits alone."""
        text = self.country_code + self.party_id
        return text.isascii() and text.isalnum()


class Role(StrEnum):
    """OCPI 2.3.0's roles (types, Role enum), and PTP of the payments chapter."""

    CPO = "CPO"
    EMSP = "EMSP"
    NAP = "NAP"
    NSP = "NSP"
    OTHER = "OTHER"
    SCSP = "SCSP"
    PTP = "PTP"


def spelled_key(key: str) -> str:
    """A role key `DE/ABC/CPO` as people are shown it: `CPO DE-ABC`."""
    country_code, party_id, role = key.split("/")
    return f"{role} {country_code}-{party_id}"


class Interface(StrEnum):
    """SENDER is offered by the owner of the data, RECEIVER by the party that gets it."""

    SENDER = "SENDER"
    RECEIVER = "RECEIVER"

    @property
    def mirror(self) -> "Interface":
        """The interface at the other end of the same exchange."""
        return Interface.RECEIVER if self is Interface.SENDER else Interface.SENDER


@dataclass(frozen=True)
class PartyRole:
    """One entry of a platform's `roles`; the business details are its own words."""

    role: Role
    party: PartyId
    business_details: Document

    @property
    def key(self) -> str:
        """`DE/ABC/CPO`: unique over all live platforms (C-CONF-1)."""
        return f"{self.party}/{self.role.value}"

    @classmethod
    def of(cls, document: Document) -> "PartyRole":
        """The role that a checked CredentialsRole document describes."""
        return cls(
            role=Role(str(document["role"])),
            party=PartyId(str(document["country_code"]), str(document["party_id"])),
            business_details=as_document(document["business_details"]),
        )

    def as_credentials_role(self) -> Document:
        """The CredentialsRole object, with the business details as they came (C-ROLE-8)."""
        return {
            "role": self.role.value,
            "business_details": self.business_details,
            "party_id": self.party.party_id,
            "country_code": self.party.country_code,
        }


@dataclass(frozen=True)
class Endpoint:
    """One line of a platform's version details. One with a `fault` is shown, and never used."""

    identifier: str
    role: Interface
    url: str
    fault: str = ""


class NamedRole(NamedTuple):
    """A party in one of its roles, as operators write it."""

    role: Role
    party: PartyId


def parse_role(text: str) -> NamedRole:
    """The role and party of `CPO:DE-ABC` (or `CPO:DE:ABC`).

    :raises ValueError: naming what is wrong.
    """
    name, _, written = text.partition(":")
    try:
        party = PartyId.parse(written.replace(":", "-", 1))
    except ValueError:
        raise ValueError(f"not a role: {text!r} (expected such as CPO:DE-ABC)") from None
    if name.upper() not in Role.__members__:
        raise ValueError(f"not a role: {name!r} (one of {', '.join(Role.__members__)})")
    return NamedRole(Role(name.upper()), party)


def find_endpoint(
    endpoints: Iterable[Endpoint], identifier: str, role: Interface
) -> Endpoint | None:
    """The endpoint of this module and interface, or None."""
    for endpoint in endpoints:
        if endpoint.identifier == identifier and endpoint.role is role and not endpoint.fault:
            return endpoint
    return None
