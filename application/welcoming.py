"""A partner is there, or there again: others are told, it is sent what it missed, it is pulled."""

from dataclasses import dataclass

from application.announcing import Announcing
from domain.partner import Partner
from domain.ports import Clock, DeliveryQueue, PartnerStore, Wake


@dataclass(frozen=True)
class Welcoming:
    """What follows from hearing of a partner that was away, or is new. Safe to repeat."""

    partners: PartnerStore
    deliveries: DeliveryQueue
    announcing: Announcing
    wake: Wake
    clock: Clock

    def welcome(self, partner: Partner) -> None:
        """CONNECTED at once (HCI-5); its open lanes are probed and its lists pulled (1.11)."""
        now = self.clock.now()
        self.partners.seen(partner.id, now=now)
        self.deliveries.half_open(partner.id, now=now)
        self.announcing.reconcile()
        self.wake.pump()
        self.wake.synchronize(partner.id)
