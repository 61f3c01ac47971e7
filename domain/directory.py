"""The directory: every platform at one moment, and who can be reached, seen and told through it.

Pure look-ups over the partners that a use case has read; the rules are 1.9 and 2.3 of OCPI's
message routing and credentials.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.partner import Partner, PartnerState
from domain.party import Interface, PartyId, PartyRole, Role


@dataclass(frozen=True)
class Receiver:
    """A party that gets something, and the platform that speaks for it."""

    party: PartyId
    partner: Partner


@dataclass(frozen=True)
class Directory:
    """All partners, and the hub's own party."""

    hub: PartyId
    partners: tuple[Partner, ...]

    @property
    def registered(self) -> tuple[Partner, ...]:
        return tuple(partner for partner in self.partners if partner.is_registered)

    def reachable_roles(self, *, by: Partner) -> tuple[PartyRole, ...]:
        """Every role that `by` reaches through the hub: all live ones but its own (C-ROLE-3)."""
        return tuple(
            role for partner in self.registered if partner.id != by.id for role in partner.roles
        )

    def owners(self) -> frozenset[PartyId]:
        """The parties whose objects are served: those of live platforms (2.2.5)."""
        return frozenset(party for partner in self.registered for party in partner.parties)

    def readers(self, module: str, *, readers: Iterable[Role], origin: str) -> tuple[Receiver, ...]:
        """Who is told of a change: one entry per party, none of the originating platform.

        Only platforms that offer RECEIVER of the module (R-BC-1 to R-BC-3).
        """
        wanted = tuple(readers)
        return tuple(
            Receiver(party, partner)
            for partner in self.registered
            if partner.id != origin and partner.endpoint(module, Interface.RECEIVER) is not None
            for party in partner.parties_in(wanted)
        )

    def find(self, party: PartyId, *, roles: Iterable[Role]) -> Partner | None:
        """The platform that `party` is reached at, in one of `roles`, else in any (R-4).

        One that is not registered is found only where no registered one has the party.
        """
        wanted = tuple(roles)
        having = [partner for partner in self.partners if party in partner.parties]
        live = [partner for partner in having if partner.is_registered]
        for partner in live:
            if partner.has_role(party, wanted):
                return partner
        return next(iter(live or having), None)

    def taken(self, role: PartyRole, *, by: str) -> Partner | None:
        """The other live platform that has this role already (C-CONF-1)."""
        for partner in self.partners:
            gone = partner.state is PartnerState.UNREGISTERED or partner.id == by
            if not gone and any(held.key == role.key for held in partner.roles):
                return partner
        return None
