"""What the journal is told of a request that the hub sent, and of its answer.

The bytes of an accepted delivery are not kept once more: they are those that came in, and the
record says when and from whom. Credentials travel in the bodies of the module credentials alone.
"""

from collections.abc import Mapping
from datetime import datetime

from domain.journal.legs import Direction, Leg, Purpose
from domain.journal.secrets import message_of, url_without_secrets
from domain.ports import WireAnswer, WireRequest


def leg_of(request: WireRequest, headers: Mapping[str, str], at: datetime) -> Leg:
    """The request, still without its answer."""
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
        elapsed_ms=0.0,
        module=errand.module,
        sender=request.sender,
        receiver=request.receiver,
        about=errand.about,
        asked=message_of(headers, request.body or b"", is_secret=_is_secret(request)),
    )


def with_answer(leg: Leg, answer: WireAnswer) -> Leg:
    """The leg, whole."""
    answered = leg._replace(
        http=answer.status,
        ocpi=answer.code,
        reason=answer.message,
        elapsed_ms=answer.elapsed_s * 1000,
    )
    if answered.goes_together:
        return answered._replace(asked=None)
    is_secret = leg.purpose is Purpose.CONNECTED
    return answered._replace(answered=message_of(answer.headers, answer.body, is_secret=is_secret))


def _is_secret(request: WireRequest) -> bool:
    return request.errand.purpose is Purpose.CONNECTED
