"""Who the hub is to its partners."""

from dataclasses import dataclass

from domain.partners.party import PartyId


@dataclass(frozen=True)
class HubParty:
    """How the hub introduces itself; `versions_url` is absolute and public."""

    party: PartyId
    name: str
    versions_url: str
