"""One attempt to deliver a state: what is sent now, to which URL, and what the answer means.

What goes out is the one change as it came while it still is the object's latest, else the present
state of the smallest object that covers what is unseen (R-BC-6, R-BC-9).
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from application.delivery.outgoing import SEND_DEADLINE_S, OutgoingRequest, RequestSender
from application.modules import MODULES
from application.objects.reader_turns import ReaderTurn, ReaderTurns
from application.objects.readership import may_have
from application.objects.recently_read import KnownObject, RecentlyRead
from application.partners.directories import Directories
from domain.delivery.answers import Attempt, Verdict
from domain.delivery.deliveries import Delivery, DeliveryClass, change_to_send
from domain.objects.stored import Change, Stored, UnseenChange
from domain.partners.naming import called
from domain.partners.partner import Partner
from domain.partners.party import PartyId
from domain.ports import Counters, Json

_STATE = DeliveryClass.STATE.value


@dataclass(frozen=True)
class ObjectSender:
    """Sends what a delivery names. Never raises for what the partner does; it judges it."""

    hub: PartyId
    recently_read: RecentlyRead
    directories: Directories
    request_sender: RequestSender
    json: Json
    reader_turns: ReaderTurns
    counters: Counters

    def attempt(self, delivery: Delivery, *, still_ours: Callable[[], bool]) -> Attempt | None:
        """Send it once; None if there is nothing left to send, or no reader to send it to.

        `still_ours` is asked right before the bytes leave, every time.

        :raises LaneLost: if it says no.
        """
        with self._turn(delivery) as turn:
            known = self._known(delivery)
            directory = self.directories.known()
            partner = directory.partner(delivery.lane.target)
            if known is None or delivery.sending is None:
                return None
            if not may_have(directory, partner, delivery.receiver, known.stored):
                return None
            owed = _Owed(delivery, delivery.sending, known, partner, still_ours)
            turn.sent = known.stored.revision
            attempt = self._send_change(owed)
        verdict = attempt.verdict.value
        self.counters.count("deliveries", partner=called(partner), class_=_STATE, verdict=verdict)
        return attempt

    def begin_lanes(self) -> None:
        """Lanes were leased: nothing goes to them that was read before."""
        self.recently_read.forget()

    def prepare(self, deliveries: Sequence[Delivery]) -> None:
        """Read what these are of, all in one question, before they are attempted one by one."""
        shared = (each for each in deliveries if not _is_private(each))
        self.recently_read.read_ahead({each.key: each.revision for each in shared})

    def _known(self, delivery: Delivery) -> KnownObject | None:
        """A private object as it is at this moment: a relay may have told a later state already."""
        if _is_private(delivery):
            return self.recently_read.present(delivery.key)
        return self.recently_read.object(delivery.key, revision=delivery.revision)

    def _turn(self, delivery: Delivery) -> AbstractContextManager[ReaderTurn]:
        """The lane's lease has one process send; but a private object may come by a relay too."""
        if not _is_private(delivery):
            return nullcontext(ReaderTurn())
        seconds = SEND_DEADLINE_S + 2
        return self.reader_turns.take(delivery.receiver, delivery.key, seconds=seconds)

    def _send_change(self, owed: "_Owed") -> Attempt:
        change = change_to_send(owed.delivery, revision=owed.stored.revision)
        if change is None:
            change = self._present_state(owed)
        attempt = self._send_once(owed, change)
        if attempt.verdict is Verdict.LACKS_PARENT:
            change = Change("PUT", (), None, change.correlation_id)
            attempt = self._send_once(owed, change)
        is_whole = not change.path and change.method != "PATCH"
        return replace(attempt, revision=owed.stored.revision) if is_whole else attempt

    def _present_state(self, owed: "_Owed") -> Change:
        """The smallest object that covers what is unseen, as it is now."""
        scope, correlation_id = owed.unseen.scope, owed.unseen.correlation_id
        if owed.stored.deleted:
            return Change("DELETE", (), None, correlation_id)
        part = owed.known.parsed.part(scope)
        if not scope or part is None:
            return Change("PUT", (), None, correlation_id)
        return Change("PUT", scope, self.json.dump(part), correlation_id)

    def _send_once(self, owed: "_Owed", change: Change) -> Attempt:
        delivery, module = owed.delivery, MODULES[owed.delivery.key.module]
        parsed = owed.known.parsed
        request = OutgoingRequest(
            method=change.method,
            module=module.id,
            segments=(*parsed.segments, *change.path),
            query=parsed.query,
            body=_body_of(change, owed.stored),
            correlation_id=change.correlation_id,
            sender=self._sender(owed.stored) if module.is_routed else None,
            receiver=delivery.receiver if module.is_routed else None,
            is_part=bool(change.path) or change.method == "PATCH",
            about=str(delivery.key),
        )
        return self.request_sender.send(request, owed.partner, still_ours=owed.still_ours).attempt

    def _sender(self, stored: Stored) -> PartyId:
        """The hub, but for what it found the one reader of: that comes from its owner (R-BC-5)."""
        return stored.key.owner if MODULES[stored.key.module].is_private else self.hub


@dataclass(frozen=True)
class _Owed:
    """A delivery under way, with what was read for it."""

    delivery: Delivery
    unseen: UnseenChange
    known: KnownObject
    partner: Partner
    still_ours: Callable[[], bool]

    @property
    def stored(self) -> Stored:
        return self.known.stored


def _is_private(delivery: Delivery) -> bool:
    """Whether its object has one reader, whom relays tell too."""
    return MODULES[delivery.key.module].is_private


def _body_of(change: Change, stored: Stored) -> bytes | None:
    if change.method == "DELETE":
        return None
    return stored.body if change.body is None else change.body
