"""The directory: every platform at one moment, and who can be reached, seen and told through it.

Pure look-ups over the partners that a use case has read.
The party that asks is a required argument of each: agreements may hide parties.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from domain.partners.agreements import Agreements
from domain.partners.interest import Interested
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId, PartyRole, Role


@dataclass(frozen=True)
class Receiver:
    """A party that gets something, and the platform that speaks for it."""

    party: PartyId
    partner: Partner


@dataclass(frozen=True)
class Directory:
    """All partners, the hub's own party, and who may see whom."""

    hub: PartyId
    partners: tuple[Partner, ...]
    agreements: Agreements = Agreements()

    @property
    def registered(self) -> tuple[Partner, ...]:
        return tuple(partner for partner in self.partners if partner.is_registered)

    def sees(self, viewer: Partner, party: PartyId) -> bool:
        """Whether any of the platform's parties may see this one."""
        return any(self.agreements.allow(own, party) for own in viewer.parties)

    def reachable_roles(self, *, by: Partner) -> tuple[PartyRole, ...]:
        """Every role that `by` reaches through the hub: all live ones but its own (C-ROLE-3)."""
        return tuple(
            role
            for partner in self.registered
            if partner.id != by.id
            for role in partner.roles
            if self.sees(by, role.party)
        )

    def owners(self, viewer: PartyId) -> frozenset[PartyId]:
        """The parties whose objects this one is shown: of live platforms alone.

        The hub's own party stands for its operators, and is shown every party's.
        """
        return frozenset(
            party
            for partner in self.registered
            for party in partner.parties
            if viewer == self.hub or self.agreements.allow(viewer, party)
        )

    def has_role(self, party: PartyId, roles: Iterable[Role]) -> bool:
        """Whether the party is registered in one of these roles."""
        wanted = tuple(roles)
        return any(partner.has_role(party, wanted) for partner in self.registered)

    def others(self, *, by: Partner) -> frozenset[PartyId]:
        """Every party that `by` is told the status of: also those that are gone or to come."""
        return frozenset(
            party
            for partner in self.partners
            if partner.id != by.id
            for party in (*partner.known_parties, *(role.party for role in partner.dropped))
            if self.sees(by, party)
        )

    def readers(
        self,
        module: str,
        *,
        readers: Iterable[Role],
        origin: str,
        owner: PartyId,
        deleted: bool = False,
    ) -> tuple[Receiver, ...]:
        """Who is told of a change of the owner's: one entry per party, none of its own platform.

        Only platforms that offer RECEIVER of the module (R-BC-1, R-BC-2, R-BC-3), and may want
        what is this owner's (R-BC-11); that one is `deleted` is told beyond that.
        """
        wanted = (module, tuple(readers))
        if wanted not in self._readers:
            self._readers[wanted] = Interested.among(
                (partner.interests.of(module), Receiver(party, partner))
                for partner in self.registered
                if partner.endpoint(module, Interface.RECEIVER) is not None
                for party in partner.parties_in(wanted[1])
            )
        return tuple(
            reader
            for reader in self._readers[wanted].in_objects_of(owner, deleted=deleted)
            if reader.partner.id != origin and self.agreements.allow(owner, reader.party)
        )

    @cached_property
    def _readers(self) -> dict[tuple[str, tuple[Role, ...]], Interested[Receiver]]:
        """By module and roles: before the owner and the origin of a change are looked at."""
        return {}

    def watchers(self, module: str, party: PartyId, *, origin: str) -> tuple[Receiver, ...]:
        """The platforms that are told of this party's status (HCI-2): one entry per platform."""
        return tuple(
            Receiver(partner.parties[0], partner)
            for partner in self.registered
            if partner.id != origin
            and partner.endpoint(module, Interface.RECEIVER) is not None
            and self.sees(partner, party)
        )

    def find(self, party: PartyId, *, roles: Iterable[Role], sender: PartyId) -> Partner | None:
        """The platform that `sender` reaches `party` at, in one of `roles`, else in any (R-4).

        One that is not registered is found only where no registered one has the party. None where
        the two have no agreement: the party is not known to this sender.
        """
        if not self.agreements.allow(sender, party):
            return None
        wanted = tuple(roles)
        holders = [partner for partner in self.partners if party in partner.known_parties]
        live = [partner for partner in holders if partner.is_registered]
        for partner in live:
            if partner.has_role(party, wanted):
                return partner
        return next(iter(live or holders), None)

    def holder(self, key: str, *, but: str) -> Partner | None:
        """The other platform that keeps this role key, live or not (C-CONF-1)."""
        for partner in self.partners:
            if partner.id != but and key in partner.holds:
                return partner
        return None
