"""Who may ask about whom: operators about every party, a partner about its own and those it sees.

A party that a partner may not see does not exist for it: both are answered with the same words.
"""

from dataclasses import dataclass

from application.partners.directories import Directories
from application.partners.names import PartnerNames
from domain import errors
from domain.objects.client_info import statuses
from domain.partners.partner import Partner
from domain.partners.party import PartyId


@dataclass(frozen=True)
class Sides:
    """Looks at the parties of a question first. `by` None: the hub's operators ask."""

    directories: Directories
    partner_names: PartnerNames

    def check(self, by: Partner | None, *parties: PartyId) -> None:
        """:raises UnknownPartner: to operators, for a party that no partner has or had.
        :raises WrongToken: to a partner, if none of the parties is its own.
        :raises UnknownReceiver: to a partner, for a party that it is not told of.
        """
        if by is None:
            for party in parties:
                self.partner_names.party(party)
            return
        if not any(by.speaks_for(party) for party in parties):
            raise errors.WrongToken("one of the parties has to be yours")
        for party in parties:
            if not by.speaks_for(party) and not self._is_told_of(by, party):
                raise errors.UnknownReceiver(
                    f"{party.spelled} is not known to you here: it is not connected to this hub, "
                    "or you have no agreement with it"
                )

    def _is_told_of(self, by: Partner, party: PartyId) -> bool:
        """Whether the partner is told the status of the party, by ClientInfo."""
        directory = self.directories.known()
        told = (
            named
            for partner in directory.partners
            if partner.id != by.id
            for named, _ in statuses(partner)
        )
        return party in told and directory.sees(by, party)
