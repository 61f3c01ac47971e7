"""What the journal is told of a request that the hub sent, and of its answer.

The bytes of an accepted delivery are not kept once more: they are those that came in, and the
record says when and from whom. Credentials travel in the bodies of the module credentials alone.
"""

from collections.abc import Mapping
from datetime import datetime

from domain.journal.legs import Direction, Leg, Purpose, Spoken
from domain.journal.secrets import url_without_secrets
from domain.ports import Journal, WireAnswer, WireRequest


def note_answered(
    journal: Journal,
    request: WireRequest,
    headers: Mapping[str, str],
    answer: WireAnswer,
    at: datetime,
) -> None:
    """`headers` are those that went out, `at` is when."""
    took_ms, said = answer.elapsed_s * 1000, answer.message
    leg = _leg(request, headers, at, took_ms, http=answer.status, ocpi=answer.code, reason=said)
    if leg.goes_together:
        journal.note(leg)
        return
    answered = Spoken(answer.headers, answer.body, leg.purpose is Purpose.CONNECTED)
    journal.note(leg, _asked(request, headers), answered)


def note_unanswered(
    journal: Journal,
    request: WireRequest,
    headers: Mapping[str, str],
    reason: str,
    at: datetime,
    took_s: float,
) -> None:
    """No answer came, for this reason."""
    leg = _leg(request, headers, at, took_s * 1000, http=None, ocpi=None, reason=reason)
    journal.note(leg, _asked(request, headers))


def _leg(
    request: WireRequest,
    headers: Mapping[str, str],
    at: datetime,
    elapsed_ms: float,
    *,
    http: int | None,
    ocpi: int | None,
    reason: str,
) -> Leg:
    errand = request.errand
    return Leg(
        at=at,
        direction=Direction.OUT,
        purpose=errand.purpose,
        partner_id=errand.partner_id,
        method=request.method,
        address=url_without_secrets(request.url),
        correlation_id=request.correlation_id,
        request_id=headers["X-Request-ID"],
        elapsed_ms=elapsed_ms,
        module=errand.module,
        sender=request.sender,
        receiver=request.receiver,
        about=errand.about,
        http=http,
        ocpi=ocpi,
        reason=reason,
    )


def _asked(request: WireRequest, headers: Mapping[str, str]) -> Spoken:
    return Spoken(headers, request.body or b"", request.errand.purpose is Purpose.CONNECTED)
