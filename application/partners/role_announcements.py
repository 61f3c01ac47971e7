"""Telling partners of the parties that they reach through the hub, when those have changed.

A partner may ignore a party that is not in the hub's `roles`. Only PUT credentials can tell it,
and that turns tokens; so it is done once, some time after the last change (C-ROLE-4). A lost answer
locks no partner out: old and new tokens are let in until one of them is used.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from application.partners.credentials_client import CredentialsClient
from application.partners.directories import Directories
from application.partners.side_by_side import SideBySide
from domain import errors
from domain.partners.partner import Partner
from domain.partners.registration import summary
from domain.ports import Clock, PartnerNotes


@dataclass(frozen=True)
class RoleAnnouncer:
    """`after_s` seconds after the last change; 0: never but at an operator's word."""

    partner_notes: PartnerNotes
    directories: Directories
    credentials_client: CredentialsClient
    clock: Clock
    after_s: float
    calls: SideBySide = field(default_factory=SideBySide)

    def sweep(self) -> int:
        """Begin to tell each partner whose roles changed, and did not change again for `after_s`.

        Side by side; how many. Waits for none: one partner may take most of a minute.
        """
        if not self.after_s:
            return 0
        directory = self.directories.read()
        begun = sum(
            self.calls.begin(partner.id, partial(self._announce_or_note, partner.id))
            for partner in directory.registered
            if self._is_due(partner, summary(directory.reachable_roles(by=partner)))
        )
        self.calls.settle()
        return begun

    def announce(self, partner_id: str) -> Partner:
        """Tell one partner now, changed or not.

        :raises NotRegistered, RegistrationRefused, PartnerUnusable: as rotating does.
        """
        return self.credentials_client.rotate(partner_id)

    def changed(self) -> tuple[Partner, ...]:
        """The partners that reach other roles than they were told of."""
        directory = self.directories.read()
        return tuple(
            partner
            for partner in directory.registered
            if summary(directory.reachable_roles(by=partner)) != partner.told
        )

    def _is_due(self, partner: Partner, roles: str) -> bool:
        """Whether the partner is to be told now. One told now is told again later at most."""
        if roles == partner.told or partner.outbound_token is None or not partner.reachable:
            return False
        now = self.clock.now()
        if roles != partner.untold or partner.untold_since is None:
            self.partner_notes.untold(partner.id, roles, since=now)
            return False
        if (now - partner.untold_since).total_seconds() < self.after_s:
            return False
        self.partner_notes.untold(partner.id, roles, since=now)
        return True

    def _announce_or_note(self, partner_id: str) -> None:
        """A partner that cannot be told is told when the time is over once more."""
        with suppress(errors.HubError):
            self.credentials_client.rotate(partner_id, in_care=True)
