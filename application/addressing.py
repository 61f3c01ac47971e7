"""A push that is addressed to one party: passed on now, and kept for that party alone.

OCPI 2.3.0, message routing, direct requests; requirements R-GETALL-3 and R-GETALL-7.
"""

from dataclasses import dataclass, replace

from application.accepting import Accepting, Pushed
from application.bulkhead import Bulkhead
from application.forwarding import Forwarding, Passed, Relayed
from domain.ports import Locks

_LONGER_THAN_A_RELAY_S = 30.0


@dataclass(frozen=True)
class Addressing:
    """Relays, then keeps what the receiver accepted."""

    accepting: Accepting
    forwarding: Forwarding
    bulkhead: Bulkhead
    locks: Locks

    def push(self, pushed: Pushed, passed: Passed) -> Relayed:
        """Pass the push on; on a 1xxx keep the copy. One at a time per receiver and object.

        :raises InvalidDocument: nothing is passed on that breaks section 4 (T-EXT-4).
        :raises UnknownReceiver, ReceiverAway, ReceiverTimedOut, ReceiverFailed: as relaying does.
        """
        self.accepting.check(pushed)
        name = f"{passed.receiver}|{pushed.key}"
        turn = self.locks.hold(name, seconds=_LONGER_THAN_A_RELAY_S)
        with self.bulkhead.enter(f"turn of {passed.receiver}"), turn:
            relayed = self.forwarding.relay(passed)
            if relayed.code is not None and 1000 <= relayed.code < 2000:
                self.accepting.keep_copy(replace(pushed, audience=str(passed.receiver)))
        return relayed
