"""Reading the directory: partners and agreements as they are now, for one use of them."""

from dataclasses import dataclass

from domain.partners.agreements import AgreementPolicy, Agreements
from domain.partners.directory import Directory
from domain.partners.party import PartyId
from domain.ports import AgreementStore, PartnerStore


@dataclass(frozen=True)
class Directories:
    """Gives the directory of this moment; every decision reads it anew."""

    hub: PartyId
    partners: PartnerStore
    agreements: AgreementStore
    policy: AgreementPolicy

    def read(self) -> Directory:
        """All partners, and who may see whom."""
        return Directory(self.hub, self.partners.all(), self.agreed())

    def agreed(self) -> Agreements:
        """Who may see whom; agreements are only read where the policy asks for them."""
        if self.policy is AgreementPolicy.OPEN:
            return Agreements()
        pairs = frozenset(frozenset((made.one, made.other)) for made in self.agreements.all())
        return Agreements(self.policy, pairs)
