"""A partner is there, or there again: others are told, it is sent what it missed, it is pulled."""

from dataclasses import dataclass

from application.partners.client_info import ClientInfoAnnouncer
from domain.partners.partner import Partner
from domain.ports import Clock, Lanes, PartnerNotes, Wake


@dataclass(frozen=True)
class Recovery:
    """What follows from hearing of a partner that was away, or is new. Safe to repeat."""

    partner_notes: PartnerNotes
    lanes: Lanes
    client_info: ClientInfoAnnouncer
    wake: Wake
    clock: Clock

    def admit(self, partner: Partner) -> None:
        """Welcome a partner that may see more than before: what was published until now it lacks.

        What it lacks is not sent, OCPI has it read lists; but once its owner says it again, it is.
        """
        self.partner_notes.joined(partner.id, at=self.clock.now())
        self.welcome(partner)

    def welcome(self, partner: Partner) -> None:
        """CONNECTED at once (HCI-5); its open lanes are probed and its lists pulled."""
        now = self.clock.now()
        self.partner_notes.seen(partner.id, now=now)
        self.lanes.half_open(partner.id, now=now)
        self.client_info.reconcile()
        self.wake.pump()
        self.wake.synchronize(partner.id)
