"""Handing a CDR over: one attempt to give the eMSP what the hub has answered for.

The bytes of the archive, as they came; FROM the party that the CDR came from (R-BC-5, H-CDR-6).
"""

from collections.abc import Callable
from dataclasses import dataclass

from application.delivery.outgoing import SEND_DEADLINE_S, OutgoingRequest, RequestSender, Sent
from application.partners.directories import Directories
from domain.cdrs.custody import Filed
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import CdrDelivery, DeliveryClass
from domain.partners.doors import is_home
from domain.partners.naming import called
from domain.ports import CdrArchive, Counters

_CDRS = "cdrs"
_CDR = DeliveryClass.CDR.value


@dataclass(frozen=True)
class CdrSender:
    """Sends CDRs. The delivery stays after every answer and failure: nothing here drops one."""

    archive: CdrArchive
    directories: Directories
    request_sender: RequestSender
    counters: Counters

    def attempt(self, delivery: CdrDelivery, *, still_ours: Callable[[], bool]) -> Attempt:
        """Send it once. With no platform, or no endpoint, it is an attempt without a request.

        :raises LaneLost: if `still_ours` says no.
        """
        filed = self.archive.get(delivery.what.ref)
        if filed is None:
            return self.request_sender.judged(
                Verdict.FAULT, "the CDR is not in the archive"
            ).attempt
        return self.post(filed, delivery, still_ours=still_ours).attempt

    def post(
        self,
        filed: Filed,
        delivery: CdrDelivery,
        *,
        still_ours: Callable[[], bool],
        deadline_s: float = SEND_DEADLINE_S,
    ) -> Sent:
        """The same, with the answer: where the first attempt is made inside the request (D-9 a)."""
        partner = self.directories.known().partner(delivery.lane.target)
        if not is_home(partner, delivery.receiver):
            return self.request_sender.judged(Verdict.HELD, "the receiver is not connected")
        request = OutgoingRequest(
            method="POST",
            module=_CDRS,
            body=filed.body,
            correlation_id=filed.correlation_id,
            sender=filed.sender,
            receiver=delivery.receiver,
            about=str(delivery.key),
        )
        sent = self.request_sender.send(
            request, partner, still_ours=still_ours, deadline_s=deadline_s
        )
        verdict = sent.attempt.verdict.value
        self.counters.count("deliveries", partner=called(partner), class_=_CDR, verdict=verdict)
        return sent
