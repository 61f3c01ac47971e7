"""What a connection may speak for: one set of roles, and the hub's operator alone says which.

OCPI has no proof that a party is a platform's own. So the operator's word is the proof, and all
that a platform names in its credentials is held against it.
"""

from dataclasses import dataclass

from domain.partners.party import PartyId, PartyRole, Role

EVERY_PARTY = "*"


@dataclass(frozen=True)
class Invited:
    """A role that a connection is approved for. `DE/*` is every party of that country."""

    role: Role
    party: PartyId

    @property
    def key(self) -> str:
        return f"{self.party}/{self.role.value}"

    @property
    def is_pattern(self) -> bool:
        return self.party.party_id == EVERY_PARTY

    def covers(self, role: PartyRole) -> bool:
        """Whether this role is meant."""
        if self.is_pattern:
            same_country = role.party.country_code == self.party.country_code
            return same_country and role.role is self.role
        return role.key == self.key


@dataclass(frozen=True)
class Approved:
    """The set of one connection. `hub_party` is there where the other side is a hub itself."""

    roles: tuple[Invited, ...] = ()
    hub_party: PartyId | None = None

    @classmethod
    def of(cls, roles: tuple[PartyRole, ...], hub_party: PartyId | None = None) -> "Approved":
        """Exactly these."""
        exact = dict.fromkeys(Invited(each.role, each.party) for each in roles)
        return cls(tuple(exact), hub_party)

    @property
    def is_empty(self) -> bool:
        """Whether the operator has approved nothing yet."""
        return not self.roles and self.hub_party is None

    @property
    def is_of_a_hub(self) -> bool:
        return self.hub_party is not None

    @property
    def parties(self) -> tuple[PartyId, ...]:
        """The parties that it names one by one."""
        return tuple(dict.fromkeys(each.party for each in self.roles if not each.is_pattern))

    @property
    def keys(self) -> frozenset[str]:
        """What no other connection may have while this set stands; a pattern keeps nothing."""
        exact = {each.key for each in self.roles if not each.is_pattern}
        return frozenset(exact) | keys_of_hub(self.hub_party)

    def covers(self, role: PartyRole) -> bool:
        """Whether the role is in the set."""
        return any(each.covers(role) for each in self.roles)

    def and_also(self, other: "Approved") -> "Approved":
        """Both sets; the other's hub party counts where it has one."""
        roles = dict.fromkeys((*self.roles, *other.roles))
        return Approved(tuple(roles), other.hub_party or self.hub_party)


NOTHING = Approved()


def keys_of_hub(hub_party: PartyId | None) -> frozenset[str]:
    """A hub's party may be sent as FROM: no other platform has it, in any role."""
    if hub_party is None:
        return frozenset()
    return frozenset(f"{hub_party}/{role.value}" for role in Role)
