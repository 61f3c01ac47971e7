"""The operator's word on whom a partner may speak for: approve, reject, set, release.

No other use case changes an approved set. What the partner has named by then is judged by the new
set at once.
"""

from dataclasses import dataclass

from application.partners.admission import Admission
from application.partners.changing import change_partner
from application.partners.client_info import ClientInfoAnnouncer
from application.partners.credentials_client import CredentialsClient
from application.partners.recovery import Recovery
from domain import errors
from domain.deciding_again import until_written
from domain.partners import admission
from domain.partners.approval import Approved
from domain.partners.partner import Partner, PartnerState
from domain.ports import DeliveryQueue, PartnerStore


@dataclass(frozen=True)
class PartnerApproval:
    """Each step can be repeated."""

    partners: PartnerStore
    admission: Admission
    credentials_client: CredentialsClient
    queue: DeliveryQueue
    client_info: ClientInfoAnnouncer
    recovery: Recovery

    def approve(self, partner_id: str) -> Partner:
        """Approve what the partner has named beyond its set, and the set that it has.

        :raises PartyTaken: if a part of it is kept by another platform.
        :raises WrongState: if the partner has named nothing yet.
        """
        return until_written(lambda: self._approve(partner_id), "the partner changes")

    def set(self, partner_id: str, approved: Approved) -> Partner:
        """Let the partner speak for this set and for nothing else, from now on.

        What it has and the set lacks is cut off at once, and stays taken until it is released.

        :raises InvalidParameter: for an empty set. :raises PartyTaken: as for `approve`.
        """
        if approved.is_empty:
            raise errors.InvalidParameter("a set names a role, or a hub's party")
        return until_written(
            lambda: self._set_approved(self.partners.get(partner_id), approved),
            "the partner changes",
        )

    def reject(self, partner_id: str) -> Partner:
        """Tell a partner that awaits approval goodbye, by DELETE, and cut it off.

        :raises NotRegistered: if it does not await approval.
        """
        partner = self.partners.get(partner_id)
        if partner.state is not PartnerState.TO_APPROVE:
            raise errors.NotRegistered("the partner does not await approval")
        self.credentials_client.say_goodbye(partner)
        return change_partner(
            self.partners, partner_id, lambda held: held.unregistered(PartnerState.UNREGISTERED)
        )

    def release(self, partner_id: str) -> Partner:
        """Free the parties that the partner keeps and has no more; of a removed one, all.

        Parties of its approved set are its own while it is invited or connected.
        """
        return change_partner(self.partners, partner_id, admission.released)

    def _approve(self, partner_id: str) -> Partner:
        partner = self.partners.get(partner_id)
        named = Approved.of((*partner.roles, *partner.waiting), partner.waiting_hub)
        wanted = partner.approved.and_also(named)
        if wanted.is_empty:
            raise errors.WrongState("the partner has named no role yet")
        return self._set_approved(partner, wanted)

    def _set_approved(self, partner: Partner, approved: Approved) -> Partner:
        after = self.admission.approve(partner, approved)
        if after == partner:
            self.partners.outdate()
            return partner
        saved = self.partners.save(after)
        if saved.is_registered:
            self.recovery.admit(saved)
        elif partner.is_registered:
            self.queue.forget(partner.id)
        self.client_info.reconcile()
        return saved
