"""The first attempt of a CDR inside its own POST, where the eMSP is named and its lane is well.

So the CPO hears a refusal while it is listening, and what was refused stays the CPO's (D-9 a,
H-CDR-3). Anything unsure leaves the CDR in custody.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from application.cdrs.sender import CdrSender
from application.delivery.attempt_lines import tell_one
from application.delivery.outgoing import Sent
from application.delivery.recording import AttemptRecorder, Ended
from application.partners.bulkhead import Bulkhead
from domain import errors
from domain.cdrs.custody import Filed
from domain.delivery.answers import Attempt, is_definite_refusal
from domain.delivery.deliveries import CdrDelivery, LaneId
from domain.delivery.lanes import LaneHealth, Lease
from domain.partners.partner import Partner
from domain.ports import (
    CdrLedger,
    Clock,
    Counters,
    FailPoints,
    Ids,
    LaneLeases,
    Lanes,
    PartnerNotes,
    Wake,
    WireAnswer,
)

FIRST_ATTEMPT_S = 5.0
_LEASE_S = 15.0


@dataclass(frozen=True)
class FirstAnswer:
    """That the delivery is written; `declined` is the receiver's answer where it refused."""

    declined: WireAnswer | None = None


@dataclass(frozen=True)
class FirstAttempt:
    """One attempt under the lane's lease, as the pump would make it."""

    ledger: CdrLedger
    lanes: Lanes
    leases: LaneLeases
    recorder: AttemptRecorder
    partner_notes: PartnerNotes
    cdr_sender: CdrSender
    bulkhead: Bulkhead
    wake: Wake
    counters: Counters
    fail_points: FailPoints
    ids: Ids
    clock: Clock

    def ask(self, filed: Filed, delivery: CdrDelivery, partner: Partner) -> FirstAnswer | None:
        """Owe it and try it; None if it is neither: the lane is not free, not well or not empty."""
        if not partner.reachable:
            return None
        try:
            with self.bulkhead.enter(partner.id):
                return self._under_lease(filed, delivery)
        except errors.ReceiverAway:
            return None

    def _under_lease(self, filed: Filed, delivery: CdrDelivery) -> FirstAnswer | None:
        begun = time.monotonic()
        lease = self._lease_free_lane(delivery.lane)
        if lease is None:
            return None
        try:
            claimed = delivery.claimed().begun()
            if not self.ledger.owe(filed, claimed, lease=lease):
                return None
            return self._send_once(
                filed, claimed, lease, lambda: time.monotonic() - begun < _LEASE_S / 2
            )
        finally:
            self._give_back(lease)

    def _lease_free_lane(self, lane: LaneId) -> Lease | None:
        """The lane, if it is well and nothing is in it: a CDR must not overtake another."""
        if not self.lanes.is_empty(lane):
            return None
        lease = self.leases.lease(lane, holder=self.ids.new(), seconds=_LEASE_S)
        if lease is not None and not lease.health.is_well:
            self.leases.give_back(lease)
            return None
        return lease

    def _give_back(self, lease: Lease) -> None:
        """A pump that came meanwhile found the lane taken, and its wake-up nothing to do."""
        self.leases.give_back(lease)
        if lease.lane in self.lanes.lanes_due(now=self.clock.now()):
            self.wake.pump()

    def _send_once(
        self, filed: Filed, claimed: CdrDelivery, lease: Lease, still_ours: Callable[[], bool]
    ) -> FirstAnswer:
        try:
            sent = self.cdr_sender.post(
                filed, claimed, still_ours=still_ours, deadline_s=FIRST_ATTEMPT_S
            )
            self.fail_points.reach("read")
            return self._settle_attempt(claimed, sent, lease)
        except errors.LaneLost:
            self.counters.count("lanes_lost", class_=lease.lane.delivery_class.value)
            return FirstAnswer()

    def _settle_attempt(self, claimed: CdrDelivery, sent: Sent, lease: Lease) -> FirstAnswer:
        """The CPO gets a definite refusal, unless it was told meanwhile that the hub has it."""
        attempt = sent.attempt
        if is_definite_refusal(attempt) and self.ledger.decline(lease, claimed.id, attempt):
            tell_one(claimed, attempt)
            return FirstAnswer(declined=sent.answer)
        ended = Ended(lease.health, [])
        self.recorder.end(ended, claimed, attempt)
        self.recorder.write(lease, ended)
        self._note_health(lease, ended.health, attempt)
        return FirstAnswer()

    def _note_health(self, lease: Lease, health: LaneHealth, attempt: Attempt) -> None:
        """As after a failed send of the pump, and after a relay that was not answered."""
        self.leases.note_health(lease, health)
        if not health.is_well:
            self.partner_notes.set_ailing(lease.lane.target, ailing=True)
            if attempt.http is None:
                self.partner_notes.suspect(lease.lane.target)
