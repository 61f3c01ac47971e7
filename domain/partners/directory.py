"""The directory: every platform at one moment, and who can be reached, seen and told through it.

Pure look-ups over the partners that a use case has read; what a look-up needs is put together once,
so that none of them walks all partners. The party that asks is a required argument of each:
agreements may hide parties.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from domain import errors
from domain.partners.agreements import AgreementPolicy, Agreements
from domain.partners.interest import Interested
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId, PartyRole, Role


@dataclass(frozen=True)
class Receiver:
    """A party that gets something, and the platform that speaks for it."""

    party: PartyId
    partner: Partner


_Key = TypeVar("_Key")
_Read = tuple[str, tuple[Role, ...]]
"""A module, and the roles that read it."""


@dataclass(frozen=True)
class Directory:
    """All partners, the hub's own party, and who may see whom."""

    hub: PartyId
    partners: tuple[Partner, ...]
    agreements: Agreements = Agreements()

    @cached_property
    def registered(self) -> tuple[Partner, ...]:
        return tuple(partner for partner in self.partners if partner.is_registered)

    @cached_property
    def by_id(self) -> Mapping[str, Partner]:
        """Every partner, by its opaque id."""
        return {partner.id: partner for partner in self.partners}

    def partner(self, partner_id: str) -> Partner:
        """:raises UnknownPartner: if there is none."""
        if (partner := self.by_id.get(partner_id)) is None:
            raise errors.UnknownPartner(partner_id)
        return partner

    def caller(self, fingerprint: str) -> Partner | None:
        """The partner that has a token of this fingerprint, or else had it not long ago."""
        return self._by_token.get(fingerprint)

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
        if viewer == self.hub or self._is_open:
            return self._live_parties
        if viewer not in self._owners:
            shown = (each for each in self._live_parties if self.agreements.allow(viewer, each))
            self._owners[viewer] = frozenset(shown)
        return self._owners[viewer]

    @cached_property
    def hidden(self) -> frozenset[PartyId] | None:
        """The parties that may have objects and are no owner for any viewer.

        Every party that ever owned an object has or had its role: all of them are owners but
        these. None where agreements decide: a party may be hidden from one and not from another.
        """
        if not self._is_open:
            return None
        roles = (role for each in self.partners for role in (*each.roles, *each.dropped))
        return frozenset(role.party for role in roles) - self._live_parties

    def has_role(self, party: PartyId, roles: Iterable[Role]) -> bool:
        """Whether the party is registered in one of these roles."""
        wanted = tuple(roles)
        return any(
            partner.is_registered and partner.has_role(party, wanted)
            for partner in self._by_party.get(party, ())
        )

    def has_known(self, party: PartyId) -> bool:
        """Whether a partner has, had, or is approved for the party."""
        return party in self._ever_had

    def others(self, *, by: Partner) -> frozenset[PartyId]:
        """Every party that `by` is told the status of: also those that are gone or to come."""
        return frozenset(
            party
            for partner_id, parties in self._told_of
            if partner_id != by.id
            for party in parties
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
                for partner in self._offering(module)
                for party in partner.parties_in(wanted[1])
            )
        return tuple(
            reader
            for reader in self._readers[wanted].in_objects_of(owner, deleted=deleted)
            if reader.partner.id != origin and self.agreements.allow(owner, reader.party)
        )

    def watchers(self, module: str, party: PartyId, *, origin: str) -> tuple[Receiver, ...]:
        """The platforms that are told of this party's status (HCI-2): one entry per platform."""
        return tuple(
            Receiver(partner.parties[0], partner)
            for partner in self._offering(module)
            if partner.id != origin and self.sees(partner, party)
        )

    def find(self, party: PartyId, *, roles: Iterable[Role], sender: PartyId) -> Partner | None:
        """The platform that `sender` reaches `party` at, in one of `roles`, else in any (R-4).

        One that is not registered is found only where no registered one has the party. None where
        the two have no agreement: the party is not known to this sender.
        """
        if not self.agreements.allow(sender, party):
            return None
        wanted = tuple(roles)
        holders = self._by_party.get(party, ())
        live = [partner for partner in holders if partner.is_registered]
        for partner in live:
            if partner.has_role(party, wanted):
                return partner
        return next(iter(live or holders), None)

    def holder(self, key: str, *, but: str) -> Partner | None:
        """The other platform that keeps this role key, live or not (C-CONF-1)."""
        keepers = self._by_key.get(key, ())
        return next((partner for partner in keepers if partner.id != but), None)

    # --- put together once ----------------------------------------------------------------------

    @property
    def _is_open(self) -> bool:
        return self.agreements.policy is AgreementPolicy.OPEN

    @cached_property
    def _by_token(self) -> Mapping[str, Partner]:
        spent = {each: partner for partner in self.partners for each in partner.spent}
        held = {each.fingerprint: partner for partner in self.partners for each in partner.tokens}
        return spent | held

    @cached_property
    def _by_party(self) -> Mapping[PartyId, tuple[Partner, ...]]:
        return _grouped((party, each) for each in self.partners for party in each.known_parties)

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[Partner, ...]]:
        return _grouped((key, each) for each in self.partners for key in each.holds)

    @cached_property
    def _live_parties(self) -> frozenset[PartyId]:
        return frozenset(party for partner in self.registered for party in partner.parties)

    @cached_property
    def _ever_had(self) -> frozenset[PartyId]:
        return frozenset(party for partner in self.partners for party in partner.ever_had)

    @cached_property
    def _told_of(self) -> tuple[tuple[str, tuple[PartyId, ...]], ...]:
        return tuple(
            (each.id, (*each.known_parties, *(role.party for role in each.dropped)))
            for each in self.partners
        )

    @cached_property
    def _owners(self) -> dict[PartyId, frozenset[PartyId]]:
        """By viewer: each is found out when it first asks."""
        return {}

    @cached_property
    def _readers(self) -> dict[_Read, Interested[Receiver]]:
        """By what is read: before the owner and the origin of a change are looked at."""
        return {}

    @cached_property
    def _platforms(self) -> dict[str, tuple[Partner, ...]]:
        """By module: those that take its changes."""
        return {}

    def _offering(self, module: str) -> tuple[Partner, ...]:
        """The registered platforms that take changes of the module."""
        if module not in self._platforms:
            self._platforms[module] = tuple(
                partner
                for partner in self.registered
                if partner.endpoint(module, Interface.RECEIVER) is not None
            )
        return self._platforms[module]


def _grouped(found: Iterable[tuple[_Key, Partner]]) -> Mapping[_Key, tuple[Partner, ...]]:
    groups: dict[_Key, tuple[Partner, ...]] = {}
    for key, partner in found:
        groups[key] = (*groups.get(key, ()), partner)
    return groups
