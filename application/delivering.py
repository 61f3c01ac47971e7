"""One attempt to deliver: what is sent now, to which URL, and what the answer means.

What goes out is the one change as it came while it still is the object's latest, else the present
state of the smallest object that covers what was missed (design D6; R-BC-6, R-BC-9).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from application.connecting import Connecting
from application.directories import Directories
from application.modules import MODULES
from domain import errors
from domain.carried import OcpiObject
from domain.deliveries import Attempt, Delivery, Verdict, change_to_send, judge
from domain.documents import as_document
from domain.objects import EVERYONE, Change, Missed, Path, Stored
from domain.partner import Partner
from domain.party import Interface, PartyId
from domain.ports import (
    Clock,
    Counters,
    Ids,
    Json,
    Locks,
    ObjectStore,
    PartnerStore,
    Wire,
    WireAnswer,
    WireRequest,
)

SEND_DEADLINE_S = 10.0
"""Far below a lane's lease: no send outlives the lease that it was made under."""


@dataclass(frozen=True)
class Delivering:
    """Sends what a delivery names. Never raises for what the partner does; it judges it."""

    hub: PartyId
    objects: ObjectStore
    partners: PartnerStore
    directories: Directories
    connecting: Connecting
    wire: Wire
    json: Json
    locks: Locks
    counters: Counters
    ids: Ids
    clock: Clock

    def attempt(self, delivery: Delivery, *, still_ours: Callable[[], bool]) -> Attempt | None:
        """Send it once; None if there is nothing left to send, or nobody to send it to.

        `still_ours` is asked right before the bytes leave, every time.

        :raises LaneLost: if it says no.
        """
        with self.locks.hold(f"{delivery.receiver}|{delivery.key}", seconds=SEND_DEADLINE_S + 2):
            stored = self.objects.get(delivery.key, EVERYONE)
            partner = self.partners.get(delivery.lane.partner_id)
            if stored is None or delivery.sending is None:
                return None
            if not self._may_have(delivery, partner, stored):
                return None
            attempt = self._send(_Owed(delivery, delivery.sending, stored, partner, still_ours))
        self.counters.count("deliveries", verdict=attempt.verdict.value)
        return attempt

    def _may_have(self, delivery: Delivery, partner: Partner, stored: Stored) -> bool:
        """Whether the receiver is still a reader, and may still see the owner's objects.

        Those of an owner that has left or is suspended are shown to nobody (2.2.5).
        """
        module, owner = MODULES[delivery.key.module], delivery.key.owner
        is_reader = partner.has_role(delivery.receiver, module.readers)
        if not (partner.is_registered and is_reader):
            return False
        agreements = self.directories.agreed()
        if not module.is_routed:
            return any(agreements.allow(party, owner) for party in partner.parties)
        return agreements.allow(delivery.receiver, owner) and self._is_live(owner, stored)

    def _is_live(self, owner: PartyId, stored: Stored) -> bool:
        """Looks at the platform that pushed it before it looks at all."""
        origin = self.partners.get(stored.origin)
        if origin.is_registered and owner in origin.parties:
            return True
        return any(owner in partner.parties for partner in self.directories.read().registered)

    def _send(self, owed: "_Owed") -> Attempt:
        change = change_to_send(owed.delivery, revision=owed.stored.revision)
        if change is None:
            change = self._present_state(owed)
        attempt = self._try(owed, change)
        if attempt.verdict is Verdict.LACKS_PARENT:
            change = Change("PUT", (), None, change.correlation_id)
            attempt = self._try(owed, change)
        if attempt.verdict is Verdict.MOVED:
            return self._try_where_it_is_now(owed, change, attempt)
        return attempt

    def _present_state(self, owed: "_Owed") -> Change:
        """The smallest object that covers what was missed, as it is now (design D6)."""
        scope, correlation_id = owed.missed.scope, owed.missed.correlation_id
        if owed.stored.deleted:
            return Change("DELETE", (), None, correlation_id)
        part = self._known(owed.stored).part(scope)
        if not scope or part is None:
            return Change("PUT", (), None, correlation_id)
        return Change("PUT", scope, self.json.dump(part), correlation_id)

    def _try(self, owed: "_Owed", change: Change) -> Attempt:
        endpoint = owed.partner.endpoint(owed.delivery.key.module, Interface.RECEIVER)
        if endpoint is None:
            return self._judged(Verdict.REFUSED, "the partner offers no such endpoint any more")
        if not owed.still_ours():
            raise errors.LaneLost(str(owed.delivery.lane))
        is_routed = MODULES[owed.delivery.key.module].is_routed
        try:
            answer = self.wire.ask(
                WireRequest(
                    method=change.method,
                    url=self._url(endpoint.url, owed.stored, change.path),
                    token=self.connecting.outbound_token(owed.partner),
                    correlation_id=change.correlation_id,
                    sender=self.hub if is_routed else None,
                    receiver=owed.delivery.receiver if is_routed else None,
                    body=_body(change, owed.stored),
                ),
                deadline_s=SEND_DEADLINE_S,
            )
        except errors.OutboundFailed as failure:
            return self._judged(Verdict.SICK, str(failure))
        except errors.SecretUnreadable as unreadable:
            return self._judged(Verdict.TOKEN_DEAD, str(unreadable))
        return self._judge(answer, is_part=bool(change.path) or change.method == "PATCH")

    def _try_where_it_is_now(self, owed: "_Owed", change: Change, attempt: Attempt) -> Attempt:
        """Read the partner's endpoints again, once; if they moved, once more (reliability 1.2)."""
        try:
            refreshed = self.connecting.refresh(owed.partner)
        except errors.HubError:
            return attempt
        if refreshed.endpoints == owed.partner.endpoints:
            return attempt
        return self._try(replace(owed, partner=refreshed), change)

    def _judge(self, answer: WireAnswer, *, is_part: bool) -> Attempt:
        verdict = judge(http=answer.status, ocpi=answer.code, is_part=is_part)
        reason = answer.message[:200] if verdict is not Verdict.ACCEPTED else ""
        now = self.clock.now()
        return Attempt(
            at=now,
            verdict=verdict,
            reason=reason or f"HTTP {answer.status}",
            http=answer.status,
            ocpi=answer.code,
            retry_after_s=_retry_after_s(answer.headers.get("retry-after"), now),
        )

    def _judged(self, verdict: Verdict, reason: str) -> Attempt:
        return Attempt(at=self.clock.now(), verdict=verdict, reason=reason[:200])

    def _url(self, endpoint: str, stored: Stored, path: Path) -> str:
        known = self._known(stored)
        segments = "/".join(quote(segment, safe="") for segment in (*known.segments, *path))
        query = f"?{known.query}" if known.query else ""
        return f"{endpoint.rstrip('/')}/{segments}{query}"

    def _known(self, stored: Stored) -> OcpiObject:
        return MODULES[stored.key.module].object(as_document(self.json.parse(stored.body)))


@dataclass(frozen=True)
class _Owed:
    """A delivery under way, with what was read for it."""

    delivery: Delivery
    missed: Missed
    stored: Stored
    partner: Partner
    still_ours: Callable[[], bool]


def _body(change: Change, stored: Stored) -> bytes | None:
    if change.method == "DELETE":
        return None
    return stored.body if change.body is None else change.body


def _retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, as seconds or as a date; None if it says nothing usable."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None
