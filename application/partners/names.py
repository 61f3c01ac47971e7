"""What operators call parties and partners: a name that no partner has is an error.

A filter by a mistyped party would come to nothing, and nothing looks like "all is well".
"""

from dataclasses import dataclass

from application.partners.directories import Directories
from domain import errors
from domain.partners.party import PartyId


@dataclass(frozen=True)
class PartnerNames:
    """Holds a party against those that the hub knows, or once knew."""

    directories: Directories

    def party(self, party: PartyId) -> PartyId:
        """The party itself.

        :raises UnknownPartner: if no partner has it, had it, or is approved for it.
        """
        if party == self.directories.hub or self.directories.known().has_known(party):
            return party
        raise errors.UnknownPartner(f"no partner has the party {party.spelled}")
