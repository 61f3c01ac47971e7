"""Judging whom a platform may speak for, by the partners of this moment.

One use case for every way in, so that no way in has a rule of its own.
"""

import contextlib
from dataclasses import dataclass

from application.partners.directories import Directories
from domain import errors
from domain.partners import admission
from domain.partners.admission import Admitted
from domain.partners.approval import Approved
from domain.partners.directory import Directory
from domain.partners.partner import Partner
from domain.partners.registration import Credentials
from domain.ports import Clock, PartnerStore


@dataclass(frozen=True)
class Admission:
    """Reads who keeps what, and asks the domain."""

    partners: PartnerStore
    directories: Directories
    clock: Clock

    def admit(self, theirs: Credentials, *, of: Partner) -> Admitted:
        """What the partner gets of what its credentials name.

        :raises InvalidDocument, PartyTaken: saying which part it may not have.
        """
        directory = self.present()
        return admission.admit(theirs.roles, theirs.hub_party, of=of, directory=directory)

    def approve(self, partner: Partner, approved: Approved) -> Partner:
        """The partner with this set, not yet saved.

        :raises InvalidParameter, PartyTaken: if it cannot have the set.
        """
        return admission.approve(partner, approved, directory=self.present())

    def present(self) -> Directory:
        """The directory, after the parties of expired invitations are freed."""
        directory = self.directories.read()
        now, freed = self.clock.now(), 0
        for partner in directory.partners:
            after = admission.freed_if_expired(partner, now=now)
            if after.holds != partner.holds:
                freed += self._save_unless_changed(after)
        return self.directories.read() if freed else directory

    def _save_unless_changed(self, partner: Partner) -> bool:
        with contextlib.suppress(errors.RecordChanged):
            self.partners.save(partner)
        return True
