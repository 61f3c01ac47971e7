"""A push or DELETE that is addressed to one party: passed on now, and kept for that party alone.

OCPI 2.3.0, message routing, direct requests; R-GETALL-3 and R-GETALL-7.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from application.objects.deletion import ObjectDeletion
from application.objects.intake import ObjectIntake
from application.objects.pushed import Pushed
from application.objects.reader_turns import ReaderTurns
from application.partners.bulkhead import Bulkhead
from application.routing.passed import Passed, Relayed
from application.routing.relay import RequestRelay
from domain.objects.stored import ObjectKey

_LONGER_THAN_A_RELAY_S = 30.0


@dataclass(frozen=True)
class DirectPush:
    """Relays, then keeps what the receiver accepted."""

    object_intake: ObjectIntake
    object_deletion: ObjectDeletion
    request_relay: RequestRelay
    bulkhead: Bulkhead
    reader_turns: ReaderTurns

    def push(self, pushed: Pushed, passed: Passed) -> Relayed:
        """Pass the push on; on a 1xxx keep the copy. One at a time per receiver and object.

        :raises InvalidDocument: nothing is passed on that breaks its schema (T-EXT-4).
        :raises UnknownReceiver, ReceiverAway, ReceiverTimedOut, ReceiverFailed: as relaying does.
        """
        remarks = self.object_intake.check(pushed)
        kept = replace(pushed, audience=str(passed.receiver))
        return self._relay(pushed.key, passed, lambda: self.object_intake.keep_copy(kept, remarks))

    def withdraw(self, key: ObjectKey, passed: Passed) -> Relayed:
        """Pass the DELETE on; on a 1xxx the receiver is not shown the object any more.

        :raises UnknownReceiver, ReceiverAway, ReceiverTimedOut, ReceiverFailed: as relaying does.
        """
        reader = passed.receiver
        return self._relay(
            key, passed, lambda: self.object_deletion.withdraw_copy(key, reader=reader)
        )

    def _relay(self, key: ObjectKey, passed: Passed, keep: Callable[[], None]) -> Relayed:
        turn = self.reader_turns.take(passed.receiver, key, seconds=_LONGER_THAN_A_RELAY_S)
        with self.bulkhead.enter(f"turn of {passed.receiver}", waits=True), turn:
            relayed = self.request_relay.relay(passed)
            if relayed.code is not None and 1000 <= relayed.code < 2000:
                keep()
        return relayed
