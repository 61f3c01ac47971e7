"""Sending one thing to one partner, under a lease, and judging what comes back.

What all deliveries over OCPI have in common: states, CDRs.
It never raises for what the partner does.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

from application.partners.credentials_client import CredentialsClient
from domain import errors
from domain.delivery.answers import Attempt, Receipt, Verdict, judge, may_have_it
from domain.journal.legs import Errand, Purpose
from domain.noted_text import plain, plain_bytes
from domain.objects.stored import PartPath
from domain.operators.alarm_kinds import AlarmKind
from domain.partners.naming import called
from domain.partners.partner import Partner
from domain.partners.party import Interface, PartyId
from domain.ports import Bell, Clock, FailPoints, Wire, WireAnswer, WireRequest
from domain.routing.outbound_urls import below

SEND_DEADLINE_S = 10.0
"""Far below a lane's lease: no send outlives the lease that it was made under."""
_LONGEST_URL = 255
_LONGEST_DATE = 64


@dataclass(frozen=True)
class OutgoingRequest:
    """What is sent, and where below the module's endpoint: plain segments, a raw query.

    `about` is the key of the object or CDR, for the journal.
    """

    method: str
    module: str
    body: bytes | None
    correlation_id: str
    sender: PartyId | None
    receiver: PartyId | None
    segments: PartPath = ()
    query: str = ""
    is_part: bool = False
    about: str = ""


@dataclass(frozen=True)
class Sent:
    """How it went, and what was answered, if anything was."""

    attempt: Attempt
    answer: WireAnswer | None = None


@dataclass(frozen=True)
class RequestSender:
    """Posts requests. `still_ours` is asked right before bytes leave, every time."""

    credentials_client: CredentialsClient
    wire: Wire
    clock: Clock
    fail_points: FailPoints
    bell: Bell

    def send(
        self,
        request: OutgoingRequest,
        partner: Partner,
        *,
        still_ours: Callable[[], bool],
        deadline_s: float = SEND_DEADLINE_S,
    ) -> Sent:
        """One attempt; where the partner's endpoint has moved, one more.

        :raises LaneLost: if `still_ours` says no.
        """
        sent = self._send_once(request, partner, still_ours, deadline_s)
        if sent.attempt.verdict is not Verdict.MOVED:
            return sent
        try:
            refreshed = self.credentials_client.refresh(partner)
        except errors.HubError:
            return sent
        if refreshed.endpoints == partner.endpoints:
            return _deleted_already(sent) if request.method == "DELETE" else sent
        return self._send_once(request, refreshed, still_ours, deadline_s)

    def judged(self, verdict: Verdict, reason: str, *, is_unsure: bool = False) -> Sent:
        """An attempt that ended without an answer."""
        return Sent(Attempt(self.clock.now(), verdict, plain(reason), is_unsure=is_unsure))

    def _send_once(
        self,
        request: OutgoingRequest,
        partner: Partner,
        still_ours: Callable[[], bool],
        deadline_s: float,
    ) -> Sent:
        endpoint = partner.endpoint(request.module, Interface.RECEIVER)
        if endpoint is None:
            return self.judged(Verdict.NOT_OFFERED, "the partner offers no such endpoint any more")
        if not still_ours():
            raise errors.LaneLost(partner.id)
        begun = time.monotonic()
        try:
            wire_request = WireRequest(
                method=request.method,
                url=below(endpoint.url, request.segments, request.query),
                token=self.credentials_client.outbound_token(partner),
                correlation_id=request.correlation_id,
                sender=request.sender,
                receiver=request.receiver,
                body=request.body,
                errand=Errand(Purpose.DELIVERED, partner.id, request.module, request.about),
            )
            self.fail_points.reach("leased")
            answer = self.wire.ask(wire_request, deadline_s=deadline_s)
        except errors.UnsafeUrl as unsafe:
            return self.judged(Verdict.NOT_OFFERED, f"no URL can be made for it: {unsafe}")
        except errors.Unreachable as failure:
            return self._unanswered(request, failure, begun)
        except errors.OutboundFailed as failure:
            return self._unanswered(request, failure, begun, is_unsure=True)
        except errors.SecretUnreadable as unreadable:
            return self.judged(Verdict.TOKEN_DEAD, str(unreadable))
        attempt = self._judge_answer(answer, request)
        if attempt.verdict is Verdict.TOKEN_DEAD:
            said = f"{request.module}: HTTP {answer.status}"
            self.bell.ring(AlarmKind.HUB_REFUSED, called(partner), said)
        return Sent(attempt, answer)

    def _unanswered(
        self,
        request: OutgoingRequest,
        failure: errors.OutboundFailed,
        begun: float,
        *,
        is_unsure: bool = False,
    ) -> Sent:
        sent = self.judged(Verdict.SICK, str(failure), is_unsure=is_unsure)
        attempt = replace(
            sent.attempt,
            elapsed_s=time.monotonic() - begun,
            correlation_id=request.correlation_id,
            request_id=failure.request_id,
        )
        return replace(sent, attempt=attempt)

    def _judge_answer(self, answer: WireAnswer, request: OutgoingRequest) -> Attempt:
        verdict = judge(
            http=answer.status,
            ocpi=answer.code,
            is_part=request.is_part,
            is_delete=request.method == "DELETE",
        )
        reason = "" if verdict is Verdict.ACCEPTED else _reason_in(answer)
        now = self.clock.now()
        judged = Attempt(
            at=now,
            verdict=verdict,
            reason=reason or f"HTTP {answer.status}",
            http=answer.status,
            ocpi=answer.code,
            retry_after_s=retry_after_s(answer.headers, now),
            elapsed_s=answer.elapsed_s,
            correlation_id=request.correlation_id,
            request_id=answer.request_id,
            is_unsure=may_have_it(http=answer.status, verdict=verdict),
        )
        return replace(judged, receipt=_receipt(answer)) if verdict is Verdict.ACCEPTED else judged


def _reason_in(answer: WireAnswer) -> str:
    """In the partner's words: of its envelope, else the status and the first of its page."""
    if answer.code is not None:
        return plain(answer.message)
    page = plain_bytes(answer.body)
    return plain(f"HTTP {answer.status}: {page}") if page else ""


def _deleted_already(sent: Sent) -> Sent:
    """404 to a DELETE, at an endpoint that has not moved: it is as the owner wants it."""
    if sent.attempt.http != 404:
        return sent
    return replace(sent, attempt=replace(sent.attempt, verdict=Verdict.ACCEPTED))


def _receipt(answer: WireAnswer) -> Receipt:
    location = plain(answer.headers.get("location", ""), most=_LONGEST_URL)
    return Receipt(location=location, sha256=sha256(answer.body).hexdigest())


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds of a Retry-After header, as seconds or as a date; None if it says nothing usable."""
    value = headers.get("retry-after", "").strip()[:_LONGEST_DATE]
    if value.isdecimal():
        return float(value[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
